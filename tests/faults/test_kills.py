"""SIGKILL to the engine or the service in the middle of a load.

Acknowledged batches are there, and each batch is there whole or not at all. Loading again gives the graph of an
undisturbed load (F2, F10).
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from graph.engine import Graph, GraphSettings, open_graph
from graph.errors import DataDirectoryInUse
from graph.schema import migrate
from graph.schema.doctor import check
from graph.sources.catalogue import known_sources
from graph.sources.cursors import Move
from graph.writer import Origin, open_writer
from loaders.destinations import Destination, RemoteService
from loaders.errors import ServiceError
from loaders.service import ServiceClient
from loaders.sync import GraphLedger, Ledger, RemoteLedger
from tests.engines.neo4j_server import Neo4jServer
from tests.engines.wiping import wipe
from tests.faults.agreement import Portrait, differences
from tests.faults.rows import CLOCK, NOW, batches, contested, split_by_kind
from tests.faults.states import states
from tests.graph.writer.portrait import portrait
from tests.sdks.services import serving, settings_on

pytestmark = pytest.mark.grows

ROUNDS = 20 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 3
LOAD = split_by_kind(batches(contested(77, 110, people=12, organisations=6), 77, most=60))


@pytest.fixture
def killed_settings(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphSettings]:
    """A graph that only this test opens: with the embedded engine a directory, with Neo4j the server of all tests."""
    if engine_kind == "embedded":
        yield GraphSettings(data_dir=tmp_path / "data", heap="512m")
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
    else:
        server: Neo4jServer = request.getfixturevalue("neo4j_by_address")
        yield GraphSettings(data_dir=tmp_path, uri=server.uri, password=server.password)


@pytest.fixture(scope="module")
async def undisturbed(running_graph: Graph) -> list[Portrait]:
    """Portraits of the graph after each batch of an undisturbed load."""
    found = await states(running_graph, LOAD)
    await wipe(running_graph)
    return found


@asynccontextmanager
async def opened(settings: GraphSettings) -> AsyncIterator[Graph]:
    """The graph, as soon as the engine that lost its owner is gone."""
    deadline = time.monotonic() + 120
    while True:
        try:
            graph = await open_graph(settings)
            break
        except DataDirectoryInUse:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
    try:
        await migrate(graph, CLOCK)
        yield graph
    finally:
        await graph.close()


class Loading:
    """A load under way, to be disturbed."""

    def __init__(self) -> None:
        self.acknowledged = 0
        """Batches that were answered."""
        self.quickest = math.inf
        """Seconds that the quickest of them took."""

    async def send(self, destination: Destination, ledger: Ledger) -> None:
        await ledger.open_stream("load", "rows", "run")
        for number, rows in enumerate(LOAD, start=1):
            started = time.monotonic()
            await destination.submit(rows, Origin("rows", "load", (), Move("load", "rows", "run", number, str(number))))
            self.acknowledged += 1
            self.quickest = min(self.quickest, time.monotonic() - started)

    async def in_the_middle(self, dice: random.Random) -> None:
        """Wait for any moment within a batch that is neither among the first nor the last."""
        enough = dice.randrange(1, len(LOAD) - 5)
        async with asyncio.timeout(300):  # the load has failed then
            while self.acknowledged < enough:
                await asyncio.sleep(0.002)
        await asyncio.sleep(dice.random() * 1.5 * self.quickest)


async def load(graph: Graph, loading: Loading | None = None) -> None:
    writer = await open_writer(graph, CLOCK)
    try:
        await (loading or Loading()).send(writer, GraphLedger(graph, CLOCK))
    finally:
        await writer.close()


def one_of(found: Portrait, possible: list[Portrait]) -> bool:
    return any(differences(found, each) == [] for each in possible)


async def test_F10_a_service_killed_in_a_load_over_http_loses_nothing_acknowledged_and_a_second_load_heals(
    undisturbed: list[Portrait], killed_settings: GraphSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.service.TRIES", 1)
    expected, dice = undisturbed, random.Random(5)
    for round_ in range(ROUNDS):
        acknowledged = await kill_in_the_middle(killed_settings, dice)
        async with opened(killed_settings) as graph:
            await until_idle(graph)
            found = await portrait(graph)
            assert await check(graph) == []
            # exactly what was acknowledged, or one batch more: that was committed and could not be said
            assert one_of(found, expected[acknowledged : acknowledged + 2]), differences(found, expected[acknowledged])
            # the cursor stands behind the last batch that is there, and behind no other
            assert differences(found, expected[await cursor(graph)]) == []
            await load(graph)
            assert differences(await portrait(graph), expected[-1]) == [], f"round {round_}"
            await wipe(graph)


async def kill_in_the_middle(settings: GraphSettings, dice: random.Random) -> int:
    """Kill a service during a load, and return how many batches it had acknowledged."""
    loading = Loading()
    with serving(**settings_on(settings), MEMBERGRAPH_CLOCK=NOW.isoformat()) as service:
        async with ServiceClient(service.address) as client:
            sending = asyncio.create_task(loading.send(RemoteService(client), RemoteLedger(client)))
            await loading.in_the_middle(dice)
            service.stop(signal.SIGKILL)
            with pytest.raises(ServiceError, match="does not answer"):
                await sending
    return loading.acknowledged


async def cursor(graph: Graph) -> int:
    """The number of the batch that the stored cursor stands behind."""
    (source,) = await known_sources(graph, CLOCK)
    return int(source.streams[0].cursor or 0)


async def until_idle(graph: Graph) -> None:
    """Wait until a server has ended the transaction of a dead client."""
    if graph.kind == "neo4j":
        while len(await graph.query("SHOW TRANSACTIONS YIELD transactionId RETURN transactionId", {})) > 1:
            await asyncio.sleep(0.05)


@pytest.mark.embedded
async def test_F10_a_killed_engine_is_started_again_and_the_load_goes_on(
    undisturbed: list[Portrait], graph: Graph
) -> None:
    dice = random.Random(6)
    for round_ in range(ROUNDS):
        await wipe(graph)
        loading = Loading()
        sending = asyncio.create_task(load(graph, loading))
        await loading.in_the_middle(dice)
        pid = graph._engine.pid  # type: ignore[attr-defined]
        assert not sending.done(), "the load was over before the kill"
        os.kill(pid, signal.SIGKILL)
        await sending
        assert graph._engine.pid not in (None, pid)  # type: ignore[attr-defined]
        assert await check(graph) == []
        assert differences(await portrait(graph), undisturbed[-1]) == [], f"round {round_}"
        assert await cursor(graph) == len(LOAD)
