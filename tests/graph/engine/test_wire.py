"""Faults of a connection: lost before COMMIT, in COMMIT or anywhere, silent, and a message that is too large."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from neo4j import READ_ACCESS, WRITE_ACCESS

from graph.engine import Graph, GraphSettings, Transaction
from graph.engine.bolt import Unsupported
from graph.engine.server import ServerEngine
from graph.errors import EngineError, EngineRefused, EngineTimeout
from tests.engines.neo4j_server import Neo4jServer
from tests.graph.engine.standalone import Child, FaultyWire, faulty_wire, graph_at, start_child

COUNT = "MATCH (n:Rejected) RETURN count(n) AS nodes, count(DISTINCT n.id) AS ids"


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = start_child(tmp_path_factory.mktemp("standalone"))
    yield child
    child.end()


@pytest.fixture
async def wire(engine_kind: str, request: pytest.FixtureRequest) -> AsyncIterator[FaultyWire]:
    if engine_kind == "embedded":
        port = request.getfixturevalue("child").port
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_by_address")
        port = int(server.uri.rsplit(":", 1)[1])
    async with faulty_wire(port) as wire:
        yield wire


@pytest.fixture
async def wired(engine_kind: str, wire: FaultyWire, request: pytest.FixtureRequest) -> AsyncIterator[Graph]:
    """A graph behind the faulty wire, empty of Rejected nodes."""
    settings = GraphSettings(data_dir=Path("unused"), call_timeout=6.0)
    if engine_kind == "embedded":
        graph = graph_at(wire.port, settings, child=request.getfixturevalue("child"))
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_by_address")
        settings = dataclasses.replace(settings, uri=f"bolt://127.0.0.1:{wire.port}", password=server.password)
        graph = Graph(ServerEngine(settings), settings, writers=4)
    try:
        await graph.write(lambda tx: tx.execute("MATCH (n:Rejected) DETACH DELETE n", {}))
        wire.seen_commits = 0
        yield graph
    finally:
        wire.silent = False
        await graph.close()


async def put(graph: Graph, key: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute("MERGE (n:Rejected {id: $id})", {"id": key})

    await graph.write(work)


async def test_a_connection_lost_before_commit_is_tried_again(wired: Graph, wire: FaultyWire):
    wire.cut_commits_before = 2
    await put(wired, "a")
    assert wire.seen_commits == 3
    assert await wired.query(COUNT, {}) == [{"nodes": 1, "ids": 1}]


async def test_a_connection_lost_in_commit_is_replayed_and_nothing_is_doubled(wired: Graph, wire: FaultyWire):
    """The server has committed; the answer never came. The driver alone would give up with IncompleteCommit."""
    wire.cut_commits_after = 1
    await put(wired, "a")
    assert wire.seen_commits == 2
    assert await wired.query(COUNT, {}) == [{"nodes": 1, "ids": 1}]


async def test_connections_cut_all_the_time_leave_an_exact_graph(wired: Graph, wire: FaultyWire):
    async def cut() -> None:
        while True:
            await asyncio.sleep(0.15)
            wire.cut_all()

    cutting = asyncio.create_task(cut())
    try:
        for start in range(0, 60, 3):
            await asyncio.gather(*(put(wired, f"k{key}") for key in range(start, start + 3)))
            await asyncio.sleep(0.02)
    finally:
        cutting.cancel()
    assert await wired.query(COUNT, {}) == [{"nodes": 60, "ids": 60}]


async def test_a_unit_of_work_is_one_commit_over_our_own_connection(wired: Graph, wire: FaultyWire):
    bolt = wired._engine.bolt(WRITE_ACCESS)
    await put(wired, "a")
    assert wire.seen_commits == 1
    assert len(bolt._idle) == 1


async def test_our_own_commit_that_is_lost_is_done_by_the_driver(wired: Graph, wire: FaultyWire):
    """Cut before the server saw it, then after: the work runs once more each time, and once at the end."""
    runs = 0

    async def work(transaction: Transaction) -> None:
        nonlocal runs
        runs += 1
        await transaction.execute("MERGE (n:Rejected {id: 'a'}) SET n.runs = coalesce(n.runs, 0) + 1", {})

    wire.cut_commits_before = 1
    await wired.write(work)
    assert (runs, wire.seen_commits) == (2, 2)
    assert await wired.query("MATCH (n:Rejected) RETURN n.runs AS runs", {}) == [{"runs": 1}]
    wire.cut_commits_after = 1
    await wired.write(work)
    assert (runs, wire.seen_commits) == (4, 4)
    assert await wired.query("MATCH (n:Rejected) RETURN n.runs AS runs", {}) == [{"runs": 3}]


async def test_a_connection_cut_while_idle_or_under_way_is_not_noticed(wired: Graph, wire: FaultyWire):
    bolt = wired._engine.bolt(READ_ACCESS)
    assert await bolt.rows("RETURN 1 AS n", {}, None) == [{"n": 1}]
    wire.cut_all()
    await asyncio.sleep(0.05)
    assert await bolt.rows("RETURN 2 AS n", {}, None) == [{"n": 2}], "a dead connection was used"
    assert len(bolt._open) == 1
    counting = "UNWIND range(1, 1500000) AS n RETURN sum(n) AS sum"
    under_way = asyncio.create_task(bolt.rows(counting, {}, None))
    answered = asyncio.create_task(wired.query(counting, {}))
    await asyncio.sleep(0.1)
    assert not under_way.done()
    wire.cut_all()
    with pytest.raises(Unsupported):
        await under_way
    assert await answered == [{"sum": 1_500_000 * 1_500_001 // 2}]
    assert await wired.query("RETURN 3 AS n", {}) == [{"n": 3}]


async def test_after_a_silence_the_next_query_has_its_own_answer(wired: Graph, wire: FaultyWire):
    bolt = wired._engine.bolt(READ_ACCESS)
    await wired.query("RETURN 1 AS n", {})
    (before,) = bolt._open
    wire.silent = True
    with pytest.raises(EngineTimeout):
        await wired.query("RETURN 2 AS n", {}, timeout=0.5)
    assert not before.alive
    wire.silent = False
    assert await bolt.rows("RETURN 3 AS n", {}, None) == [{"n": 3}]
    assert await wired.query("RETURN 4 AS n", {}) == [{"n": 4}]


async def test_a_server_that_falls_silent_hangs_nobody(wired: Graph, wire: FaultyWire):
    await wired.query("RETURN 1", {})
    wire.silent = True
    started = time.monotonic()
    with pytest.raises(EngineTimeout):
        await put(wired, "a")
    with pytest.raises(EngineTimeout):
        await wired.query("RETURN 1", {}, timeout=1.0)
    assert time.monotonic() - started < 20


@pytest.mark.embedded
async def test_a_message_larger_than_the_engine_takes_is_an_error_and_no_wait_for_ever(wired: Graph):
    with pytest.raises(EngineError):
        await wired.query("RETURN size($text) AS n", {"text": "x" * 17_000_000})
    assert await wired.query("RETURN 1 AS n", {}) == [{"n": 1}]


@pytest.mark.embedded
async def test_a_wrong_password_is_said(child: Child):
    graph = graph_at(child.port, GraphSettings(), user="root", password="not the password")
    try:
        with pytest.raises(EngineRefused, match="user or the password"):
            await graph.query("RETURN 1", {})
    finally:
        await graph.close()
