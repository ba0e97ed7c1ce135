"""Measure the service as users start it: seconds to the first answer, memory under load, and CPU while idle."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from urllib.request import Request, urlopen

import orjson

from benchmarks.company import Lot, Row, make
from benchmarks.facts import CALLS, call_of
from benchmarks.figures import Figure, FigureTable
from benchmarks.options import Options
from benchmarks.processes import children, cpu, memory, peak_memory
from benchmarks.questions import QUESTIONS
from benchmarks.serving import Served, serving
from benchmarks.wire import post, send_all, throughput

CONNECTIONS = 8
FIRST_ANSWER = 10.0
MEMORY = 300.0
IDLE = 0.02
"""Seconds of CPU a second."""


async def run(_: str, options: Options) -> FigureTable:
    """Measure the service with its embedded engine."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-") as folder:
        data = Path(folder) / "data"
        for what in ("an empty directory", "a directory with data"):
            began = time.perf_counter()
            with serving(data) as served:
                _ask(served)
                seconds = time.perf_counter() - began
                figures.append(
                    Figure(f"first answer, {what}", seconds, "s", None, FIRST_ANSWER, "at most", absolute=True)
                )
                if not figures[1:]:
                    figures_under_load = await _under_load(served, options)
                    figures_idle = await _idle(served, 20 if options.warm >= 20 else 2)
    return FigureTable("Service, embedded", _NOTE.format(options.scale), [*figures, *figures_under_load, *figures_idle])


_NOTE = (
    "`membergraph serve` with its embedded engine; the load is {:,} organisations' facts through the Segment endpoint and then each of the "
    "reads, at eight connections. Memory is of the service's process, without the engine's."
)


def _ask(served: Served) -> None:
    body = orjson.dumps({"query": "{ organisations(first: 1) { edges { node { id } } } }"})
    request = Request(f"{served.address}/graphql", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        assert b'"data"' in answer.read()


async def _under_load(served: Served, options: Options) -> list[Figure]:
    await _send(served, make("service", options.scale))
    most = memory(served.pid)
    for question in QUESTIONS:
        request = post(served.address, "/graphql", question.bodies("o_nobody")["ours"])
        loading = asyncio.create_task(throughput(served.address, request, CONNECTIONS, 0.5 + options.warm / 10))
        while not loading.done():
            most = max(most, memory(served.pid))
            await asyncio.sleep(0.1)
        await loading
    return [
        Figure(
            "memory of the service under load", peak_memory(served.pid), "MB", None, MEMORY, "at most", absolute=True
        ),
        Figure("memory of the engine beside it", sum(memory(child) for child in children(served.pid)), "MB"),
    ]


async def _send(served: Served, lot: Lot) -> None:
    """Send facts as a tracking SDK does."""
    for calls in ([*map(_identify, lot.people)], [*map(_group, lot.memberships)], [*map(call_of, lot.events)]):
        bodies = [orjson.dumps({"batch": calls[n : n + CALLS]}) for n in range(0, len(calls), CALLS)]
        await send_all(served.address, [post(served.address, "/v1/batch", body) for body in bodies], CONNECTIONS)


def _identify(row: Row) -> Row:
    traits = {"name": row["name"], "email": row["email"], **row["attributes"]}
    return {"type": "identify", "userId": row["identities"][0]["value"], "traits": traits}


def _group(row: Row) -> Row:
    person, organisation = row["person"]["identity"]["value"], row["organisation"]["identity"]["value"]
    return {"type": "group", "userId": person, "groupId": organisation, "traits": {"name": organisation}}


async def _idle(served: Served, seconds: int) -> list[Figure]:
    await asyncio.sleep(min(seconds, 5))
    (engine,) = children(served.pid)
    before = cpu(served.pid), cpu(engine)
    await asyncio.sleep(seconds)
    spent = (cpu(served.pid) - before[0]) / seconds * 1000, (cpu(engine) - before[1]) / seconds * 1000
    return [
        Figure("CPU of the idle service", spent[0], "ms/s", None, IDLE * 1000, "at most", absolute=True),
        Figure("CPU of the idle engine", spent[1], "ms/s", None, IDLE * 1000, "at most", absolute=True),
    ]
