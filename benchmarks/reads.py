"""GraphQL reads over HTTP on one Neo4j, beside the bare driver and @neo4j/graphql, all with the same answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase, NotificationMinimumSeverity

from benchmarks import company, peers, statements
from benchmarks.engines import migrated, neo4j
from benchmarks.figures import Figure, Table, median
from benchmarks.options import Options
from benchmarks.processes import cpu
from benchmarks.questions import QUESTIONS, Question
from benchmarks.serving import Served, serving
from benchmarks.wire import Connection, connected, post, throughput
from graph.clock import SystemClock
from graph.engine import GraphSettings
from graph.writer import open_writer
from tests.engines.neo4j_server import Neo4jServer

CONNECTIONS = 8
MEMBERS = 12
"""People an organisation: more than the ten that are asked for."""
BLOCK = 20
"""Requests in a row to one server before the next has its turn."""
PEERS = ("connections", "lists")
Ask = Callable[[], Awaitable[Any]]


async def run(_: str, options: Options) -> Table:
    """Measure on Neo4j."""
    with neo4j() as server, tempfile.TemporaryDirectory(prefix="membergraph-benchmark-") as folder:
        await _load(server, Path(folder) / "loader", options.scale)
        engine = {"MEMBERGRAPH_NEO4J_URI": server.uri, "MEMBERGRAPH_NEO4J_PASSWORD": server.password}
        with (
            serving(Path(folder) / "service", **engine) as ours,
            peers.neo4j_graphql(server.uri, server.password) as peer,
        ):
            async with _bare_driver(server) as driver:
                bench = _Reads(ours, peer, driver, options)
                return Table(
                    "Reads, neo4j", _NOTE.format(options.scale, MEMBERS, options.rounds), await bench.figures()
                )


_NOTE = (
    "{:,} organisations with {} people each, medians over {} alternating rounds. `connections` is @neo4j/graphql's Relay form, which "
    "promises what ours does; `lists` its form with less work. CPU is the API process's own. Over HTTP, but for the bare driver."
)


def _bare_driver(server: Neo4jServer) -> AsyncDriver:
    """The driver as one who cares for speed would set it: no hints from the server with every answer."""
    auth = ("neo4j", server.password)
    return AsyncGraphDatabase.driver(server.uri, auth=auth, notifications_min_severity=NotificationMinimumSeverity.OFF)


async def _load(server: Neo4jServer, folder: Path, organisations: int) -> None:
    async with migrated(GraphSettings(data_dir=folder, uri=server.uri, password=server.password)) as graph:
        writer = await open_writer(graph, SystemClock())
        for rows in company.make("reads", organisations, people=MEMBERS).kinds.values():
            assert not (await writer.submit(rows)).rejected
        await writer.close()


class _Reads:
    def __init__(self, ours: Served, peer: Served, driver: AsyncDriver, options: Options) -> None:
        self.servers = {"ours": ours, "connections": peer, "lists": peer}
        self.driver = driver
        self.options = options
        self.id = ""

    async def figures(self) -> list[Figure]:
        rows = await self._bare("MATCH (o:Organisation) RETURN min(o.id) AS answer")
        self.id = str(rows)
        found: list[Figure] = []
        for question in QUESTIONS:
            async with AsyncExitStack() as stack:
                open_ones = {
                    who: await stack.enter_async_context(connected(at.address)) for who, at in self.servers.items()
                }
                found += await self._measured(question, open_ones)
        return found

    async def _bare(self, statement: str) -> Any:
        async with self.driver.session(default_access_mode=READ_ACCESS, fetch_size=-1) as session:
            record = await (await session.run(statement, {"id": self.id})).single(strict=True)
            return record["answer"]

    async def _measured(self, question: Question, connections: dict[str, Connection]) -> list[Figure]:
        bodies = question.bodies(self.id)
        requests = {who: post(at.address, "/graphql", bodies[who]) for who, at in self.servers.items()}
        asks: dict[str, Ask] = {who: _asking(connections[who], requests[who]) for who in self.servers}
        asks["driver"] = lambda: self._bare(statements.text(question.statement))
        await _agree(question, asks)
        await self._warm_up(asks)
        walls = await self._walls(asks)
        processors = await self._processors(asks)
        rates = await self._rates(requests)
        return _figures(question, walls, processors, rates)

    async def _warm_up(self, asks: dict[str, Ask]) -> None:
        end = time.monotonic() + self.options.warm / len(QUESTIONS)
        while time.monotonic() < end:
            for ask in asks.values():
                await ask()

    async def _walls(self, asks: dict[str, Ask]) -> dict[str, float]:
        """Milliseconds of the middle request of each, asked in turn."""
        walls: dict[str, list[float]] = {who: [] for who in asks}
        for _ in range(self.options.rounds * 3):
            for who, ask in asks.items():
                for _ in range(BLOCK):
                    began = time.perf_counter()
                    await ask()
                    walls[who].append((time.perf_counter() - began) * 1000)
        return {who: median(each) for who, each in walls.items()}

    async def _processors(self, asks: dict[str, Ask]) -> dict[str, float]:
        """Milliseconds of CPU that each server's own process spends on a request; the clock ticks in hundredths, so many are asked."""
        found: dict[str, list[float]] = {who: [] for who in self.servers}
        for _ in range(self.options.rounds):
            for who, at in self.servers.items():
                before, asked = cpu(at.pid), 0
                end = time.monotonic() + 0.5 + self.options.warm / 30
                while time.monotonic() < end:
                    await asks[who]()
                    asked += 1
                found[who].append((cpu(at.pid) - before) / asked * 1000)
        return {who: median(each) for who, each in found.items()}

    async def _rates(self, requests: dict[str, bytes]) -> dict[str, float]:
        found: dict[str, list[float]] = {who: [] for who in self.servers}
        for _ in range(self.options.rounds):
            for who, at in self.servers.items():
                seconds = 0.5 + self.options.warm / 15
                found[who].append(await throughput(at.address, requests[who], CONNECTIONS, seconds))
        return {who: median(each) for who, each in found.items()}


def _asking(connection: Connection, request: bytes) -> Ask:
    return lambda: connection.ask(request)


async def _agree(question: Question, asks: dict[str, Ask]) -> None:
    """Raise where the answers are not the same."""
    expected = await asks["driver"]()
    assert expected, f"{question.name} found nothing"
    for who, read in (
        ("ours", question.as_ours),
        ("connections", question.as_connections),
        ("lists", question.as_lists),
    ):
        found = read(orjson.loads(await asks[who]())["data"])
        assert found == expected, (
            f"{question.name}: {who} answers otherwise: {str(found)[:400]} not {str(expected)[:400]}"
        )


def _figures(
    question: Question, walls: dict[str, float], processors: dict[str, float], rates: dict[str, float]
) -> list[Figure]:
    name = question.name
    found = [Figure(f"{name}: latency, bare driver", walls["ours"], "ms", walls["driver"], question.driver, "at most")]
    for peer in PEERS:
        held = peer == "connections"
        found += [
            Figure(
                f"{name}: latency, {peer}",
                walls["ours"],
                "ms",
                walls[peer],
                question.latency if held else None,
                "at most",
            ),
            Figure(
                f"{name}: API CPU, {peer}",
                processors["ours"],
                "ms",
                processors[peer],
                question.processor if held else None,
                "at most",
            ),
            Figure(
                f"{name}: throughput at {CONNECTIONS} connections, {peer}",
                rates["ours"],
                "1/s",
                rates[peer],
                question.throughput if held else None,
            ),
        ]
    return found
