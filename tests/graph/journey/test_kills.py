"""The evaluator killed between any two of its writes, before and after every commit: evaluated again, the graph is as if it never was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from graph.clock import FixedClock
from graph.engine import Graph, Transaction
from graph.journey.changing import save_objective, save_stage, set_stage_status
from graph.journey.definition import ExitRule, Objective, Reentry, Stage
from graph.rollups import Evaluator, RollUp, StoredRollUp, define
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.graph.journey.company import START, Company

T = TypeVar("T")
_NODES = """
MATCH (n)
WHERE n:Organisation OR n:Membership OR n:Stay OR n:Stage OR n:AttributeDefinition
RETURN labels(n)[0] AS label, coalesce(n.name, n.key) AS name, properties(n) AS known
"""
_EDGES = """
MATCH (s:Stay)-[a]-(other)
RETURN type(a) AS type, s.stage AS stage, s.n AS n, coalesce(other.key, other.name) AS other, a.at AS at, a.instant AS instant
"""


class Killed(Exception):
    pass


class Dying:
    """A graph for a process that dies within its first transaction after so many statements, or right after its commit."""

    def __init__(self, graph: Graph, statements: int) -> None:
        self._graph, self.left, self.committed = graph, statements, False

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async def cut(transaction: Transaction) -> T:
            found = await work(_Cut(transaction, self))  # type: ignore[arg-type]
            self.spend()
            return found

        await self._graph.write(cut)
        self.committed = True
        raise Killed

    async def query(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await self._graph.query(text, parameters)

    def spend(self) -> None:
        if not self.left:
            raise Killed
        self.left -= 1


class _Cut:
    def __init__(self, transaction: Transaction, dying: Dying) -> None:
        self._transaction, self._dying = transaction, dying

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._dying.spend()
        return await self._transaction.rows(text, parameters)

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._dying.spend()
        await self._transaction.execute(text, parameters)


async def told(graph: Graph) -> FixedClock:
    """Two organisations, one the other's parent, with facts that wait and instants that passed; nothing is evaluated yet."""
    await wipe(graph)
    clock = FixedClock(START)
    writer = await open_writer(graph, clock)
    company = Company(graph, writer, clock)
    try:
        for name, parent in (("Acme", None), ("Bolt", "Acme")):
            await company.organisation(name, plan="pro", parent=parent)
        await define(graph, clock, StoredRollUp("lately", RollUp("COUNT", "EVENTS", window_days=7)))
        await define(graph, clock, StoredRollUp("there", RollUp("COUNT", "EVENTS"), "membership"))
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


async def portrait(graph: Graph) -> list[str]:
    """Everything that evaluation writes, line by line; ids are chance."""
    rows = [*await graph.query(_NODES, {}), *await graph.query(_EDGES, {})]
    for row in rows:
        chance = ("id", "key", "organisation", "name")
        row["known"] = sorted((name, str(value)) for name, value in row.get("known", {}).items() if name not in chance)
    return sorted(str({name: value for name, value in row.items() if name not in ("name", "other")}) for row in rows)


async def test_a_kill_between_any_two_writes_changes_nothing_in_the_end(graph: Graph) -> None:
    clock = await told(graph)
    await Evaluator(graph, clock, batch=1).evaluate_stale()
    never = await portrait(graph)

    clock = await told(graph)
    statements = kills = commits = 0
    while True:
        dying = Dying(graph, statements)
        before = await portrait(graph)
        try:
            await Evaluator(dying, clock, batch=1).evaluate_stale()  # type: ignore[arg-type]
        except Killed:
            kills += 1
            statements = 0 if dying.committed else statements + 1
            commits += dying.committed
            assert dying.committed or await portrait(graph) == before
        else:
            break
    assert commits >= 10
    assert kills >= 60
    assert await portrait(graph) == never
    assert await Evaluator(graph, clock).evaluate_stale() == 0
