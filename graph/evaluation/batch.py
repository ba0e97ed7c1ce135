"""One batch of organisations, evaluated in one transaction that holds their locks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import queries
from graph.clock import epoch_ms
from graph.criteria.snapshots import least
from graph.evaluation.program import Program
from graph.evaluation.work import Work, plain
from graph.journey.decisions.batch_step import OrganisationUpdate, decide_batch
from graph.journey.decisions.step import StepTime

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["Evaluated", "Outdated", "evaluate_batch"]

_NOTHING = OrganisationUpdate({}, None)
_NEVER = 253_402_300_799_000  # the end of the year 9999: nothing moves an organisation by time alone


class Outdated(Exception):
    """The definitions are others than those the program was compiled from."""


@dataclass(frozen=True)
class Evaluated:
    """How many organisations were evaluated, when those that were looked at are due, and whether it concerns others."""

    organisations: int = 0
    dues: Mapping[str, int] = field(default_factory=dict)
    reached: bool = False

    @property
    def due(self) -> int | None:
        """The least instant at which any of them is due."""
        return min(self.dues.values(), default=None)


class _Claimed(NamedTuple):
    """An organisation that is locked: how it stands, and the values it has, in the order of the program."""

    id: str
    version: int | None
    stale: bool
    due: int | None
    touched: int | None
    told: int | None
    begins: int | None
    ends: int | None
    moves: int | None
    stored: list[Any]

    def at(self, now: int, *, by_time: bool) -> StepTime:
        """How a step of journeys is taken here: by time alone, or with the facts that wait (J3)."""
        return StepTime(now) if by_time or self.touched is None else StepTime(now, self.touched, self.told)


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
    dues: dict[str, int] = {}
    for each in await _claim(transaction, ids, program, at):
        if _is_wanted(each, program, at, forced, by_time):
            locked.append(each)
        elif each.due is not None:
            # Who did it, perhaps we ourselves in an attempt whose answer was lost, may not be there when it is due.
            dues[each.id] = each.due
    wanted = [each.id for each in locked]
    if program.upward and wanted and not forced:
        above = await _claim(transaction, await _above(transaction, wanted), program, at)
        locked += [each for each in above if not _is_early(each, program, at)]
        wanted = [each.id for each in locked]
    if not wanted:
        return Evaluated(dues=dues)
    facts = forced or bool(program.unsettled) or any(each.stale for each in locked)
    work = Work(transaction, program, now, wanted, facts=facts)
    await work.members()
    values = await work.work_out(program.organisations, wanted)
    for each in locked:  # memberships begin and end (M4)
        work.keep(each.id, each.begins)
        work.keep(each.id, each.ends)
    changes = {each.id: work.differing(each.stored, values.get(each.id, {}), program.organisations) for each in locked}
    moving = {each.id for each in locked if not by_time or _may_move(each, at) or changes[each.id]} | work.stirred()
    outcomes = await _decide(transaction, locked, program, changes, at, moving=moving, by_time=by_time)
    await _calculate_last(work, changes, outcomes)
    heard, elsewhere = work.spread()
    changed, due = await _write(work, locked, changes, outcomes, by_time=by_time)
    # Facts that wait for a step of their own concern others in that step.
    touched = set() if by_time else {each.id for each in locked if each.touched is not None}
    heard |= await _concerned(transaction, program, changed | touched)
    told = await _tell(work, heard, elsewhere, by_time=by_time)
    for id, instant in (*due.items(), *told.items()):
        dues[id] = min(instant, dues.get(id, instant))
    return Evaluated(len(locked), dues, bool(heard))


def _is_wanted(each: _Claimed, program: Program, at: int, forced: bool, by_time: bool) -> bool:
    if by_time:
        return each.due == at
    if _is_early(each, program, at):
        return False
    return forced or each.stale or (each.due is not None and each.due <= at)


def _is_early(each: _Claimed, program: Program, at: int) -> bool:
    """Whether stages may move at an instant that has passed: it is taken first, as what it was (T4)."""
    return program.ordered and each.due is not None and each.due <= at


def _may_move(each: _Claimed, at: int) -> bool:
    """Whether its stages may move although nothing that they read has changed: facts wait, or a condition flips by time alone."""
    return each.stale or each.moves is None or each.moves <= at


async def _claim(transaction: Transaction, ids: Sequence[str], program: Program, at: int) -> list[_Claimed]:
    """Lock in the order of ids, as writers do, so that nobody waits in a circle."""
    if not ids:
        return []
    parameters = {"ids": sorted(ids), "now": at, **program.organisations.asked}
    rows = await transaction.rows(queries.text("rollups/claim"), parameters)
    if rows and rows[0]["definitions"] != program.version:
        raise Outdated
    return [_Claimed(*each) for row in rows for each in row["rows"]]


async def _above(transaction: Transaction, ids: Sequence[str]) -> list[str]:
    rows = await transaction.rows(queries.text("rollups/ancestors"), {"ids": ids})
    return sorted({row["id"] for row in rows} - set(ids))


async def _decide(
    transaction: Transaction,
    locked: Sequence[_Claimed],
    program: Program,
    changes: Mapping[str, dict[str, Any]],
    at: int,
    *,
    moving: Collection[str],
    by_time: bool,
) -> Mapping[str, OrganisationUpdate]:
    """Take the organisations through a step of their journeys, which knows the roll-ups as they are now.

    Only those that are `moving` by it: midnight moves the windows of many more than it moves.
    """
    if program.journeys is None:
        return {}
    if program.journeys.journeys.clauses:  # what is asked of others is read from them
        await _store(transaction, changes)
    steps = {each.id: each.at(at, by_time=by_time) for each in locked}
    steady = {each.id: None if each.moves == _NEVER else each.moves for each in locked if each.id not in moving}
    unwritten = {id: {name: plain(value) for name, value in values.items()} for id, values in changes.items()}
    return await decide_batch(transaction, program.journeys, steps, at, steady, unwritten)


async def _calculate_last(
    work: Work, changes: Mapping[str, dict[str, Any]], outcomes: Mapping[str, OrganisationUpdate]
) -> None:
    """Work out what people and memberships have of their organisations, which reads what was worked out for those."""
    if not work.program.rounds.late:
        return
    await _store(work.transaction, {id: {**values, **_of(outcomes, id).values} for id, values in changes.items()})
    await work.calculate(work.program.rounds.late)


async def _store(transaction: Transaction, values: Mapping[str, dict[str, Any]]) -> None:
    """Store values of organisations, for what reads them next in the step."""
    rows = [{"id": id, "values": each} for id, each in values.items() if each]
    if rows:
        await transaction.execute(queries.text("rollups/write_values"), {"rows": rows})


async def _write(
    work: Work,
    locked: Sequence[_Claimed],
    changes: Mapping[str, dict[str, Any]],
    outcomes: Mapping[str, OrganisationUpdate],
    *,
    by_time: bool,
) -> tuple[set[str], dict[str, int]]:
    """Write what is new; returns whose it is, and when each is due."""
    rows = []
    changed: set[str] = set()
    dues: dict[str, int] = {}
    for each in locked:
        outcome = _of(outcomes, each.id)
        values = {**changes[each.id], **outcome.values}
        due = least((work.dues.get(each.id), outcome.due))
        settled = each.id in outcomes and not (outcome.moved or outcome.values or each.id in work.changed)
        moves = least((outcome.due, _NEVER)) if settled else None
        if values or each.id in work.changed:
            changed.add(each.id)
        if due is not None:
            dues[each.id] = due
        if values or each.stale or (due, moves) != (each.due, each.moves):
            waits = by_time and each.stale
            row = {"id": each.id, "version": each.version, "values": values, "due": due, "moves": moves, "waits": waits}
            rows.append(row)
    if rows:
        await work.transaction.execute(queries.text("rollups/write_organisations"), {"rows": rows})
    return changed, dues


def _of(outcomes: Mapping[str, OrganisationUpdate], id: str) -> OrganisationUpdate:
    return outcomes.get(id, _NOTHING)


async def _concerned(transaction: Transaction, program: Program, ids: set[str]) -> set[str]:
    """Those whose criteria look at organisations that changed, at whatever distance."""
    found: set[str] = set()
    for way in program.reach if ids else ():
        here = sorted(ids)
        for hop in way:
            rows = await transaction.rows(queries.text(f"rollups/through_{hop}"), {"ids": here})
            here = sorted({row["id"] for row in rows})
        found.update(here)
    return found


async def _tell(work: Work, heard: set[str], dues: dict[str, int], *, by_time: bool) -> Mapping[str, int]:
    """Have other organisations evaluated, for what they heard or when they are due; returns when each is due."""
    at = epoch_ms(work.now)
    if heard and by_time:
        # StepTime this instant, as what it was, whatever the time is by now (T4).
        dues |= dict.fromkeys(heard, at)
    elif heard:
        await work.transaction.execute(queries.text("rollups/reach"), {"ids": sorted(heard), "now": at})
    if dues:
        rows = [{"id": id, "due": due} for id, due in sorted(dues.items())]
        await work.transaction.execute(queries.text("rollups/due_sooner"), {"rows": rows})
    return dues
