"""Measure sweeps of ten live stages with five objectives each, over twenty stored roll-ups."""

from __future__ import annotations

from benchmarks import bulk
from benchmarks.engines import opened
from benchmarks.figures import FigureTable
from benchmarks.options import Options
from benchmarks.rollups import ROLL_UPS, define_roll_ups
from benchmarks.sweeps import sweep_figures
from graph.clock import Clock
from graph.engine import Graph
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage

STAGES, OBJECTIVES = 10, 5
_ENTRIES = ("events_ever >= 1", "active_people_30d >= 1", "last_active within last 60 days", "members >= 2")
_EXITS = (
    ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30),
    ExitRule("AFTER_DAYS", 60),
    ExitRule("CRITERIA", criteria="active_people_30d = 0"),
    ExitRule("ONGOING"),
)
_CRITERIA = (
    "events_7d >= {}",
    "score_mean >= {}0",
    "project_created_30d >= {}",
    "did 'Report Viewed' at least {} times within last 90 days",
    "active_days_30d >= {} and members >= 2",
)


async def run(kind: str, options: Options) -> FigureTable:
    """Measure one engine with a tenth of the organisations and with all of them."""
    note = (
        f"{STAGES} live stages with {OBJECTIVES} objectives each and twenty stored roll-ups; {bulk.PEOPLE} people and {bulk.EVENTS} "
        "events an organisation. The first sweep decides every stay, a later one finds nothing new."
    )
    async with opened(kind) as graph:
        return FigureTable(
            f"Journeys, {kind}", note, await sweep_figures(graph, options, define_journeys, list(ROLL_UPS))
        )


async def define_journeys(graph: Graph, clock: Clock) -> None:
    """Store the roll-ups and make the stages live. Every other stage is chained on the one before."""
    await define_roll_ups(graph, clock)
    for n in range(STAGES):
        chained = f"last_left_stage_{n - 1}_stage has any value" if n % 2 else _ENTRIES[n // 2 % len(_ENTRIES)]
        key = f"stage_{n}"
        stage = Stage(
            key, "customer", f"Stage {n}", chained, _EXITS[n % len(_EXITS)], n, reentry=Reentry("AFTER_DAYS", 30)
        )
        await save_stage(graph, clock, stage)
        for m, criteria in enumerate(_CRITERIA[:OBJECTIVES]):
            await save_objective(
                graph, clock, key, Objective(f"goal_{n}_{m}", f"Goal {m}", criteria=criteria.format(n + 1))
            )
        await set_stage_status(graph, clock, key, "LIVE")
