"""Measure sweeps of twenty stored roll-ups."""

from __future__ import annotations

from benchmarks import bulk
from benchmarks.engines import opened
from benchmarks.figures import FigureTable
from benchmarks.options import Options
from benchmarks.sweeps import sweep_figures
from graph.clock import Clock
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.rollups import RollUp, StoredRollUp

_NAMES = ("Project Created", "Report Viewed", "Invoice Shared")
ROLL_UPS: dict[str, RollUp] = {
    "members": RollUp("COUNT"),
    "admins": RollUp("COUNT", where="role = 'admin'"),
    "strong_members": RollUp("COUNT", where="score >= 50"),
    "score_total": RollUp("SUM", attribute="score"),
    "score_mean": RollUp("AVERAGE", attribute="score"),
    "score_best": RollUp("MAX", attribute="score"),
    "languages": RollUp("COUNT_DISTINCT", attribute="language"),
    "first_language": RollUp("FIRST", attribute="language"),
    "events_ever": RollUp("COUNT", "EVENTS"),
    "events_7d": RollUp("COUNT", "EVENTS", window_days=7),
    "events_30d": RollUp("COUNT", "EVENTS", window_days=30),
    "active_people_30d": RollUp("COUNT_DISTINCT", "EVENTS", window_days=30),
    "active_days_30d": RollUp("ACTIVE_DAYS", "EVENTS", window_days=30),
    "last_active": RollUp("LAST", "EVENTS"),
    **{
        f"{name.lower().replace(' ', '_')}_30d": RollUp("COUNT", "EVENTS", event_name=name, window_days=30)
        for name in _NAMES
    },
    "first_project": RollUp("FIRST", "EVENTS", event_name="Project Created"),
    "project_makers": RollUp("COUNT_DISTINCT", "EVENTS", event_name="Project Created"),
    "amount_30d": RollUp("SUM", "EVENTS", attribute="amount", event_name="Invoice Shared", window_days=30),
}


async def run(kind: str, options: Options) -> FigureTable:
    """Measure one engine with a tenth of the organisations and with all of them."""
    assert len(ROLL_UPS) == 20
    note = (
        f"Twenty stored roll-ups; {bulk.PEOPLE} people and {bulk.EVENTS} events an organisation. "
        "The first sweep writes every value, a later one finds nothing new."
    )
    async with opened(kind) as graph:
        return FigureTable(
            f"Roll-ups, {kind}", note, await sweep_figures(graph, options, define_roll_ups, list(ROLL_UPS))
        )


async def define_roll_ups(graph: Graph, clock: Clock) -> None:
    """Store all twenty roll-ups."""
    for name, roll_up in ROLL_UPS.items():
        await define_roll_up(graph, clock, StoredRollUp(name, roll_up))
