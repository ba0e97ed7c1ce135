"""What people decide themselves: objectives ticked, organisations put into a stage or taken out, recorded as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.errors import UserMistake
from graph.journey.decisions.rows import achieved_rows, stay_from, stay_row
from graph.journey.decisions.stay import Achievement, Stay, all_done
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.exits import StayOutcome
from graph.journey.definitions.stored import Library, read_library

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["complete_objective", "put_in", "take_out"]

Decide = Callable[[Library, Sequence[Stay], int], Stay]
"""From what is defined, the organisation's stays and the present instant to the stay as it shall be. Raises UserMistake."""


async def complete_objective(
    graph: Graph, clock: Clock, organisation: str, objective: str, at: datetime | None = None
) -> Stay:
    """Tick an objective in the open stay, as of `at` (default: now); one ticked already stays as it is. Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        stage = library.known_stage_of(objective)
        stay = _open(stage, stays)
        done_at = now if at is None else epoch_ms(at)
        if not stay.entered_at <= done_at <= now:
            said = f"the stay began at {_text(stay.entered_at)}; `at` must lie between that and now"
            raise UserMistake("OUTSIDE_STAY", said, "at")
        if objective in stay.achieved:
            return stay
        achieved = {**stay.achieved, objective: Achievement(done_at, manual=True)}
        return replace(stay, achieved=achieved, applicable=stay.applicable | {objective})

    return await _decided(graph, clock, organisation, decide)


async def put_in(graph: Graph, clock: Clock, organisation: str, stage: str) -> Stay:
    """Put an organisation into a live stage, whatever its entry criterion says. Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        known = _live(library, stage)
        mine = [each for each in stays if each.stage == stage]
        if any(each.open for each in mine):
            raise UserMistake("ALREADY_IN_STAGE", f"the organisation is in stage {stage!r} already", "organisation")
        number = max((each.n for each in mine), default=0) + 1
        return Stay(stage, number, known.version, now, by_hand=True)

    return await _decided(graph, clock, organisation, decide)


async def take_out(graph: Graph, clock: Clock, organisation: str, stage: str) -> Stay:
    """Take an organisation out of a stage: EXITED, unless all that counts is complete (J6). Raises UserMistake."""

    def decide(library: Library, stays: Sequence[Stay], now: int) -> Stay:
        known = _live(library, stage)
        stay = _open(known, stays)
        outcome: StayOutcome = "COMPLETED" if _done(library, stay) else "EXITED"
        return replace(stay, exited_at=now, outcome=outcome, reason="by hand", by_hand=True)

    return await _decided(graph, clock, organisation, decide)


async def _decided(graph: Graph, clock: Clock, organisation: str, decide: Decide) -> Stay:
    now = epoch_ms(clock.now())

    async def work(transaction: Transaction) -> Stay:
        # First the lock that evaluators take, so that nobody decides of the same stays at once.
        await transaction.execute(queries.text("journey/turn"), {})
        found = await transaction.rows(queries.text("journey/touch"), {"organisation": organisation, "now": now})
        if not found:
            raise UserMistake("NOT_FOUND", f"There is no organisation {organisation!r}.", "organisation")
        library = await read_library(transaction)
        rows = await transaction.rows(queries.text("journey/stays_of"), {"organisation": organisation})
        stays = [stay_from(each) for each in rows[0]["stays"]]
        wanted = decide(library, stays, now)
        before = next((each for each in stays if each.identity == wanted.identity), None)
        if wanted != before:
            given = {
                "stays": [stay_row(organisation, wanted, done=_done(library, wanted))],
                "achieved": achieved_rows(organisation, wanted, before, {}),
            }
            await transaction.execute(queries.text("journey/write_stays"), given)
        return wanted

    return await graph.write(work)


def _live(library: Library, key: str) -> Stage:
    stage = library.known_stage(key)
    if stage.status != "LIVE":
        raise UserMistake("NOT_LIVE", f"stage {key!r} is {stage.status}; only a live stage moves anybody", "stage")
    return stage


def _open(stage: Stage, stays: Sequence[Stay]) -> Stay:
    stay = next((each for each in stays if each.stage == stage.key and each.open), None)
    if stay is None:
        raise UserMistake("NOT_IN_STAGE", f"the organisation is not in stage {stage.key!r} now", "organisation")
    return stay


def _done(library: Library, stay: Stay) -> bool:
    """Whether all that counts is complete, by the rules that the stay began under (J9)."""
    stage = library.known_stage(stay.stage)
    kept = library.versions.get((stay.stage, stay.version))
    rules = stage if kept is None or stay.version == stage.version else stage.for_stay(kept)
    return all_done((each.key for each in rules.objectives if each.counts), stay)


def _text(instant: int) -> str:
    return from_epoch_ms(instant).isoformat()
