"""Decisions of people, recorded as such: objectives ticked, organisations put into a stage or taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.errors import UserMistake
from graph.journey.decisions.rows import achieved_rows, stay_from, stay_row
from graph.journey.decisions.stay import Achievement, Stay, all_done, close
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.stored import Library, read_library

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["complete_objective", "put_in", "take_out"]

Decide = Callable[[Library, Sequence[Stay], int], Stay]
"""From the definitions, the organisation's stays and now (epoch milliseconds) to the new form of a stay. Raises UserMistake."""


async def complete_objective(
    graph: Graph, clock: Clock, organisation: str, objective: str, at: datetime | None = None
) -> Stay:
    """Tick an objective in the open stay, as of `at` (default: now). A ticked one stays as it is. Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        stage = library.known_stage_of(objective)
        stay = _open_stay(stage, stays)
        done_at = now if at is None else epoch_ms(at)
        if not stay.entered_at <= done_at <= now:
            entered_at = from_epoch_ms(stay.entered_at).isoformat()
            message = f"the stay began at {entered_at}; `at` must lie between that and now"
            raise UserMistake("OUTSIDE_STAY", message, "at")
        if objective in stay.achieved:
            return stay
        achieved = {**stay.achieved, objective: Achievement(done_at, manual=True)}
        return replace(stay, achieved=achieved, applicable=stay.applicable | {objective})

    return await _apply(graph, clock, organisation, decide)


async def put_in(graph: Graph, clock: Clock, organisation: str, stage: str) -> Stay:
    """Put an organisation into a live stage, whatever its entry criterion says. Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        known = _live_stage(library, stage)
        stays_there = [each for each in stays if each.stage == stage]
        if any(each.is_open for each in stays_there):
            raise UserMistake("ALREADY_IN_STAGE", f"the organisation is in stage {stage!r} already", "organisation")
        number = max((each.number for each in stays_there), default=0) + 1
        return Stay(stage, number, known.version, now, by_hand=True)

    return await _apply(graph, clock, organisation, decide)


async def take_out(graph: Graph, clock: Clock, organisation: str, stage: str) -> Stay:
    """Take an organisation out of a stage: EXITED, unless all that counts is complete (J6). Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        stay = _open_stay(_live_stage(library, stage), stays)
        return replace(close(stay, now, completed=_is_done(library, stay), reason="by hand"), by_hand=True)

    return await _apply(graph, clock, organisation, decide)


async def _apply(graph: Graph, clock: Clock, organisation: str, decide: Decide) -> Stay:
    """Write what a person decides, and return the stay."""
    now = epoch_ms(clock.now())

    async def work(transaction: Transaction) -> Stay:
        # The lock that evaluators take comes first, so that nobody else decides about the same stays meanwhile.
        await transaction.execute(queries.text("journey/lock"), {})
        found = await transaction.rows(queries.text("journey/touch"), {"organisation": organisation, "now": now})
        if not found:
            raise UserMistake("NOT_FOUND", f"There is no organisation {organisation!r}.", "organisation")
        library = await read_library(transaction)
        rows = await transaction.rows(queries.text("journey/stays_of"), {"organisation": organisation})
        stays = [stay_from(each) for each in rows[0]["stays"]]
        decided = decide(library, stays, now)
        before = next((each for each in stays if each.identity == decided.identity), None)
        if decided != before:
            parameters = {
                "stays": [stay_row(organisation, decided, done=_is_done(library, decided))],
                "achieved": achieved_rows(organisation, decided, before, {}),
            }
            await transaction.execute(queries.text("journey/write_stays"), parameters)
        return decided

    return await graph.write(work)


def _live_stage(library: Library, key: str) -> Stage:
    stage = library.known_stage(key)
    if not stage.is_live:
        raise UserMistake("NOT_LIVE", f"stage {key!r} is {stage.status}; only a live stage moves anybody", "stage")
    return stage


def _open_stay(stage: Stage, stays: Sequence[Stay]) -> Stay:
    stay = next((each for each in stays if each.stage == stage.key and each.is_open), None)
    if stay is None:
        raise UserMistake("NOT_IN_STAGE", f"the organisation is not in stage {stage.key!r} now", "organisation")
    return stay


def _is_done(library: Library, stay: Stay) -> bool:
    """Return whether all that counts is complete, by the rules that the stay began under (J9)."""
    stage = library.known_stage(stay.stage)
    kept = library.versions.get((stay.stage, stay.version))
    rules = stage if kept is None or stay.version == stage.version else stage.for_stay(kept)
    return all_done((each.key for each in rules.objectives if each.counts), stay)
