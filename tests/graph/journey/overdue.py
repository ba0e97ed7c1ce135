"""A company with overdue work: for tests that stop its evaluation half-way."""

from __future__ import annotations

from datetime import timedelta

from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.rollups import RollUp, StoredRollUp
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.graph.journey.company import START, Company

_NODES = """
MATCH (n)
WHERE n:Organisation OR n:Membership OR n:Stay OR n:Stage OR n:AttributeDefinition
RETURN labels(n)[0] AS label, n.name AS name, n.stage AS stage, n.n AS n,
       COLLECT { MATCH (n)<-[:STAYED]-(o) RETURN o.name } AS owners, properties(n) AS known
"""
_EDGES = """
MATCH (s:Stay)-[a]-(other)
RETURN type(a) AS type, s.stage AS stage, s.n AS n, coalesce(other.name, other.key) AS other, a.at AS at, a.instant AS instant
"""
_CHANCE = ("id", "key", "organisation", "event", "person")


async def prepare_overdue(graph: Graph) -> FixedClock:
    """Return the clock of two organisations, one the parent of the other, with pending facts and due instants that passed.

    Nothing of that is evaluated yet.
    """
    await wipe(graph)
    clock = FixedClock(START)
    writer = await open_writer(graph, clock)
    company = Company(graph, writer, clock)
    try:
        for name, parent in (("Acme", None), ("Bolt", "Acme")):
            await company.organisation(name, plan="pro", parent=parent)
        await define_roll_up(graph, clock, StoredRollUp("lately", RollUp("COUNT", "EVENTS", window_days=7)))
        await define_roll_up(graph, clock, StoredRollUp("there", RollUp("COUNT", "EVENTS"), "membership"))
        begun = Objective("begun", "Begun", criteria="did 'Project Created' at least 1 times")
        onboarding = _stage("onboarding", 0, "plan = 'pro'", ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 5))
        await _live(graph, clock, onboarding, begun)
        await _live(graph, clock, _stage("busy", 1, "lately >= 1", ExitRule("CRITERIA", criteria="lately < 1")))
        below = "parent (last_left_onboarding_stage has any value)"
        await _live(graph, clock, _stage("below", 2, below, ExitRule("AFTER_DAYS", 3)))
        await Evaluator(graph, clock).evaluate_stale()
        clock.advance(timedelta(days=2))
        await company.event("Acme", "Project Created", START + timedelta(days=1), "ann")
        await company.event("Bolt", "Signed In", START + timedelta(days=2), "bob")
        await _live(graph, clock, _stage("new", 3, "plan = 'pro'", ExitRule("AFTER_DAYS", 4)))
        clock.advance(timedelta(days=20))
    finally:
        await writer.close()
    return clock


def _stage(key: str, position: int, entry: str, exit_: ExitRule) -> Stage:
    return Stage(key, "customer", key, entry, exit_, position, reentry=Reentry("ALWAYS"))


async def _live(graph: Graph, clock: FixedClock, stage: Stage, *objectives: Objective) -> None:
    await save_stage(graph, clock, stage)
    for each in objectives:
        await save_objective(graph, clock, stage.key, each)
    await set_stage_status(graph, clock, stage.key, "LIVE")


async def portrait_of_stages(graph: Graph) -> list[str]:
    """Return everything that evaluation writes, a line for each property. Random ids are left out."""
    rows = [*await graph.query(_NODES, {}), *await graph.query(_EDGES, {})]
    lines = []
    for row in rows:
        known = {name: value for name, value in row.pop("known", {"": ""}).items() if name not in _CHANCE}
        lines += [f"{sorted(map(str, row.values()))} {name} {value}" for name, value in known.items()]
    return sorted(lines)
