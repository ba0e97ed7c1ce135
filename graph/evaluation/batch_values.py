"""The values of a batch: of organisations, of their memberships and of their people, computed in one transaction.

People and memberships are computed with the organisations they belong to: a fact about them marks those stale (T2).
A person of several organisations is computed with each, and the others are notified of changes.
People without an organisation form batches of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

import queries
from graph.clock import DAY, epoch_ms, from_epoch_ms
from graph.evaluation.program import EntityRollUps, Program
from graph.evaluation.rounds import Round
from graph.rollups.columns import Column, Due
from graph.rollups.cypher_pieces import bounds

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["BatchValues", "Elsewhere", "Values", "plain"]

Values = dict[str, dict[str, Any]]
"""Values by node and property."""
Holders = Literal["people", "memberships"]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Elsewhere:
    """Organisations outside the batch: those that are stale because a person changed, and when some are due at the latest."""

    stale: set[str]
    dues: dict[str, int]


@dataclass
class BatchValues:
    """Computes the values of a batch of organisations, or of people without one.

    `people` are the batch's people with all organisations of each.
    `dues` gathers the next instant (epoch milliseconds) at which time alone changes an organisation or person.
    `changed` gathers the people whose values changed, and the organisations with a membership whose values changed.
    Without `has_facts` only time has passed, and only time-dependent values are computed: midnight moves every window.
    """

    transaction: Transaction
    program: Program
    now: datetime
    organisations: Sequence[str]
    people: dict[str, list[str]] = field(default_factory=dict)
    dues: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    has_facts: bool = True

    async def compute_members(self) -> None:
        """Compute and store the values of people and memberships that do not read their organisations."""
        if self.organisations and self.program.concerns_people:
            rows = await self._lists("rollups/people", {"ids": self.organisations})
            self.people = {id: organisations for id, organisations in rows}  # noqa: C416 - a list of two is no pair
        await self._roll_up(self.program.people, "people", list(self.people))
        await self._roll_up(self.program.memberships, "memberships", self.organisations)
        await self.calculate(self.program.rounds.before_organisations)

    async def calculate(self, rounds: Sequence[Round]) -> None:
        """Compute and store calculated attributes of people and memberships."""
        for each in rounds:
            ids = list(self.people) if each.entity == "person" else self.organisations
            if ids:
                await self._calculate_round(each, ids)

    async def _calculate_round(self, round_: Round, ids: Sequence[str]) -> None:
        at = epoch_ms(self.now)
        rows: list[dict[str, Any]] = []
        given = {"ids": ids, "now": at, **round_.parameters}
        for id, home, values, answers, stored in await self._rows(round_.text, given):
            found, due = round_.compute(values, answers, at)
            self.note_due(home, due)
            compared = zip(round_.calculations, found, stored, strict=True)
            different = {each.property: value for each, value, before in compared if value != before}
            if different:
                rows.append({"id": id, "values": different})
                self.changed.add(home)
        await self._write("people" if round_.entity == "person" else "memberships", rows)

    async def _roll_up(self, roll_ups: EntityRollUps, holders: Holders, ids: Sequence[str]) -> None:
        if not roll_ups.empty_values or not ids:
            return
        values = await self.compute(roll_ups, ids)
        rows: list[dict[str, Any]] = []
        given = {"ids": ids, **roll_ups.read_parameters}
        for id, home, stored in await self._lists(f"rollups/{holders}_values", given):
            different = self.differing(stored, values.get(id, {}), roll_ups)
            if different:
                rows.append({"id": id, "values": different})
                self.changed.add(home)
        await self._write(holders, rows)

    async def _write(self, holders: Holders, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self.transaction.execute(queries.text(f"rollups/write_{holders}"), {"rows": rows})

    async def compute(self, roll_ups: EntityRollUps, ids: Sequence[str]) -> Values:
        """Return the values of roll-ups, by node and property. A node with nothing to count may be missing."""
        given = {"ids": ids, "now": epoch_ms(self.now), **bounds(self.program.windows, self.now)}
        values: Values = {}
        for statement in roll_ups.statements if self.has_facts else roll_ups.time_dependent:
            for id, home, *found in await self._rows(statement.text, {**given, **statement.parameters}):
                computed, dues = found[: len(statement.columns)], found[len(statement.columns) :]
                node_values = values.setdefault(id, {})
                for column, value in zip(statement.columns, computed, strict=True):
                    node_values[column.property] = _finished(column, value)
                for due, value in zip(statement.dues, dues, strict=True):
                    self.note_due(home, _instant(due, value))
        return values

    def differing(self, stored: Sequence[Any], computed: Mapping[str, Any], roll_ups: EntityRollUps) -> dict[str, Any]:
        """Return the values of roll-ups that differ from the stored ones, or that were not read."""
        before = dict(zip(roll_ups.properties_read, stored, strict=True))
        empty = roll_ups.empty_values
        names = [name for name in empty if self.has_facts or name not in roll_ups.time_independent]
        new = {name: computed.get(name, empty[name]) for name in names}
        different = [name for name in new if name not in before or plain(new[name]) != plain(before[name])]
        return {name: _for_storage(new[name], is_instant=name in roll_ups.instants) for name in different}

    async def _lists(self, name: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        return await self._rows(queries.text(name), parameters)

    async def _rows(self, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        """The lists that a statement collects as `rows`."""
        return [each for row in await self.transaction.rows(text, parameters) for each in row["rows"]]

    def note_due(self, home: str, due: int | None) -> None:
        """Note an instant at which time alone changes something of an organisation or person, unless it has passed."""
        if due is not None and due > epoch_ms(self.now):
            self.dues[home] = min(due, self.dues.get(home, due))

    def changed_through_members(self) -> set[str]:
        """Return the organisations of which a person or membership changed."""
        return self.changed.union(*(homes for person, homes in self.people.items() if person in self.changed))

    def affected_elsewhere(self) -> Elsewhere:
        """Pass changes and due instants of people on to the organisations of the batch; return those for other organisations."""
        batch, elsewhere = set(self.organisations), Elsewhere(set(), {})
        for person, organisations in self.people.items():
            due = self.dues.get(person)
            for each in organisations:
                if each in batch:
                    self.note_due(each, due)
                elif due is not None:
                    elsewhere.dues[each] = min(due, elsewhere.dues.get(each, due))
            if person in self.changed:
                self.changed |= batch.intersection(organisations)
                elsewhere.stale.update(set(organisations) - batch)
        return elsewhere


def _finished(column: Column, value: Any) -> Any:
    return value if column.finish is None else column.finish(plain(value))


def _for_storage(value: Any, *, is_instant: bool) -> Any:
    return from_epoch_ms(value) if is_instant and value is not None else value


def plain(value: Any) -> Any:
    """Return a value in a form that can be compared, whether it comes from the driver or from Python."""
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
