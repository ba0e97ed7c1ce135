"""Making the sample company: its year is lived through, as the service would have lived it.

What was known is written, roll-ups and stages are defined, the stages go live. Then each evening what was due by time comes
first, at its own instant, then what was told since the evening before, and the same evaluator decides what follows (J1,
T4). No stay is written by hand. How far it got is noted each time, so that who was stopped in the middle goes on there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import queries
from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.evaluation import Evaluator
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.decisions.manual_changes import complete_objective
from graph.references import referred
from graph.writer import Writer, WriterSettings, open_writer
from membergraph.sample import SEED, Evening, History, history
from membergraph.sample.definitions import PRECEDENCES, ROLL_UPS
from membergraph.sample.stages import HEALTH, STAGES

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["Made", "Progress", "load", "made"]

Progress = Callable[[date, int, int], None]
"""Told the evening that was just lived, how many are over, and how many there are."""
_DAYS_END = time(23, 59, 59, tzinfo=UTC)
_FOUNDED = 0
_TOGETHER = 500
"""Organisations evaluated at once: nobody else waits for a turn."""


@dataclass(frozen=True)
class Made:
    """How far the sample is made: the day it is made relative to, and how many evenings of its year are lived.

    `lived` is None while not even the beginning is done.
    """

    today: date
    lived: int | None


async def made(graph: Graph) -> Made | None:
    """How far the sample in the graph is made; None where it was not begun."""
    rows = await graph.query(queries.text("sample/made"), {})
    return Made(date.fromisoformat(rows[0]["today"]), rows[0]["lived"]) if rows else None


async def load(
    graph: Graph,
    today: date,
    *,
    seed: int = SEED,
    until: int | None = None,
    settings: WriterSettings | None = None,
    progress: Progress | None = None,
) -> None:
    """Make the sample relative to `today` (a UTC day), or go on where an earlier call was stopped, on its own day.

    With `until`, only so many evenings of the year. Nothing else may write to the graph or evaluate it meanwhile.
    """
    known = await made(graph) or Made(today, None)
    lived_through = history(known.today, seed)
    clock = FixedClock(datetime.combine(lived_through.begins, time(), UTC))
    writer = await open_writer(graph, clock, settings=settings)
    try:
        alone = Evaluator(graph, clock, in_turn=_TOGETHER)
        life = _Life(graph, clock, writer, alone, known.today)
        if known.lived is None:
            await life.found(lived_through)
        evenings = lived_through.evenings[:until]
        for number in range(known.lived or _FOUNDED, len(evenings)):
            await life.live(evenings[number], number + 1)
            if progress is not None:
                progress(evenings[number].day, number + 1, len(evenings))
    finally:
        await writer.close()


@dataclass(frozen=True)
class _Life:
    """A graph whose clock stands where we set it."""

    graph: Graph
    clock: FixedClock
    writer: Writer
    evaluator: Evaluator
    today: date

    async def found(self, lived_through: History) -> None:
        """Write what was known when the year began; define what is to be kept right from then on."""
        await self._note(None)
        await self.writer.submit(lived_through.known)
        for entity, attribute, sources in PRECEDENCES:
            await self.writer.set_precedence(entity, attribute, sources)
        for each in ROLL_UPS:
            await define_roll_up(self.graph, self.clock, each)
        await define_calculated(self.graph, self.clock, HEALTH)
        for stage in STAGES:
            await save_stage(self.graph, self.clock, stage)
            for objective in stage.objectives:
                await save_objective(self.graph, self.clock, stage.key, objective)
            await set_stage_status(self.graph, self.clock, stage.key, "LIVE")
        await self.evaluator.evaluate_stale()
        await self._note(_FOUNDED)

    async def live(self, evening: Evening, number: int) -> None:
        """Live to the end of an evening's day."""
        self.clock.set(datetime.combine(evening.day, _DAYS_END))
        await self.evaluator.evaluate_due()
        await self.writer.submit(evening.rows)
        await self.evaluator.evaluate_stale()
        for each in evening.ticked:
            organisation = await referred(
                self.graph, "organisation", f"organisation_id:{each.organisation}", "organisation"
            )
            at = datetime.fromisoformat(each.at)
            await complete_objective(self.graph, self.clock, organisation, each.objective, at)
        await self._note(number)

    async def _note(self, lived: int | None) -> None:
        given = {"today": self.today.isoformat(), "lived": lived}
        await self.graph.write(lambda transaction: transaction.execute(queries.text("sample/note"), given))
