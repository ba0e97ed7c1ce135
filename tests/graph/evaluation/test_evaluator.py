"""The evaluator inside the service: within a second of a fact, at the due instant, through the engine's failures (T2, T3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

import queries
from graph.clock import SystemClock, epoch_ms
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.errors import EngineUnavailable
from graph.evaluation import Evaluator
from graph.evaluation.definition_state import read_definitions
from graph.rollups import RollUp, StoredRollUp
from graph.writer import open_writer
from tests.graph.rollups import graphs, reading

CLOCK = SystemClock()


@pytest.fixture
async def evaluator(graph: Graph) -> AsyncIterator[Evaluator]:
    running = Evaluator(graph, CLOCK)
    yield running
    await running.stop()


async def until(graph: Graph, expected: Any, seconds: float = 20) -> float:
    """Wait until `size` of the organisation is as expected; says how long that took."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with asyncio.timeout(seconds):
        while True:
            rows = await graph.query("MATCH (o:Organisation) RETURN o.size AS size", {})
            if rows and reading.plain(rows[0]["size"]) == expected:
                return loop.time() - start
            await asyncio.sleep(0.01)


def member(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "membership",
        "person": {"email": f"{name}@example.com"},
        "organisation": {"domain": "ac.me"},
    } | more


async def test_what_the_writer_commits_is_rolled_up_soon_t2(graph: Graph, evaluator: Evaluator) -> None:
    writer = await open_writer(graph, CLOCK)
    writer.on_commit(evaluator.wake)
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    await evaluator.start()
    try:
        for name in ("ada", "bob"):
            outcome = await writer.submit([member(name)])
            assert not outcome.rejected
        assert await until(graph, 2) < 5
        await writer.submit([{**member("ada"), "type": "end_membership"}])
        await until(graph, 1)
    finally:
        await writer.close()


async def test_what_the_writer_counts_is_what_is_rolled_up_e4(graph: Graph, evaluator: Evaluator) -> None:
    writer = await open_writer(graph, CLOCK)
    at = (CLOCK.now() - timedelta(hours=1)).isoformat()
    event = {"type": "event", "name": "Signed In", "occurredAt": at, "organisation": {"domain": "ac.me"}}
    await define_roll_up(
        graph, CLOCK, StoredRollUp("size", RollUp("COUNT", "EVENTS", event_name="Signed In", window_days=7))
    )
    try:
        await writer.submit([member("ada")])
        for i in range(3):
            await writer.submit([{**event, "id": f"e{i}", "person": {"email": "ada@example.com"}}])
        await writer.submit([{**event, "id": "e0", "person": {"email": "ada@example.com"}}])
        await evaluator.evaluate_stale()
        assert await until(graph, 3) < 5
    finally:
        await writer.close()


async def test_it_wakes_by_itself_at_the_due_instant_t3(graph: Graph, evaluator: Evaluator) -> None:
    end = CLOCK.now() + timedelta(seconds=3)
    await graphs.run(
        graph,
        "CREATE (o:Organisation {id: 'o', version: 1, staleSince: datetime({epochMillis: 1})}) "
        "CREATE (p:Person {id: 'p'}) "
        "CREATE (p)-[:HAS_MEMBERSHIP]->(:Membership {id: 'm', until: datetime({epochMillis: $end})})"
        "-[:IN_ORGANISATION]->(o)",
        end=epoch_ms(end),
    )
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    await evaluator.start()
    await until(graph, 1)
    await until(graph, 0)
    assert CLOCK.now() >= end


async def test_it_goes_on_after_the_engine_failed(graph: Graph) -> None:
    await graphs.run(graph, "CREATE (:Organisation {id: 'o', version: 1, staleSince: datetime({epochMillis: 1})})")
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    running = Evaluator(Failing(graph, 2), CLOCK)  # type: ignore[arg-type]
    await running.start()
    try:
        await until(graph, 0)
    finally:
        await running.stop()


class Listening:
    """A graph that keeps the texts of the queries that are asked of it."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self.asked = graph, list[str]()

    async def query(self, text: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        self.asked.append(text)
        return await self._graph.query(text, parameters)

    async def write(self, work: Any) -> Any:
        return await self._graph.write(work)


async def test_nothing_is_asked_that_is_known_already(graph: Graph) -> None:
    listening = Listening(graph)
    evaluator = Evaluator(listening, CLOCK)  # type: ignore[arg-type]
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    writer = await open_writer(graph, CLOCK)
    try:
        for name in ("ada", "bob", "eve"):
            await writer.submit([member(name)])
            listening.asked.clear()
            await evaluator.evaluate_stale()
    finally:
        await writer.close()
    assert listening.asked == [queries.text("rollups/state"), queries.text("rollups/stale")]
    await until(graph, 3)


async def test_what_another_service_left_behind_is_found_with_time(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator = Evaluator(graph, CLOCK)
    await graphs.run(graph, "CREATE (:Organisation {id: 'o', version: 1, staleSince: datetime({epochMillis: 1})})")
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    await evaluator.evaluate_stale()
    await graphs.run(graph, "MATCH (o:Organisation) SET o.dueAt = datetime({epochMillis: 1})")
    assert await evaluator.evaluate_stale() == 0
    monkeypatch.setattr("graph.evaluation.batches._OTHER_SERVICES", 0)
    assert await evaluator.evaluate_stale() == 1


async def test_definitions_are_read_into_the_same_while_they_are_the_same(graph: Graph) -> None:
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    definitions = await read_definitions(graph)
    assert await read_definitions(graph, definitions) is definitions
    await define_roll_up(graph, CLOCK, StoredRollUp("acts", RollUp("COUNT", "EVENTS")))
    assert [each.name for each in (await read_definitions(graph, definitions)).roll_ups] == ["acts", "size"]


class Failing:
    """A graph whose first queries find no engine."""

    def __init__(self, graph: Graph, times: int) -> None:
        self._graph, self._times = graph, times

    async def query(self, text: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if self._times:
            self._times -= 1
            raise EngineUnavailable("nothing answers")
        return await self._graph.query(text, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)


async def test_two_evaluators_at_once_agree(graph: Graph) -> None:
    await graphs.run(
        graph,
        "UNWIND range(1, 40) AS i "
        "CREATE (:Organisation {id: 'o' + i, version: 1, staleSince: datetime({epochMillis: 1})})",
    )
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    both = [Evaluator(graph, CLOCK, batch=5), Evaluator(graph, CLOCK, batch=5)]
    await asyncio.gather(*(each.evaluate_stale() for each in both))
    left = await graph.query(
        "MATCH (o:Organisation) WHERE o.size IS NULL OR o.staleSince IS NOT NULL RETURN count(o) AS n", {}
    )
    assert left == [{"n": 0}]
