"""One batch of organisations, evaluated in one transaction that holds their locks.

The stages are functions, in this order: select, compute, decide, compute what depends on that, write, notify others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import epoch_ms
from graph.criteria.snapshots import least
from graph.evaluation.batch_values import BatchValues, plain
from graph.evaluation.program import Program
from graph.evaluation.selection import EvaluationMode, Selection, select
from graph.journey.decisions.batch_step import OrganisationUpdate, decide_batch

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["Evaluated", "evaluate_batch"]

_NEVER = 253_402_300_799_000  # the end of the year 9999: time alone never moves a stage of the organisation

Changes = Mapping[str, dict[str, Any]]
"""New values of organisations, by id and property."""
Updates = Mapping[str, OrganisationUpdate]
"""The outcome of a step of journeys, by organisation."""


@dataclass(frozen=True)
class Evaluated:
    """The result of a batch: how many organisations were evaluated, and when those that were looked at are due.

    `dues` are epoch milliseconds, by organisation. `affects_others` is true if organisations outside the batch were marked.
    """

    organisations: int = 0
    dues: Mapping[str, int] = field(default_factory=dict)
    affects_others: bool = False

    @property
    def due(self) -> int | None:
        """The least instant at which any of them is due."""
        return min(self.dues.values(), default=None)


@dataclass(frozen=True)
class _Written:
    """The organisations with new values, and when each of the batch is due."""

    changed: set[str]
    dues: dict[str, int]


async def evaluate_batch(
    transaction: Transaction,
    ids: Sequence[str],
    program: Program,
    now: datetime,
    mode: EvaluationMode = EvaluationMode.PENDING,
) -> Evaluated:
    """Evaluate organisations as of `now`, which in mode INSTANT is the instant at which they are due.

    Organisations above them in the hierarchy are evaluated with them where roll-ups count over the hierarchy (T2).
    Raises DefinitionsChanged where definitions changed since the program was compiled.
    """
    at = epoch_ms(now)
    selection = await select(transaction, ids, program, at, mode)
    if not selection.claims:
        return Evaluated(dues=selection.dues)
    has_facts = (
        mode is EvaluationMode.SWEEP or bool(program.unsettled) or any(each.is_stale for each in selection.claims)
    )
    values = BatchValues(transaction, program, now, selection.ids, has_facts=has_facts)
    changes = await _compute(values, selection)
    updates = await _decide(values, selection, changes, mode)
    await _compute_dependent(values, changes, updates)
    others = values.affected_elsewhere()
    written = await _write(values, selection, changes, updates, mode)
    affected = others.stale | await _affected(values, selection, written, mode)
    notified = await _notify(values, affected, others.dues, mode)
    return Evaluated(len(selection.claims), _merged(selection.dues, written.dues, notified), bool(affected))


# ---------------------------------------------------------------- compute and decide


async def _compute(values: BatchValues, selection: Selection) -> Changes:
    """Compute and store the values of people and memberships, and return the new values of organisations."""
    await values.compute_members()
    roll_ups = values.program.organisations
    found = await values.compute(roll_ups, selection.ids)
    for each in selection.claims:  # memberships begin and end (M4)
        values.note_due(each.id, each.next_begin)
        values.note_due(each.id, each.next_end)
    return {each.id: values.differing(each.stored, found.get(each.id, {}), roll_ups) for each in selection.claims}


async def _decide(values: BatchValues, selection: Selection, changes: Changes, mode: EvaluationMode) -> Updates:
    """Take the organisations through a step of their journeys, which knows the roll-ups as they are now.

    Only organisations that may move take it: midnight moves the windows of many more.
    """
    program, at = values.program, epoch_ms(values.now)
    if program.journeys is None:
        return {}
    if program.journeys.journeys.clauses:  # clauses about others read the stored values
        await _store(values.transaction, changes)
    moving = _moving(values, selection, changes, mode)
    times = {each.id: each.step_time(at, mode) for each in selection.claims}
    steady = {
        each.id: None if each.steady_until == _NEVER else each.steady_until
        for each in selection.claims
        if each.id not in moving
    }
    unwritten = {id: {name: plain(value) for name, value in new.items()} for id, new in changes.items()}
    return await decide_batch(values.transaction, program.journeys, times, at, steady, unwritten)


def _moving(values: BatchValues, selection: Selection, changes: Changes, mode: EvaluationMode) -> Collection[str]:
    """The organisations of which a stage may move."""
    if mode is not EvaluationMode.INSTANT:
        return set(selection.ids)
    at = epoch_ms(values.now)
    moving = {each.id for each in selection.claims if each.may_move(at) or changes[each.id]}
    return moving | values.changed_through_members()


async def _compute_dependent(values: BatchValues, changes: Changes, updates: Updates) -> None:
    """Compute the attributes of people and memberships that read those of their organisations."""
    rounds = values.program.rounds.after_organisations
    if rounds:
        await _store(values.transaction, {id: {**new, **_new_values(updates, id)} for id, new in changes.items()})
        await values.calculate(rounds)


async def _store(transaction: Transaction, values: Changes) -> None:
    """Store values of organisations, for statements that read them later in the transaction."""
    rows = [{"id": id, "values": each} for id, each in values.items() if each]
    if rows:
        await transaction.execute(queries.text("rollups/write_values"), {"rows": rows})


# ---------------------------------------------------------------- write and notify


async def _write(
    values: BatchValues, selection: Selection, changes: Changes, updates: Updates, mode: EvaluationMode
) -> _Written:
    """Write new values and the next due instants."""
    rows = []
    written = _Written(set(), {})
    for each in selection.claims:
        update = updates.get(each.id)
        new = {**changes[each.id], **_new_values(updates, each.id)}
        members_changed = each.id in values.changed
        due = least((values.dues.get(each.id), update.due if update else None))
        steady_until = _steady_until(update, members_changed=members_changed)
        if new or members_changed:
            written.changed.add(each.id)
        if due is not None:
            written.dues[each.id] = due
        if new or each.is_stale or (due, steady_until) != (each.due, each.steady_until):
            waits = mode is EvaluationMode.INSTANT and each.is_stale
            rows.append(
                {
                    "id": each.id,
                    "version": each.version,
                    "values": new,
                    "due": due,
                    "moves": steady_until,
                    "waits": waits,
                }
            )
    if rows:
        await values.transaction.execute(queries.text("rollups/write_organisations"), {"rows": rows})
    return written


def _steady_until(update: OrganisationUpdate | None, *, members_changed: bool) -> int | None:
    """The instant before which time alone moves no stage. It is known once a step has changed nothing."""
    if update is None or update.moved or update.values or members_changed:
        return None
    return least((update.due, _NEVER))


def _new_values(updates: Updates, id: str) -> dict[str, Any]:
    return updates[id].values if id in updates else {}


async def _affected(values: BatchValues, selection: Selection, written: _Written, mode: EvaluationMode) -> set[str]:
    """The organisations whose criteria read changed organisations, at whatever distance."""
    changed = set(written.changed)
    if mode is not EvaluationMode.INSTANT:  # facts that wait for a step of their own affect others in that step
        changed |= {each.id for each in selection.claims if each.fact_committed is not None}
    found: set[str] = set()
    for path in values.program.affected_paths if changed else ():
        here = sorted(changed)
        for hop in path:
            rows = await values.transaction.rows(queries.text(f"rollups/through_{hop}"), {"ids": here})
            here = sorted({row["id"] for row in rows})
        found.update(here)
    return found


async def _notify(
    values: BatchValues, affected: set[str], dues: dict[str, int], mode: EvaluationMode
) -> dict[str, int]:
    """Have other organisations evaluated, because they are affected or due; return when each is due."""
    at = epoch_ms(values.now)
    if affected and mode is EvaluationMode.INSTANT:
        # They are evaluated as of this instant, whatever the time is by now (T4).
        dues = {**dues, **dict.fromkeys(affected, at)}
    elif affected:
        await values.transaction.execute(queries.text("rollups/mark_affected"), {"ids": sorted(affected), "now": at})
    if dues:
        rows = [{"id": id, "due": due} for id, due in sorted(dues.items())]
        await values.transaction.execute(queries.text("rollups/due_sooner"), {"rows": rows})
    return dues


def _merged(*dues: Mapping[str, int]) -> dict[str, int]:
    """The least due instant of each organisation."""
    found: dict[str, int] = {}
    for each in dues:
        for id, due in each.items():
            found[id] = min(due, found.get(id, due))
    return found
