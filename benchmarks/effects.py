"""How soon a fact takes effect over GraphQL: on an idle machine, and while midnight moves every window of every organisation."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from benchmarks import bulk
from benchmarks.engines import migrated, neo4j
from benchmarks.figures import Figure, Table, median
from benchmarks.journeys import define_journeys
from benchmarks.options import Options
from benchmarks.processes import peak_memory
from benchmarks.serving import Served, serving
from benchmarks.statements import text
from benchmarks.wire import Connection, connected, post
from graph.clock import SystemClock, epoch_ms
from graph.engine import Graph, GraphSettings, Transaction
from graph.rollups import Evaluator

SOON = 100.0
"""Milliseconds from the acknowledgement of an event until its effect is seen, at the median."""
MEMORY = 300.0
PROBES = 600
"""Organisations that wait for their first event; each is measured once."""
FIRST, LAST = "o_0000000", "o_{:07}"
_NOTE = (
    "`membergraph serve` over {:,} organisations with {} people and {} events each, twenty roll-ups and ten live stages. Milliseconds from "
    "the acknowledgement of an organisation's first event until a query shows the stage it entered by it. At midnight, every one is due."
)
_UPSERT = "mutation ($rows: [OrganisationInput!]!) { upsertOrganisations(organisations: $rows) { created } }"
_TRACK = "mutation ($row: EventInput!) { trackEvents(events: [$row]) { created } }"
_ENTERED = 'query ($by: OrganisationRef!) { organisation(by: $by) { stays(stage: "stage_0") { edges { node { enteredAt } } } } }'
_EVALUATED = "query ($by: OrganisationRef!) { organisation(by: $by) { evaluatedAt } }"


async def run(kind: str, options: Options) -> Table:
    """Measure the service on one engine."""
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        with ExitStack() as stack:
            server = stack.enter_context(neo4j()) if kind == "neo4j" else None
            settings = GraphSettings(data)
            more: dict[str, str] = {}
            if server is not None:
                settings = GraphSettings(data, uri=server.uri, password=server.password)
                more = {"MEMBERGRAPH_NEO4J_URI": server.uri, "MEMBERGRAPH_NEO4J_PASSWORD": server.password}
            midnight = _next_midnight()
            async with migrated(settings) as graph:
                await _prepare(graph, options.scale, midnight)
            lead = 15 + options.warm
            served = stack.enter_context(
                serving(data, **more, MEMBERGRAPH_CLOCK=(midnight - timedelta(seconds=lead)).isoformat())
            )
            async with _effects(served, options.scale, midnight, lead - served.seconds) as effects:
                figures = await effects.figures()
            figures.append(
                Figure(
                    "memory of the service throughout",
                    peak_memory(served.pid),
                    "MB",
                    None,
                    MEMORY,
                    "at most",
                    absolute=True,
                )
            )
    note = _NOTE.format(options.scale, bulk.PEOPLE, bulk.EVENTS)
    return Table(f"Effects, {kind}", note, figures)


def _next_midnight() -> datetime:
    now = SystemClock().now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


async def _prepare(graph: Graph, organisations: int, midnight: datetime) -> None:
    """Load, evaluate, and have everything due at midnight: an evaluation that comes early changes nothing but its cost."""
    clock = SystemClock()
    await bulk.define_attributes(graph)
    await bulk.load(graph, 0, organisations)
    await define_journeys(graph, clock)
    await Evaluator(graph, clock).evaluate_stale()

    async def work(transaction: Transaction) -> int:
        return int((await transaction.rows(text("due"), {"at": epoch_ms(midnight)}))[0]["changed"])

    while await graph.write(work):
        pass


@asynccontextmanager
async def _effects(served: Served, organisations: int, midnight: datetime, left: float) -> AsyncIterator[_Effects]:
    ends = time.perf_counter() + left
    async with connected(served.address) as connection:
        effects = _Effects(served.address, connection, LAST.format(organisations - 1), midnight, ends)
        await effects.prepare()
        yield effects


@dataclass
class _Times:
    """Milliseconds, one for each event."""

    acknowledged: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)


class _Effects:
    def __init__(self, address: str, connection: Connection, last: str, midnight: datetime, ends: float) -> None:
        self._address = address
        self._connection = connection
        self._last = last
        self._midnight = midnight
        self._ends = ends
        self._probes = iter(range(PROBES))

    async def prepare(self) -> None:
        """Make the organisations that events will be told of, and warm up."""
        rows = [{"identities": [_identity(n)], "name": f"Probe {n}"} for n in range(PROBES)]
        await self._ask(_UPSERT, rows=rows)
        await self._measured(_Times(), self._probes, 20)

    async def figures(self) -> list[Figure]:
        """What it took while idle, and in the wave of midnight."""
        idle, wave = _Times(), _Times()
        await self._measured(idle, self._probes, 100)
        seconds = await self._through_midnight(wave)
        return [
            Figure("idle: effect of an event, median", median(idle.seen), "ms", None, SOON, "at most", absolute=True),
            Figure("idle: effect of an event, slowest", max(idle.seen), "ms"),
            Figure("idle: acknowledgement, median", median(idle.acknowledged), "ms"),
            Figure("midnight: until every organisation is evaluated", seconds, "s"),
            Figure("midnight: effect of an event, median", median(wave.seen), "ms", median(idle.seen)),
            Figure("midnight: effect of an event, slowest", max(wave.seen), "ms"),
            Figure("midnight: acknowledgement, median", median(wave.acknowledged), "ms", median(idle.acknowledged)),
        ]

    async def _measured(self, times: _Times, probes: Iterator[int], most: int) -> None:
        """Tell of events one by one, well before midnight."""
        for _ in range(most):
            if time.perf_counter() > self._ends - 3 and times.seen:
                return
            await self._one(times, next(probes))

    async def _through_midnight(self, times: _Times) -> float:
        while not await self._is_evaluated(FIRST):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
        began = time.perf_counter()
        while not await self._is_evaluated(self._last) or not times.seen:
            probe = next(self._probes, None)
            if probe is not None:
                await self._one(times, probe)
            await asyncio.sleep(0.2)
        return time.perf_counter() - began

    async def _one(self, times: _Times, probe: int) -> None:
        began = time.perf_counter()
        event = {"id": f"probe-{probe}", "name": "Project Created", "organisation": {"identity": _identity(probe)}}
        await self._ask(_TRACK, row=event)
        acknowledged = time.perf_counter()
        while not await self._has_entered(probe):  # noqa: ASYNC110 - what is asked is when a query shows it
            await asyncio.sleep(0.002)
        times.acknowledged.append((acknowledged - began) * 1000)
        times.seen.append((time.perf_counter() - acknowledged) * 1000)

    async def _has_entered(self, probe: int) -> bool:
        found = (await self._ask(_ENTERED, by={"identity": _identity(probe)}))["organisation"]
        return bool(found["stays"]["edges"])

    async def _is_evaluated(self, organisation: str) -> bool:
        found = (await self._ask(_EVALUATED, by={"id": organisation}))["organisation"]["evaluatedAt"]
        return datetime.fromisoformat(found) >= self._midnight

    async def _ask(self, query: str, **variables: Any) -> Any:
        body = orjson.dumps({"query": query, "variables": variables})
        answer = orjson.loads(await self._connection.ask(post(self._address, "/graphql", body)))
        assert "errors" not in answer, answer
        return answer["data"]


def _identity(probe: int) -> dict[str, str]:
    return {"kind": "organisation_id", "value": f"probe-{probe}"}
