"""What people say of signals: acknowledged until they worsen, snoozed until an instant, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.errors import UserMistake
from graph.journey.reports.baseline import DAY
from graph.journey.reports.reporting import signal_of
from graph.journey.reports.signals import Late, Signal

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["Said", "Silenced", "acknowledge", "snooze", "wake"]


@dataclass(frozen=True)
class Said:
    """Who says it, and why; None is not told."""

    by: str | None = None
    note: str | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True)
class Silenced:
    """Of which objective how many organisations are silent by what was said, and the instant at which the first asks again.

    `until` is None where nobody is silenced any more.
    """

    objective: str
    organisations: int
    until: datetime | None = None


async def acknowledge(
    graph: Graph, clock: Clock, objective: str, organisation: str | None = None, *, said: Said = NOTHING_SAID
) -> Silenced:
    """Silence an organisation late with an objective until it has been pending for twice as long as now; without one everybody late now.

    Who comes to be late afterwards asks for attention. Raises UserMistake, NOT_LATE where there is nobody to be acknowledged.
    """
    now, signal = epoch_ms(clock.now()), await signal_of(graph, clock, objective)
    whom = signal.late if organisation is None else (_late(signal, organisation),)
    if not whom:
        raise _nobody(signal)
    until = {each.organisation: now + round(each.days_pending * DAY) for each in whom}
    rows = [{"organisation": id, "until": instant} for id, instant in until.items()]
    given = {"stage": signal.stage, "objective": objective, "kind": "ACKNOWLEDGED", "at": now, **vars(said)}
    await _write(graph, "journey/silence", {**given, "rows": rows})
    return Silenced(objective, len(rows), from_epoch_ms(min(until.values())))


async def snooze(
    graph: Graph,
    clock: Clock,
    objective: str,
    until: datetime,
    organisation: str | None = None,
    *,
    said: Said = NOTHING_SAID,
) -> Silenced:
    """Silence an organisation late with an objective until an instant; without one the whole signal, who comes to be late too.

    Raises UserMistake: NOT_LATE where there is nobody to be snoozed, INVALID_UNTIL for an instant that has passed.
    """
    now, end = epoch_ms(clock.now()), epoch_ms(until)
    if end <= now:
        raise UserMistake("INVALID_UNTIL", f"{until.isoformat()} has passed; a snooze ends later than now", "until")
    signal = await signal_of(graph, clock, objective)
    given = {"objective": objective, "kind": "SNOOZED", "at": now, **vars(said)}
    if organisation is not None:
        rows = [{"organisation": _late(signal, organisation).organisation, "until": end}]
        await _write(graph, "journey/silence", {**given, "stage": signal.stage, "rows": rows})
        return Silenced(objective, 1, until)
    concerned = len(signal.late) + len(signal.silenced)
    if not concerned:
        raise _nobody(signal)
    await _write(graph, "journey/silence_all", {**given, "until": end})
    return Silenced(objective, concerned, until)


async def wake(graph: Graph, clock: Clock, objective: str, organisation: str | None = None) -> Silenced:
    """Take back what was said of an organisation and an objective; without one all that was said of the signal.

    Raises UserMistake, NOT_SILENCED where nothing was said that lasts still.
    """
    signal = await signal_of(graph, clock, objective)
    given = {"objective": objective, "organisation": organisation, "now": epoch_ms(clock.now())}

    async def work(transaction: Transaction) -> int:
        return int((await transaction.rows(queries.text("journey/wake"), given))[0]["ended"])

    if not await graph.write(work):
        raise _not_silenced(signal, organisation)
    return Silenced(objective, 0)


def _late(signal: Signal, organisation: str) -> Late:
    for each in (*signal.late, *signal.silenced):
        if each.organisation == organisation:
            return each
    said = f"organisation {organisation!r} is not late with {signal.objective!r}: there is nothing to be silenced"
    raise UserMistake("NOT_LATE", said, "organisation")


def _nobody(signal: Signal) -> UserMistake:
    silent = f" {len(signal.silenced)} are silenced already." if signal.silenced else ""
    return UserMistake(
        "NOT_LATE", f"nobody late with {signal.objective!r} asks for attention now.{silent}", "objective"
    )


def _not_silenced(signal: Signal, organisation: str | None) -> UserMistake:
    if organisation is None:
        return UserMistake("NOT_SILENCED", f"nothing of {signal.objective!r} is silenced now", "objective")
    whole = any(each.organisation == organisation for each in signal.silenced)
    hint = "The whole signal is snoozed: wake it without an organisation." if whole else None
    said = f"organisation {organisation!r} by itself is not silenced for {signal.objective!r}."
    return UserMistake("NOT_SILENCED", said, "organisation", hint=hint)


async def _write(graph: Graph, statement: str, given: Mapping[str, Any]) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(queries.text(statement), given)

    await graph.write(work)
