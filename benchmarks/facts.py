"""Measure writing facts: in batches, in single calls and through the Segment endpoint.

The peer is the fastest UNWIND written by hand.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import orjson

from benchmarks import handwritten
from benchmarks.company import Lot, Row, make
from benchmarks.engines import opened
from benchmarks.figures import Figure, FigureTable, median
from benchmarks.handwritten import Hand, ResolvedRows, by_driver, by_our_connections
from benchmarks.options import Options
from benchmarks.portrait import Portrait, differences, portrait
from benchmarks.serving import serving_here
from graph.clock import SystemClock
from graph.engine import Graph
from graph.writer import Writer, open_writer
from membergraph.service import freeze_loaded_objects

BATCH = 2_000
CALLS = 100
"""Single calls in progress at once, and calls in one request to the Segment endpoint."""
CONNECTIONS = 8
TARGET = 0.7
Rates = dict[str, float]
"""Rows a second, by kind of row."""
Way = Callable[[Lot], Awaitable[Rates]]
_TARGETS = {"all": TARGET}
"""Targets of batches, by kind of row."""
_HANDICAP = "by hand over our own connections"


async def run(kind: str, options: Options) -> FigureTable:
    """Measure one engine."""
    async with opened(kind) as graph, _writer(graph) as writer:
        bench = _Facts(graph, writer, options)
        await bench.agree()
        await bench.warm_up()
        freeze_loaded_objects()
        return FigureTable(f"Facts, {kind}", _NOTE.format(options.scale, options.rounds), await bench.figures())


_NOTE = (
    "Rows a second, ours beside the statements written by hand that leave the same graph; {:,} organisations a round, "
    "medians of {} alternating rounds. `all` is one round of everything: 1 organisation to 3 people, 4.5 memberships and 40 events."
)


class _Facts:
    def __init__(self, graph: Graph, writer: Writer, options: Options) -> None:
        self.graph = graph
        self.writer = writer
        self.options = options
        self._few = max(options.scale // 5, 5)
        """Organisations of a round with single events."""
        self._rounds = 0

    def lot(self, organisations: int) -> Lot:
        self._rounds += 1
        return make(f"r{self._rounds}", organisations, seed=self._rounds // 2)

    # by batch

    async def agree(self) -> None:
        """Check that both ways leave the same graph. Raises AssertionError."""
        found: list[Portrait] = []
        for way in (self.writer_batches, self.handwritten(by_driver)):
            before = await portrait(self.graph)
            await way(make(f"agree{len(found)}", min(self.options.scale, 20)))
            after = await portrait(self.graph)
            after.subtract(before)
            found.append(after)
        if lines := differences(*found):
            raise AssertionError("the graphs differ:\n" + "\n".join(lines))

    async def writer_batches(self, lot: Lot) -> Rates:
        async def submit(_: str, rows: Sequence[Row]) -> None:
            outcome = await self.writer.submit(rows)
            assert not outcome.rejected, outcome.rejected[:3]

        return await _by_batch(lot.kinds, submit)

    def handwritten(self, hand: Hand) -> Way:
        """Return the way that writes batches by hand."""

        async def way(lot: Lot) -> Rates:
            resolved = ResolvedRows(lot)
            return await _by_batch(
                resolved.kinds, lambda kind, rows: handwritten.write(self.graph, hand, kind, rows, resolved.now)
            )

        return way

    async def warm_up(self) -> None:
        """Let the virtual machine compile all statements that are measured, large and small."""
        large, small = min(self.options.scale, 200), self._few
        ways: list[tuple[Way, int]] = [(self.writer_batches, large), (self.single(CALLS), small)]
        for hand in (by_driver, by_our_connections):
            ways += [(self.handwritten(hand), large), (self.by_hand(CALLS, hand), small)]
        end = time.monotonic() + self.options.warm
        while time.monotonic() < end:
            for way, organisations in ways:
                await way(self.lot(organisations))

    async def figures(self) -> list[Figure]:
        ways = [self.writer_batches, self.handwritten(by_driver), self.handwritten(by_our_connections)]
        batches = await self._alternate(ways, self.options.scale)
        found = []
        for kind, (rates, driver, bolt) in batches.items():
            what = f"{kind}, batches of {BATCH:,}"
            found.append(_figure(what, rates, driver, _TARGETS.get(kind)))
            if kind in _TARGETS:
                found.append(_figure(f"{what}, {_HANDICAP}", rates, bolt))
        few = self._few
        ways = [self.single(CALLS), self.by_hand(CALLS), self.by_hand(CALLS, by_our_connections)]
        rates, driver, bolt = (await self._alternate(ways, few))["events"]
        what = f"single events, {CALLS} callers beside {CALLS} a transaction"
        found.append(_figure(what, rates, driver, TARGET))
        found.append(_figure(f"{what}, {_HANDICAP}", rates, bolt))
        single, by_hand = (await self._alternate([self.single(1), self.by_hand(1)], max(few // 20, 2)))["events"]
        found.append(_figure("single events, 1 caller beside 1 a transaction", single, by_hand))
        async with serving_here(self.graph, self.writer) as address:
            for connections, target in ((CONNECTIONS, TARGET), (1, None)):
                ways = [self.segment(address, connections), self.by_hand(CALLS)]
                endpoint, by_hand = (await self._alternate(ways, few))["events"]
                what = f"Segment endpoint, batches of {CALLS}, {connections} connection{'s' * (connections > 1)} beside {CALLS} a transaction"
                found.append(_figure(what, endpoint, by_hand, target))
        return found

    async def _alternate(self, ways: Sequence[Way], size: int) -> dict[str, list[list[float]]]:
        """Return the rates of every round, by kind of row, one list for each way."""
        found: dict[str, list[list[float]]] = {}
        for _ in range(self.options.rounds):
            for side, way in enumerate(ways):
                for what, rate in (await way(self.lot(size))).items():
                    found.setdefault(what, [[] for _ in ways])[side].append(rate)
        return found

    # event by event

    def single(self, callers: int) -> Way:
        """Return the way of `callers` callers that each send one event at a time."""

        async def way(lot: Lot) -> Rates:
            await self._write_others(lot)
            left = iter(lot.events)

            async def caller() -> None:
                for row in left:
                    assert not (await self.writer.submit([row])).rejected

            return await _events_a_second(lot, asyncio.gather(*(caller() for _ in range(callers))))

        return way

    def by_hand(self, size: int, hand: Hand = by_driver) -> Way:
        """Return the way that writes events by hand, `size` a transaction."""

        async def way(lot: Lot) -> Rates:
            resolved = await self._write_others_by_hand(lot)
            return await _events_a_second(lot, self._write_events(resolved, size, hand))

        return way

    async def _write_events(self, resolved: ResolvedRows, size: int, hand: Hand) -> None:
        rows = resolved.kinds["events"]
        for start in range(0, len(rows), size):
            await handwritten.write(self.graph, hand, "events", rows[start : start + size], resolved.now)

    def segment(self, address: str, connections: int) -> Way:
        """Return the way that sends requests of `CALLS` calls from another process."""

        async def way(lot: Lot) -> Rates:
            await self._write_others(lot)
            calls = [call_of(row) for row in lot.events]
            lines = [orjson.dumps({"batch": calls[n : n + CALLS]}) for n in range(0, len(calls), CALLS)]
            return {"events": len(calls) / await _send(address, connections, lines)}

        return way

    async def _write_others(self, lot: Lot) -> None:
        """Write everything but the events, with the writer that will write the events, as in a service that runs for long."""
        await self.writer_batches(replace(lot, events=[]))

    async def _write_others_by_hand(self, lot: Lot) -> ResolvedRows:
        """Write everything but the events by hand."""
        resolved = ResolvedRows(lot)
        for kind in ("organisations", "people", "memberships"):
            rows = resolved.kinds[kind]
            for start in range(0, len(rows), BATCH):
                await handwritten.write(self.graph, by_driver, kind, rows[start : start + BATCH], resolved.now)
        return resolved


@asynccontextmanager
async def _writer(graph: Graph) -> AsyncIterator[Writer]:
    writer = await open_writer(graph, SystemClock())
    try:
        yield writer
    finally:
        await writer.close()


async def _by_batch(kinds: dict[str, list[Row]], write: Callable[[str, Sequence[Row]], Awaitable[None]]) -> Rates:
    rates: Rates = {}
    count, spent = 0, 0.0
    gc.collect()  # so that no collection of the prepared rows falls into the measured time
    for kind, rows in kinds.items():
        began = time.perf_counter()
        for start in range(0, len(rows), BATCH):
            await write(kind, rows[start : start + BATCH])
        seconds = time.perf_counter() - began
        rates[kind] = len(rows) / seconds
        count, spent = count + len(rows), spent + seconds
    return {**rates, "all": count / spent}


async def _events_a_second(lot: Lot, writing: Awaitable[object]) -> Rates:
    gc.collect()
    began = time.perf_counter()
    await writing
    return {"events": len(lot.events) / (time.perf_counter() - began)}


async def _send(address: str, connections: int, lines: Sequence[bytes]) -> float:
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-") as folder:
        file = Path(folder) / "requests"
        file.write_bytes(b"\n".join(lines))
        sender = [sys.executable, "-m", "benchmarks.sender", address, "/v1/batch", str(connections), str(file)]
        process = await asyncio.create_subprocess_exec(*sender, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        assert process.returncode == 0, output
        return float(output)


def call_of(row: Row) -> Row:
    """Return an event as Segment's SDKs send it."""
    return {
        "type": "track",
        "messageId": row["id"],
        "event": row["name"],
        "userId": row["person"]["identity"]["value"],
        "timestamp": row["occurredAt"],
        "properties": row["properties"],
        "context": {"groupId": row["organisation"]["identity"]["value"]},
    }


def _figure(what: str, rates: list[float], peer: list[float], target: float | None = None) -> Figure:
    return Figure(what, median(rates), "rows/s", median(peer), target)
