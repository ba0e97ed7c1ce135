"""Organisations, their memberships and their people being worked out, in one transaction.

People and memberships come with the organisations they are of: a fact about them touches those (T2). People of several
are worked out with each, and the others hear of what changed. Whoever belongs nowhere is worked out alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.evaluation.program import Part, Program
from graph.evaluation.rounds import Round
from graph.rollups.columns import Column, Due
from graph.rollups.cypher_pieces import DAY, bounds

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["Values", "Work", "lists", "plain"]

Values = dict[str, dict[str, Any]]

_EPOCH = date(1970, 1, 1)


async def lists(transaction: Transaction, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
    """What a statement collects as `rows`."""
    return [each for row in await transaction.rows(text, parameters) for each in row["rows"]]


@dataclass
class Work:
    """A batch of organisations being worked out, or of people who belong to none.

    `people` are known with the organisations of each, others than the batch's too. `dues` gathers, by organisation or person,
    when time alone changes something; `changed` the organisations and people of whom something of a person or membership did.
    Without `facts` nothing has changed but the time, and only what time changes is worked out: midnight moves every window.
    """

    transaction: Transaction
    program: Program
    now: datetime
    organisations: Sequence[str]
    people: dict[str, list[str]] = field(default_factory=dict)
    dues: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    facts: bool = True

    async def members(self) -> None:
        """Work out and store what people and memberships have by themselves."""
        if self.organisations and self.program.concerns_people:
            rows = await self._lists("rollups/people", {"ids": self.organisations})
            self.people = {id: organisations for id, organisations in rows}  # noqa: C416 - a list of two is no pair
        await self._roll_up(self.program.people, "people", list(self.people))
        await self._roll_up(self.program.memberships, "memberships", self.organisations)
        await self.calculate(self.program.rounds.early)

    async def calculate(self, rounds: Sequence[Round]) -> None:
        """Work out and store calculated attributes of people and memberships."""
        for each in rounds:
            ids = list(self.people) if each.entity == "person" else self.organisations
            if ids:
                await self._take(each, ids)

    async def _take(self, round_: Round, ids: Sequence[str]) -> None:
        at = epoch_ms(self.now)
        asked = {"ids": ids, "now": at, **round_.parameters}
        rows: list[dict[str, Any]] = []
        for id, home, values, met, stored in await lists(self.transaction, round_.text, asked):
            found, due = round_.work_out(values, met, at)
            self.keep(home, due)
            compared = zip(round_.calculations, found, stored, strict=True)
            different = {each.property: value for each, value, before in compared if value != before}
            if different:
                rows.append({"id": id, "values": different})
                self.changed.add(home)
        await self._write("people" if round_.entity == "person" else "memberships", rows)

    async def _roll_up(self, part: Part, which: str, ids: Sequence[str]) -> None:
        if not part.nothing or not ids:
            return
        values = await self.work_out(part, ids)
        rows: list[dict[str, Any]] = []
        for id, home, stored in await self._lists(f"rollups/{which}_values", {"ids": ids, **part.asked}):
            different = self.differing(stored, values.get(id, {}), part)
            if different:
                rows.append({"id": id, "values": different})
                self.changed.add(home)
        await self._write(which, rows)

    async def _write(self, which: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self.transaction.execute(queries.text(f"rollups/write_{which}"), {"rows": rows})

    async def work_out(self, part: Part, ids: Sequence[str]) -> Values:
        """The values of a part's roll-ups, by node and property; a node with nothing to count may be missing."""
        given = {"ids": ids, "now": epoch_ms(self.now), **bounds(self.program.windows, self.now)}
        values: Values = {}
        for statement in part.statements if self.facts else part.passing:
            text, parameters = statement.text, {**given, **statement.parameters}
            for id, home, *found in await lists(self.transaction, text, parameters):
                worked_out, dues = found[: len(statement.columns)], found[len(statement.columns) :]
                mine = values.setdefault(id, {})
                for column, value in zip(statement.columns, worked_out, strict=True):
                    mine[column.property] = _worked_out(column, value)
                for due, value in zip(statement.dues, dues, strict=True):
                    self.keep(home, _instant(due, value))
        return values

    def differing(self, stored: Sequence[Any], mine: Mapping[str, Any], part: Part) -> dict[str, Any]:
        """What of a part's roll-ups is other than what is stored, or was not read."""
        before = dict(zip(part.read, stored, strict=True))
        names = [name for name in part.nothing if self.facts or name not in part.lasting]
        new = {name: mine.get(name, part.nothing[name]) for name in names}
        different = [name for name in new if name not in before or plain(new[name]) != plain(before[name])]
        return {name: _stored(new[name], instant=name in part.instants) for name in different}

    async def _lists(self, name: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        return await lists(self.transaction, queries.text(name), parameters)

    def keep(self, home: str, due: int | None) -> None:
        """Note when time alone changes something of an organisation or person; what has passed needs no note."""
        if due is not None and due > epoch_ms(self.now):
            self.dues[home] = min(due, self.dues.get(home, due))

    def stirred(self) -> set[str]:
        """The organisations of whom something of a person or membership has changed."""
        return self.changed.union(*(homes for person, homes in self.people.items() if person in self.changed))

    def spread(self) -> tuple[set[str], dict[str, int]]:
        """Give each organisation what its people have: of what changed, and when it is due next.

        Returns organisations outside the batch that have to hear that a person changed, and when they are due at the latest.
        """
        mine, heard, due_elsewhere = set(self.organisations), set[str](), dict[str, int]()
        for person, organisations in self.people.items():
            due = self.dues.get(person)
            for each in organisations:
                if each in mine:
                    self.keep(each, due)
                elif due is not None:
                    due_elsewhere[each] = min(due, due_elsewhere.get(each, due))
            if person in self.changed:
                self.changed |= mine.intersection(organisations)
                heard |= set(organisations) - mine
        return heard, due_elsewhere


def _worked_out(column: Column, value: Any) -> Any:
    return value if column.finish is None else column.finish(plain(value))


def _stored(value: Any, *, instant: bool) -> Any:
    return from_epoch_ms(value) if instant and value is not None else value


def plain(value: Any) -> Any:
    """A value that can be compared, whether it comes from the driver or from us."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    native = value.to_native() if hasattr(value, "to_native") else value
    return native.astimezone(UTC) if isinstance(native, datetime) else native


def _instant(due: Due, value: Any) -> int | None:
    """The instant of change, in epoch milliseconds."""
    if value is None:
        return None
    if due.days is None:
        return int(value)
    day = plain(value)
    assert isinstance(day, date)
    return ((day - _EPOCH).days + due.days) * DAY
