"""The evaluator killed between any two of its writes, before and after every commit: evaluated again, the graph is as if it never was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.rollups import RollUp, StoredRollUp
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.graph.journey.company import START, Company

T = TypeVar("T")
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


class Killed(Exception):
    pass


class Dying:
    """A graph for a process that dies after so many commits and then so many statements, or right after the next commit."""

    def __init__(self, graph: Graph, commits: int, statements: int) -> None:
        self._graph, self.commits, self.statements, self.spent = graph, commits, statements, 0

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async def cut(transaction: Transaction) -> T:
            found = await work(_Cut(transaction, self))  # type: ignore[arg-type]
            self.spend()
            return found

        found = await self._graph.write(cut)
        self.commits -= 1
        if self.commits < 0:
            raise Killed
        return found

    async def query(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await self._graph.query(text, parameters)

    def spend(self) -> None:
        """One more statement, or the commit."""
        if self.commits == 0:
            if self.spent == self.statements:
                raise Killed
            self.spent += 1


class _Cut:
    def __init__(self, transaction: Transaction, dying: Dying) -> None:
        self._transaction, self._dying = transaction, dying

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._dying.spend()
        return await self._transaction.rows(text, parameters)

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._dying.spend()
        await self._transaction.execute(text, parameters)


async def define_stages(graph: Graph) -> FixedClock:
    """Two organisations, one the other's parent, with facts that wait and instants that passed; nothing is evaluated yet."""
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


async def portrait(graph: Graph) -> list[str]:
    """Everything that evaluation writes, a line for each property; ids are chance."""
    rows = [*await graph.query(_NODES, {}), *await graph.query(_EDGES, {})]
    lines = []
    for row in rows:
        known = {name: value for name, value in row.pop("known", {"": ""}).items() if name not in _CHANCE}
        lines += [f"{sorted(map(str, row.values()))} {name} {value}" for name, value in known.items()]
    return sorted(lines)


async def test_a_kill_between_any_two_writes_changes_nothing_in_the_end(graph: Graph) -> None:
    clock = await define_stages(graph)
    await Evaluator(graph, clock, batch=1).evaluate_stale()
    never = await portrait(graph)

    clock = await define_stages(graph)
    now = await portrait(graph)
    commits = statements = kills = 0
    while True:
        dying = Dying(graph, commits, statements)
        try:
            await Evaluator(dying, clock, batch=1).evaluate_stale()  # type: ignore[arg-type]
        except Killed:
            before, now = now, await portrait(graph)
            kills += 1
            if dying.commits == 0:  # within a transaction: it left nothing
                assert commits or now == before
                statements += 1
            else:  # a sweep begins anew: it is let go on for one commit more
                commits, statements = commits + 1 if now == before else 0, 0
        else:
            break
    assert kills >= 60
    assert [line for line in await portrait(graph) if line not in never] == []
    assert len(now) == len(never)
    assert await Evaluator(graph, clock).evaluate_stale() == 0
