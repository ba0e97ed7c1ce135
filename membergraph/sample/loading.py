"""Makes the sample company: its year passes as it would have passed in a running service.

First the earlier rows are written, roll-ups and stages are defined, and the stages go live. Each evening then evaluates due
organisations at their own instants, writes the rows since the evening before, and evaluates again (J1, T4). The evaluator
makes every stay. The progress is stored each time, so that an interrupted run continues.
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
from graph.references import resolve_reference
from graph.writer import Writer, WriterSettings, open_writer
from membergraph.sample import SEED, Evening, SampleYear, year
from membergraph.sample.definitions import PRECEDENCES, ROLL_UPS
from membergraph.sample.stages import HEALTH, STAGES

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["OnEvening", "SampleProgress", "load", "progress_of"]

OnEvening = Callable[[date, int, int], None]
"""Called after each evening with its day, the number of evenings done, and the number of all."""
_END_OF_DAY = time(23, 59, 59, tzinfo=UTC)
_PREPARED = 0
_BATCH = 500
"""Organisations evaluated at once. No other work waits, so this is more than in a service."""


@dataclass(frozen=True)
class SampleProgress:
    """The day to which the sample is relative, and how many of its evenings are evaluated. None: nothing is prepared yet."""

    today: date
    evenings: int | None


async def progress_of(graph: Graph) -> SampleProgress | None:
    """Return the progress of the sample in a graph, or None if it was not started."""
    rows = await graph.query(queries.text("sample/progress"), {})
    return SampleProgress(date.fromisoformat(rows[0]["today"]), rows[0]["evenings"]) if rows else None


async def load(
    graph: Graph,
    today: date,
    *,
    seed: int = SEED,
    until: int | None = None,
    settings: WriterSettings | None = None,
    on_evening: OnEvening | None = None,
) -> None:
    """Make the sample relative to `today` (a day in UTC), or continue an interrupted run on its own day.

    `until` is a number of evenings to stop after. Nothing else may write to the graph or evaluate it meanwhile.
    """
    progress = await progress_of(graph) or SampleProgress(today, None)
    sample = year(progress.today, seed)
    clock = FixedClock(datetime.combine(sample.begins, time(), UTC))
    writer = await open_writer(graph, clock, settings=settings)
    try:
        run = _Run(graph, clock, writer, Evaluator(graph, clock, short_batch=_BATCH), progress.today)
        if progress.evenings is None:
            await run.prepare(sample)
        evenings = sample.evenings[:until]
        for number in range(progress.evenings or _PREPARED, len(evenings)):
            await run.pass_evening(evenings[number], number + 1)
            if on_evening is not None:
                on_evening(evenings[number].day, number + 1, len(evenings))
    finally:
        await writer.close()


@dataclass(frozen=True)
class _Run:
    """A graph whose clock this module sets."""

    graph: Graph
    clock: FixedClock
    writer: Writer
    evaluator: Evaluator
    today: date

    async def prepare(self, sample: SampleYear) -> None:
        """Write the rows from before the year, and define roll-ups, precedence and stages."""
        await self._note(None)
        await self.writer.submit(sample.known)
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
        await self._note(_PREPARED)

    async def pass_evening(self, evening: Evening, number: int) -> None:
        """Move the clock to the end of an evening's day, and do its work."""
        self.clock.set(datetime.combine(evening.day, _END_OF_DAY))
        await self.evaluator.evaluate_due()
        await self.writer.submit(evening.rows)
        await self.evaluator.evaluate_stale()
        for tick in evening.ticks:
            organisation = await resolve_reference(
                self.graph, "organisation", f"organisation_id:{tick.organisation}", "organisation"
            )
            at = datetime.fromisoformat(tick.at)
            await complete_objective(self.graph, self.clock, organisation, tick.objective, at)
        await self._note(number)

    async def _note(self, evenings: int | None) -> None:
        values = {"today": self.today.isoformat(), "evenings": evenings}
        await self.graph.write(lambda transaction: transaction.execute(queries.text("sample/note"), values))
