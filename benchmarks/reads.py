"""Measure GraphQL reads over HTTP on one Neo4j, compared with the bare driver and @neo4j/graphql.

All of them give the same answers.
"""

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
from benchmarks.figures import Figure, FigureTable, median
from benchmarks.options import Options
from benchmarks.processes import cpu
from benchmarks.questions import QUESTIONS, ReadQuestion
from benchmarks.serving import Served, serving
from benchmarks.wire import HttpConnection, connected, post, throughput
from graph.clock import SystemClock
from graph.engine import GraphSettings
from graph.writer import open_writer
from tests.engines.neo4j_server import Neo4jServer

CONNECTIONS = 8
MEMBERS = 12
"""People an organisation. The queries read ten of them."""
BLOCK = 20
"""Requests in a row to one server before those to the next."""
PEERS = ("connections", "lists")
Ask = Callable[[], Awaitable[Any]]


async def run(_: str, options: Options) -> FigureTable:
    """Measure on Neo4j."""
    with neo4j() as server, tempfile.TemporaryDirectory(prefix="membergraph-benchmark-") as folder:
        await _load(server, Path(folder) / "loader", options.scale)
        engine = {"MEMBERGRAPH_NEO4J_URI": server.uri, "MEMBERGRAPH_NEO4J_PASSWORD": server.password}
        with (
            serving(Path(folder) / "service", **engine) as membergraph,
            peers.neo4j_graphql(server.uri, server.password) as peer,
        ):
            async with _bare_driver(server) as driver:
                bench = _Reads(membergraph, peer, driver, options)
                return FigureTable(
                    "Reads, neo4j", _NOTE.format(options.scale, MEMBERS, options.rounds), await bench.figures()
                )


_NOTE = (
    "{:,} organisations with {} people each, medians over {} alternating rounds. `connections` is @neo4j/graphql's Relay form, which "
    "promises what ours does; `lists` its form with less work. CPU is the API process's own. Over HTTP, but for the bare driver."
)


def _bare_driver(server: Neo4jServer) -> AsyncDriver:
    """Return the driver set up for speed: without the server's hints in every answer."""
    auth = ("neo4j", server.password)
    return AsyncGraphDatabase.driver(server.uri, auth=auth, notifications_min_severity=NotificationMinimumSeverity.OFF)


async def _load(server: Neo4jServer, folder: Path, organisations: int) -> None:
    async with migrated(GraphSettings(data_dir=folder, uri=server.uri, password=server.password)) as graph:
        writer = await open_writer(graph, SystemClock())
        for rows in company.make("reads", organisations, people=MEMBERS).kinds.values():
            assert not (await writer.submit(rows)).rejected
        await writer.close()


class _Reads:
    def __init__(self, membergraph: Served, peer: Served, driver: AsyncDriver, options: Options) -> None:
        self.servers = {"ours": membergraph, "connections": peer, "lists": peer}
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
                found += await self._measure(question, open_ones)
        return found

    async def _bare(self, statement: str) -> Any:
        async with self.driver.session(default_access_mode=READ_ACCESS, fetch_size=-1) as session:
            record = await (await session.run(statement, {"id": self.id})).single(strict=True)
            return record["answer"]

    async def _measure(self, question: ReadQuestion, connections: dict[str, HttpConnection]) -> list[Figure]:
        bodies = question.bodies(self.id)
        requests = {who: post(at.address, "/graphql", bodies[who]) for who, at in self.servers.items()}
        asks: dict[str, Ask] = {who: _ask_of(connections[who], requests[who]) for who in self.servers}
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
        """Return the median milliseconds of a request to each server, with alternating blocks of requests."""
        walls: dict[str, list[float]] = {who: [] for who in asks}
        for _ in range(self.options.rounds * 3):
            for who, ask in asks.items():
                for _ in range(BLOCK):
                    began = time.perf_counter()
                    await ask()
                    walls[who].append((time.perf_counter() - began) * 1000)
        return {who: median(each) for who, each in walls.items()}

    async def _processors(self, asks: dict[str, Ask]) -> dict[str, float]:
        """Return the milliseconds of CPU that each server's process spends on a request.

        The CPU clock ticks in hundredths of a second, so one figure takes many requests.
        """
        found: dict[str, list[float]] = {who: [] for who in self.servers}
        for _ in range(self.options.rounds):
            for who, at in self.servers.items():
                before, count = cpu(at.pid), 0
                end = time.monotonic() + 0.5 + self.options.warm / 30
                while time.monotonic() < end:
                    await asks[who]()
                    count += 1
                found[who].append((cpu(at.pid) - before) / count * 1000)
        return {who: median(each) for who, each in found.items()}

    async def _rates(self, requests: dict[str, bytes]) -> dict[str, float]:
        found: dict[str, list[float]] = {who: [] for who in self.servers}
        for _ in range(self.options.rounds):
            for who, at in self.servers.items():
                seconds = 0.5 + self.options.warm / 15
                found[who].append(await throughput(at.address, requests[who], CONNECTIONS, seconds))
        return {who: median(each) for who, each in found.items()}


def _ask_of(connection: HttpConnection, request: bytes) -> Ask:
    return lambda: connection.ask(request)


async def _agree(question: ReadQuestion, asks: dict[str, Ask]) -> None:
    """Check that all answers are the same. Raises AssertionError."""
    expected = await asks["driver"]()
    assert expected, f"{question.name} found nothing"
    for who, read in (
        ("ours", question.as_membergraph),
        ("connections", question.as_connections),
        ("lists", question.as_lists),
    ):
        found = read(orjson.loads(await asks[who]())["data"])
        assert found == expected, (
            f"{question.name}: {who} answers otherwise: {str(found)[:400]} not {str(expected)[:400]}"
        )


def _figures(
    question: ReadQuestion, walls: dict[str, float], processors: dict[str, float], rates: dict[str, float]
) -> list[Figure]:
    name = question.name
    found = [Figure(f"{name}: latency, bare driver", walls["ours"], "ms", walls["driver"], question.driver, "at most")]
    for peer in PEERS:
        has_targets = peer == "connections"
        found += [
            Figure(
                f"{name}: latency, {peer}",
                walls["ours"],
                "ms",
                walls[peer],
                question.latency if has_targets else None,
                "at most",
            ),
            Figure(
                f"{name}: API CPU, {peer}",
                processors["ours"],
                "ms",
                processors[peer],
                question.processor if has_targets else None,
                "at most",
            ),
            Figure(
                f"{name}: throughput at {CONNECTIONS} connections, {peer}",
                rates["ours"],
                "1/s",
                rates[peer],
                question.throughput if has_targets else None,
            ),
        ]
    return found
