"""A real engine of either kind behind a wire that tests can cut, delay and silence."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.clock import SystemClock
from graph.engine import Graph, GraphSettings
from graph.engine.child import Child, spawn
from graph.engine.embedded import EmbeddedEngine
from graph.engine.server import ServerEngine
from graph.schema import migrate
from tests.engines.neo4j_server import Neo4jServer
from tests.engines.wiping import wipe
from tests.graph.engine.standalone import FaultyWire, faulty_wire


class _ThroughTheWire(Child):
    """An engine's process that is reached through a wire."""

    def __init__(self, child: Child, wire: FaultyWire) -> None:
        super().__init__(child.process, child.password, child._settings)
        self._wire = wire

    async def port(self) -> int:
        self._wire.server_port = await super().port()
        return self._wire.port


@pytest.fixture(scope="module")
async def wire() -> AsyncIterator[FaultyWire]:
    async with faulty_wire(0) as wire:
        yield wire


@pytest.fixture(scope="module")
async def wired_graph(
    engine_kind: str, wire: FaultyWire, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Graph]:
    settings = GraphSettings(data_dir=tmp_path_factory.mktemp(secrets.token_hex(4)), heap="256m")
    engine: EmbeddedEngine | ServerEngine
    if engine_kind == "embedded":
        engine = EmbeddedEngine(settings)
        await engine.start(_ThroughTheWire(await spawn(settings), wire))
        graph = Graph(engine, settings, writers=1)
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_by_address")
        wire.server_port = int(server.uri.rsplit(":", 1)[1])
        settings = dataclasses.replace(
            settings, data_dir=Path("unused"), uri=f"bolt://127.0.0.1:{wire.port}", password=server.password
        )
        engine = ServerEngine(settings)
        graph = Graph(engine, settings, writers=4)
    try:
        await migrate(graph, SystemClock())
        yield graph
    finally:
        await graph.close()


@pytest.fixture
async def wired(wired_graph: Graph, wire: FaultyWire) -> Graph:
    """An empty graph behind the faulty wire."""
    await wire.release()
    await wipe(wired_graph)
    return wired_graph
