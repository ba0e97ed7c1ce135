"""One batch of organisations, evaluated in one transaction that holds their locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.closures import least
from graph.journey.deciding import Outcome, decide_batch
from graph.journey.step import At
from graph.rollups.choosing import chosen
from graph.rollups.columns import Column, Due
from graph.rollups.pieces import DAY, bounds
from graph.rollups.program import Part, Program

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["Evaluated", "Outdated", "evaluate_batch"]

Values = dict[str, dict[str, Any]]

_EPOCH = date(1970, 1, 1)
_NOTHING = Outcome({}, None)


class Outdated(Exception):
    """The definitions are others than those the program was compiled from."""


@dataclass(frozen=True)
class Evaluated:
    """How many organisations were evaluated, the least instant at which any that was looked at is due, and whether others are by it."""

    organisations: int = 0
    due: int | None = None
    reached: bool = False


class _Claimed(NamedTuple):
    """An organisation that is locked: how it stands, and the values it has, in the order of the program."""

    id: str
    version: int | None
    stale: bool
    due: int | None
    touched: int | None
    told: int | None
    stored: list[Any]

    def at(self, now: int, *, by_time: bool) -> At:
        """How a step of journeys is taken here: by time alone, or with the facts that wait (J3)."""
        return At(now) if by_time or self.touched is None else At(now, self.touched, self.told)


async def evaluate_batch(
    transaction: Transaction,
    ids: Sequence[str],
    program: Program,
    now: datetime,
    *,
    forced: bool = False,
    by_time: bool = False,
) -> Evaluated:
    """Evaluate organisations as of `now`. Unless `forced`, those that another evaluator did meanwhile are left out.

    `by_time`: `now` is the instant at which they are due, and facts that wait are left to a step of their own (J1).
    What is above them in the hierarchy is evaluated with them where it counts what is below (T2).
    Raises Outdated where definitions changed since the program was compiled.
    """
    at = epoch_ms(now)
    locked: list[_Claimed] = []
    others: list[int] = []
    for each in await _claim(transaction, ids, program, at):
        if _is_wanted(each, program, at, forced, by_time):
            locked.append(each)
        elif each.due is not None:
            # Who did it, perhaps we ourselves in an attempt whose answer was lost, may not be there when it is due.
            others.append(each.due)
    wanted = [each.id for each in locked]
    if program.upward and wanted and not forced:
        above = await _claim(transaction, await _above(transaction, wanted), program, at)
        locked += [each for each in above if not _is_early(each, program, at)]
        wanted = [each.id for each in locked]
    if not wanted:
        return Evaluated(due=min(others, default=None))
    facts = forced or bool(program.unsettled) or any(each.stale for each in locked)
    batch = _Batch(transaction, wanted, program, now, {}, facts)
    await batch.memberships()
    values = await batch.work_out(program.organisations)
    await batch.bounds()
    changes = {each.id: batch.changed(each.stored, values.get(each.id, {}), program.organisations) for each in locked}
    outcomes = await _decide(transaction, locked, program, changes, at, by_time=by_time)
    found = await _write(transaction, locked, changes, outcomes, batch.dues, program, at, by_time=by_time)
    return replace(found, due=least((*others, found.due)))


def _is_wanted(each: _Claimed, program: Program, at: int, forced: bool, by_time: bool) -> bool:
    if by_time:
        return each.due == at
    if _is_early(each, program, at):
        return False
    return forced or each.stale or (each.due is not None and each.due <= at)


def _is_early(each: _Claimed, program: Program, at: int) -> bool:
    """Whether stages may move at an instant that has passed: it is taken first, as what it was (T4)."""
    return program.journeys is not None and each.due is not None and each.due <= at


async def _claim(transaction: Transaction, ids: Sequence[str], program: Program, at: int) -> list[_Claimed]:
    """Lock in the order of ids, as writers do, so that nobody waits in a circle."""
    if not ids:
        return []
    parameters = {"ids": sorted(ids), "now": at, **program.organisations.asked}
    rows = await transaction.rows(queries.text("rollups/claim"), parameters)
    if rows and rows[0]["definitions"] != program.version:
        raise Outdated
    return [_Claimed(*each) for row in rows for each in row["rows"]]


async def _lists(transaction: Transaction, text: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
    """What a statement collects as `rows`."""
    return [each for row in await transaction.rows(text, parameters) for each in row["rows"]]


async def _above(transaction: Transaction, ids: Sequence[str]) -> list[str]:
    rows = await transaction.rows(queries.text("rollups/ancestors"), {"ids": ids})
    return sorted({row["id"] for row in rows} - set(ids))


@dataclass
class _Batch:
    """A batch being worked out; `dues` gathers, by organisation, when its values change by time alone.

    Without `facts` nothing has changed but the time, and only what time changes is worked out: midnight moves every window.
    """

    transaction: Transaction
    ids: list[str]
    program: Program
    now: datetime
    dues: dict[str, int]
    facts: bool

    async def memberships(self) -> None:
        """Work out and store what is computed for memberships."""
        part = self.program.memberships
        if not part.nothing:
            return
        values = await self.work_out(part)
        known = {"ids": self.ids, **part.asked}
        stored = await _lists(self.transaction, queries.text("rollups/memberships"), known)
        rows = [{"id": id, "values": self.changed(before, values.get(id, {}), part)} for id, before in stored]
        changed = [row for row in rows if row["values"]]
        if changed:
            await self.transaction.execute(queries.text("rollups/write_memberships"), {"rows": changed})

    async def work_out(self, part: Part) -> Values:
        """The values of a part, by node and property; a node with nothing to count may be missing."""
        given = {"ids": self.ids, "now": epoch_ms(self.now), **bounds(self.program.windows, self.now)}
        values: Values = {}
        for statement in part.statements if self.facts else part.passing:
            text, parameters = statement.text, {**given, **statement.parameters}
            for id, organisation, *found in await _lists(self.transaction, text, parameters):
                worked_out, dues = found[: len(statement.columns)], found[len(statement.columns) :]
                mine = values.setdefault(id, {})
                for column, value in zip(statement.columns, worked_out, strict=True):
                    mine[column.property] = _worked_out(column, value)
                for due, value in zip(statement.dues, dues, strict=True):
                    self._keep(organisation, _instant(due, value))
        return values

    def changed(self, stored: Sequence[Any], mine: Mapping[str, Any], part: Part) -> dict[str, Any]:
        """What is other than what is stored, or was not read."""
        before = dict(zip(part.read, stored, strict=True))
        names = [name for name in part.nothing if self.facts or name not in part.lasting]
        new = {name: mine.get(name, part.nothing[name]) for name in names}
        changed = [name for name in new if name not in before or _plain(new[name]) != _plain(before[name])]
        return {name: _stored(new[name], instant=name in part.instants) for name in changed}

    async def bounds(self) -> None:
        """Keep when memberships begin and end (M4)."""
        parameters = {"ids": self.ids, "now": epoch_ms(self.now)}
        for organisation, begins, ends in await _lists(self.transaction, queries.text("rollups/bounds"), parameters):
            self._keep(organisation, begins)
            self._keep(organisation, ends)

    def _keep(self, organisation: str, due: int | None) -> None:
        if due is not None and due > epoch_ms(self.now):
            self.dues[organisation] = min(due, self.dues.get(organisation, due))


async def _decide(
    transaction: Transaction,
    locked: Sequence[_Claimed],
    program: Program,
    changes: Mapping[str, dict[str, Any]],
    at: int,
    *,
    by_time: bool,
) -> Mapping[str, Outcome]:
    """Take the organisations through a step of their journeys, which reads the roll-ups as they are now."""
    if program.journeys is None:
        return {}
    rolled_up = [{"id": id, "values": values} for id, values in changes.items() if values]
    if rolled_up:
        await transaction.execute(queries.text("rollups/write_values"), {"rows": rolled_up})
    steps = {each.id: each.at(at, by_time=by_time) for each in locked}
    return await decide_batch(transaction, program.journeys, steps, at)


async def _write(
    transaction: Transaction,
    locked: Sequence[_Claimed],
    changes: Mapping[str, dict[str, Any]],
    outcomes: Mapping[str, Outcome],
    dues: Mapping[str, int],
    program: Program,
    at: int,
    *,
    by_time: bool,
) -> Evaluated:
    rows = []
    changed: list[str] = []
    next_: list[int | None] = []
    for each in locked:
        outcome = outcomes.get(each.id, _NOTHING)
        # What journeys read of roll-ups is written already.
        values = outcome.values if program.journeys is not None else changes[each.id]
        due = least((dues.get(each.id), outcome.due))
        next_.append(due)
        if changes[each.id] or outcome.values:
            changed.append(each.id)
        if values or each.stale or due != each.due:
            waits = by_time and each.stale
            rows.append({"id": each.id, "version": each.version, "values": values, "due": due, "waits": waits})
    if rows:
        await transaction.execute(queries.text("rollups/write_organisations"), {"rows": rows})
    # Facts that wait reach others in the step that takes them.
    touched = [] if by_time else [each.id for each in locked if each.touched is not None]
    reached = await _reach(transaction, program, [*changed, *touched], at, by_time=by_time)
    return Evaluated(len(locked), least(next_), by_time and reached > 0)


async def _reach(transaction: Transaction, program: Program, ids: Sequence[str], at: int, *, by_time: bool) -> int:
    """Have those evaluated whose criteria look at organisations that changed: children, parents, those that share members.

    Returns how many have to be: where time alone changed what they look at, at the same instant (T4).
    """
    given = {"ids": sorted(set(ids)), "now": at, "by_time": by_time}
    reached = 0
    for name in program.journeys.reach if program.journeys is not None and ids else ():
        reached += (await transaction.rows(queries.text(f"rollups/reach_{name}"), given))[0]["reached"]
    return reached


def _worked_out(column: Column, value: Any) -> Any:
    return value if column.choice is None else chosen(column.choice, [_plain(each) for each in value])


def _stored(value: Any, *, instant: bool) -> Any:
    return from_epoch_ms(value) if instant and value is not None else value


def _plain(value: Any) -> Any:
    """A value that can be compared, whether it comes from the driver or from us."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    native = value.to_native() if hasattr(value, "to_native") else value
    return native.astimezone(UTC) if isinstance(native, datetime) else native


def _instant(due: Due, value: Any) -> int | None:
    """The instant of change, in epoch milliseconds."""
    if value is None:
        return None
    if due.days is None:
        return int(value)
    day = _plain(value)
    assert isinstance(day, date)
    return ((day - _EPOCH).days + due.days) * DAY
