"""Measure how soon a fact takes effect over GraphQL: on an idle machine, and at midnight, when every window moves."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks import bulk
from benchmarks.engines import migrated, neo4j
from benchmarks.figures import Figure, FigureTable, median
from benchmarks.journeys import define_journeys
from benchmarks.options import Options
from benchmarks.processes import peak_memory
from benchmarks.serving import Served, serving
from benchmarks.statements import text
from benchmarks.wire import HttpConnection, connected, post
from graph.clock import SystemClock, epoch_ms
from graph.engine import Graph, GraphSettings, Transaction
from graph.evaluation import Evaluator

SOON = 100.0
"""Target for the median milliseconds from the acknowledgement of an event until its effect is visible."""
MEMORY = 300.0
WARM, MEASURED = 30, 100
"""Organisations whose first event is sent for warming up, and for measuring."""
PROBES = 300
"""Most organisations whose first event is sent at midnight."""
LEAD = 30.0
"""Seconds between the start of the service and midnight, on its clock."""
FIRST, LAST = "o_0000000", "o_{:07}"
_NOTE = (
    "`membergraph serve` over {:,} organisations with {} people and {} events each, twenty roll-ups and ten live stages. Milliseconds from "
    "the acknowledgement of an organisation's first event until a query shows the stage it entered by it. At midnight, every one is due."
)
_UPSERT = "mutation ($rows: [OrganisationInput!]!) { upsertOrganisations(organisations: $rows) { created } }"
_TRACK = "mutation ($row: EventInput!) { trackEvents(events: [$row]) { created } }"
_ENTERED = 'query ($by: OrganisationRef!) { organisation(by: $by) { stays(stage: "stage_0") { edges { node { enteredAt } } } } }'
_EVALUATED = "query ($by: OrganisationRef!) { organisation(by: $by) { evaluatedAt } }"


async def run(kind: str, options: Options) -> FigureTable:
    """Measure the service on one engine."""
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        with ExitStack() as stack:
            settings = GraphSettings(data)
            engine: dict[str, str] = {}
            if kind == "neo4j":
                server = stack.enter_context(neo4j())
                settings = GraphSettings(data, uri=server.uri, password=server.password)
                engine = {"MEMBERGRAPH_NEO4J_URI": server.uri, "MEMBERGRAPH_NEO4J_PASSWORD": server.password}
            midnight = _midnight()
            async with migrated(settings) as graph:
                await _prepare(graph, options.scale, midnight)
            figures = await _idle(data, engine)
            before = (midnight - timedelta(seconds=LEAD)).isoformat()
            figures += await _at_midnight(data, {**engine, "MEMBERGRAPH_CLOCK": before}, options.scale, midnight)
    note = _NOTE.format(options.scale, bulk.PEOPLE, bulk.EVENTS)
    return FigureTable(f"Effects, {kind}", note, figures)


def _midnight() -> datetime:
    """Return the midnight after the next, which cannot pass while this runs."""
    now = SystemClock().now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)


async def _idle(data: Path, settings: dict[str, str]) -> list[Figure]:
    with serving(data, **settings) as served:
        async with connected(served.address) as connection:
            effects = _Effects(served.address, connection, "idle")
            await effects.prepare(WARM + MEASURED)
            await effects.send_events(WARM)
            times = await effects.send_events(MEASURED)
        return [
            Figure(
                "idle: effect of an event, median", median(times.visible), "ms", None, SOON, "at most", absolute=True
            ),
            Figure("idle: effect of an event, slowest", max(times.visible), "ms"),
            Figure("idle: acknowledgement, median", median(times.acknowledged), "ms"),
            _memory("idle", served),
        ]


async def _at_midnight(data: Path, settings: dict[str, str], organisations: int, midnight: datetime) -> list[Figure]:
    with serving(data, **settings) as served:
        async with connected(served.address) as connection:
            effects = _Effects(served.address, connection, "midnight")
            await effects.prepare(PROBES)
            seconds, times = await effects.measure_midnight(midnight, LAST.format(organisations - 1))
        return [
            Figure("midnight: until every organisation is evaluated", seconds, "s"),
            Figure("midnight: effect of an event, median", median(times.visible), "ms"),
            Figure("midnight: effect of an event, slowest", max(times.visible), "ms"),
            Figure("midnight: acknowledgement, median", median(times.acknowledged), "ms"),
            _memory("midnight", served),
        ]


def _memory(when: str, served: Served) -> Figure:
    most = peak_memory(served.pid)
    return Figure(f"{when}: most memory of the service", most, "MB", None, MEMORY, "at most", absolute=True)


async def _prepare(graph: Graph, organisations: int, midnight: datetime) -> None:
    """Load and evaluate everything, then make it due at midnight. An early evaluation changes nothing but its cost."""
    clock = SystemClock()
    await bulk.define_attributes(graph)
    await bulk.load(graph, 0, organisations)
    await define_journeys(graph, clock)
    await Evaluator(graph, clock).evaluate_stale()

    async def work(transaction: Transaction) -> int:
        return int((await transaction.rows(text("due"), {"at": epoch_ms(midnight)}))[0]["changed"])

    while await graph.write(work):
        pass


@dataclass
class _Times:
    """Milliseconds of each event."""

    acknowledged: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)


class _Effects:
    """Organisations without events, for measuring the effect of their first one. Their identities contain `tag`."""

    def __init__(self, address: str, connection: HttpConnection, tag: str) -> None:
        self._address = address
        self._connection = connection
        self._tag = tag
        self._unused: Iterator[int] = iter(())

    async def prepare(self, number: int) -> None:
        """Create `number` organisations, and wait until they are evaluated."""
        rows = [{"identities": [self._identity(n)], "name": f"Probe {n}"} for n in range(number)]
        await self._ask(_UPSERT, rows=rows)
        for n in range(number):
            while not await self._evaluated_at({"identity": self._identity(n)}):  # noqa: ASYNC110 - as below
                await asyncio.sleep(0.05)
        self._unused = iter(range(number))

    async def send_events(self, number: int) -> _Times:
        """Send `number` events one by one and return their times."""
        times = _Times()
        for n in islice(self._unused, number):
            await self._one(times, n)
        return times

    async def measure_midnight(self, midnight: datetime, last: str) -> tuple[float, _Times]:
        """Send events from midnight until every organisation is evaluated. Return the seconds of that and the times."""
        while not await self._is_evaluated(FIRST, midnight):  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)
        began = time.perf_counter()
        times = _Times()
        while not times.visible or not await self._is_evaluated(last, midnight):
            for n in islice(self._unused, 1):
                await self._one(times, n)
            await asyncio.sleep(0.2)
        return time.perf_counter() - began, times

    async def _one(self, times: _Times, n: int) -> None:
        organisation = {"identity": self._identity(n)}
        event = {"id": f"{self._tag}-{n}", "name": "Project Created", "organisation": organisation}
        began = time.perf_counter()
        await self._ask(_TRACK, row=event)
        acknowledged = time.perf_counter()
        while not await self._has_entered(organisation):  # noqa: ASYNC110 - measures when a query shows it
            await asyncio.sleep(0.002)
        times.acknowledged.append((acknowledged - began) * 1000)
        times.visible.append((time.perf_counter() - acknowledged) * 1000)

    async def _has_entered(self, organisation: Any) -> bool:
        return bool((await self._ask(_ENTERED, by=organisation))["organisation"]["stays"]["edges"])

    async def _is_evaluated(self, organisation: str, since: datetime) -> bool:
        found = await self._evaluated_at({"id": organisation})
        return found is not None and datetime.fromisoformat(found) >= since

    async def _evaluated_at(self, organisation: Any) -> str | None:
        evaluated_at: str | None = (await self._ask(_EVALUATED, by=organisation))["organisation"]["evaluatedAt"]
        return evaluated_at

    async def _ask(self, query: str, **variables: Any) -> Any:
        body = orjson.dumps({"query": query, "variables": variables})
        answer = orjson.loads(await self._connection.ask(post(self._address, "/graphql", body)))
        assert "errors" not in answer, answer
        return answer["data"]

    def _identity(self, n: int) -> dict[str, str]:
        return {"kind": "organisation_id", "value": f"{self._tag}-{n}"}
