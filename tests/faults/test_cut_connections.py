"""Connections cut at any moment of a load, before and in COMMIT too: the load goes on and its graph is exact (F2, F10)."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from graph.clock import SystemClock
from graph.engine import Graph, GraphSettings
from graph.engine.server import ServerEngine
from graph.schema import migrate
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.neo4j_server import Neo4jServer
from tests.engines.wiping import wipe
from tests.faults.agreement import differences
from tests.faults.rows import CLOCK, batches, contested
from tests.graph.engine.standalone import Child, FaultyWire, faulty_wire, graph_at, start_child
from tests.graph.writer.portrait import portrait


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = start_child(tmp_path_factory.mktemp("cut"))
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
    """An empty graph behind the faulty wire."""
    settings = GraphSettings(data_dir=Path("unused"))
    if engine_kind == "embedded":
        graph = graph_at(wire.port, settings)
        graph.writers, graph._writing = 1, asyncio.Semaphore(1)
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_by_address")
        settings = dataclasses.replace(settings, uri=f"bolt://127.0.0.1:{wire.port}", password=server.password)
        graph = Graph(ServerEngine(settings), settings, writers=4)
    try:
        await migrate(graph, SystemClock())
        await wipe(graph)
        yield graph
    finally:
        await graph.close()


async def test_F10_a_load_whose_connections_are_cut_again_and_again_ends_exact(wired: Graph, wire: FaultyWire) -> None:
    rows = contested(300, 100, people=10)
    writer = await open_writer(wired, CLOCK)
    await writer.submit(rows)
    expected = await portrait(wired)
    await writer.close()
    await wipe(wired)
    dice = random.Random(9)
    writer = await open_writer(wired, CLOCK)
    try:
        for each in batches(rows, 9, most=10):
            loop = asyncio.get_running_loop()
            match dice.randrange(4):
                case 0:
                    wire.cut_commits_before = 1
                case 1:
                    wire.cut_commits_after = 1
                case 2:
                    loop.call_later(dice.uniform(0, 0.3), wire.cut_all)
            outcome = await writer.submit(each)
            assert len(outcome.ids) == len(each)
    finally:
        await writer.close()
    assert await check(wired) == []
    assert differences(await portrait(wired), expected) == []
