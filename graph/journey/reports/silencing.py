"""Silencing signals: acknowledged until they worsen, snoozed until an instant, woken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import DAY, epoch_ms, from_epoch_ms
from graph.errors import UserMistake
from graph.journey.reports.reporting import signal_of
from graph.journey.reports.signals import LateOrganisation, Signal

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["Remark", "SilenceResult", "acknowledge", "snooze", "wake"]


@dataclass(frozen=True)
class Remark:
    """The person who silences a signal, and why; None where it is not given."""

    by: str | None = None
    note: str | None = None


NO_REMARK = Remark()


@dataclass(frozen=True)
class SilenceResult:
    """The organisations that a change silences for an objective.

    `until` is when the first of them asks for attention again; None once nobody is silent.
    """

    objective: str
    organisations: int
    until: datetime | None = None


async def acknowledge(
    graph: Graph, clock: Clock, objective: str, organisation: str | None = None, *, remark: Remark = NO_REMARK
) -> SilenceResult:
    """Silence a late organisation until it has been pending for twice as long as now; without one, all that are late now.

    Organisations that become late afterwards ask for attention. Raises UserMistake: NOT_LATE if there is none to silence.
    """
    now, signal = epoch_ms(clock.now()), await signal_of(graph, clock, objective)
    late = signal.late if organisation is None else (_late(signal, organisation),)
    if not late:
        raise _nobody_late(signal)
    until = {each.organisation: now + round(each.days_pending * DAY) for each in late}
    rows = [{"organisation": id, "until": instant} for id, instant in until.items()]
    parameters = {"stage": signal.stage, "objective": objective, "kind": "ACKNOWLEDGED", "at": now, **vars(remark)}
    await _write(graph, "journey/silence", {**parameters, "rows": rows})
    return SilenceResult(objective, len(rows), from_epoch_ms(min(until.values())))


async def snooze(
    graph: Graph,
    clock: Clock,
    objective: str,
    until: datetime,
    organisation: str | None = None,
    *,
    remark: Remark = NO_REMARK,
) -> SilenceResult:
    """Silence a late organisation until an instant; without one the whole signal, later late organisations included.

    Raises UserMistake: NOT_LATE if there is none to silence, INVALID_UNTIL for an instant that has passed.
    """
    now, end = epoch_ms(clock.now()), epoch_ms(until)
    if end <= now:
        raise UserMistake("INVALID_UNTIL", f"{until.isoformat()} has passed; a snooze ends later than now", "until")
    signal = await signal_of(graph, clock, objective)
    parameters = {"objective": objective, "kind": "SNOOZED", "at": now, **vars(remark)}
    if organisation is not None:
        rows = [{"organisation": _late(signal, organisation).organisation, "until": end}]
        await _write(graph, "journey/silence", {**parameters, "stage": signal.stage, "rows": rows})
        return SilenceResult(objective, 1, until)
    affected = len(signal.late) + len(signal.silenced)
    if not affected:
        raise _nobody_late(signal)
    await _write(graph, "journey/silence_all", {**parameters, "until": end})
    return SilenceResult(objective, affected, until)


async def wake(graph: Graph, clock: Clock, objective: str, organisation: str | None = None) -> SilenceResult:
    """End the silence of an organisation for an objective; without one all silences of the signal.

    Raises UserMistake: NOT_SILENCED if none lasts now.
    """
    signal = await signal_of(graph, clock, objective)
    parameters = {"objective": objective, "organisation": organisation, "now": epoch_ms(clock.now())}

    async def work(transaction: Transaction) -> int:
        return int((await transaction.rows(queries.text("journey/wake"), parameters))[0]["ended"])

    if not await graph.write(work):
        raise _not_silenced(signal, organisation)
    return SilenceResult(objective, 0)


def _late(signal: Signal, organisation: str) -> LateOrganisation:
    for each in (*signal.late, *signal.silenced):
        if each.organisation == organisation:
            return each
    message = f"organisation {organisation!r} is not late with {signal.objective!r}: there is nothing to be silenced"
    raise UserMistake("NOT_LATE", message, "organisation")


def _nobody_late(signal: Signal) -> UserMistake:
    silent = f" {len(signal.silenced)} are silenced already." if signal.silenced else ""
    return UserMistake(
        "NOT_LATE", f"nobody late with {signal.objective!r} asks for attention now.{silent}", "objective"
    )


def _not_silenced(signal: Signal, organisation: str | None) -> UserMistake:
    if organisation is None:
        return UserMistake("NOT_SILENCED", f"nothing of {signal.objective!r} is silenced now", "objective")
    is_snoozed_with_all = any(each.organisation == organisation for each in signal.silenced)
    hint = "The whole signal is snoozed: wake it without an organisation." if is_snoozed_with_all else None
    message = f"organisation {organisation!r} by itself is not silenced for {signal.objective!r}."
    return UserMistake("NOT_SILENCED", message, "organisation", hint=hint)


async def _write(graph: Graph, statement: str, parameters: Mapping[str, Any]) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(queries.text(statement), parameters)

    await graph.write(work)
