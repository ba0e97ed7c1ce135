"""Facts in: by batch, by single calls and by the Segment endpoint, each beside the fastest UNWIND written by hand."""

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
from benchmarks.figures import Figure, Table, median
from benchmarks.handwritten import Hand, Resolved, by_driver, by_our_connections
from benchmarks.options import Options
from benchmarks.portrait import Portrait, differences, portrait
from benchmarks.serving import serving_here
from graph.clock import SystemClock
from graph.engine import Graph
from graph.writer import Writer, open_writer
from membergraph.service import freeze_loaded_objects

BATCH = 2_000
TOGETHER = 100
"""Single calls that wait at once, and calls in one request to the Segment endpoint."""
CONNECTIONS = 8
TARGET = 0.7
Rates = dict[str, float]
"""Rows a second, by what was written."""
Way = Callable[[Lot], Awaitable[Rates]]
_TARGETS = {"all": TARGET}
"""Of batches, by what was written."""
_HANDICAP = "by hand over our own connections"


async def run(kind: str, options: Options) -> Table:
    """Measure one engine."""
    async with opened(kind) as graph, _writer(graph) as writer:
        bench = _Facts(graph, writer, options)
        await bench.agree()
        await bench.warm_up()
        freeze_loaded_objects()
        return Table(f"Facts, {kind}", _NOTE.format(options.scale, options.rounds), await bench.figures())


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
        """Organisations of a round in which events are told one by one, or a few at once."""
        self._rounds = 0

    def lot(self, organisations: int) -> Lot:
        self._rounds += 1
        return make(f"r{self._rounds}", organisations, seed=self._rounds // 2)

    # by batch

    async def agree(self) -> None:
        """Raise where the two ways do not leave the same graph."""
        found: list[Portrait] = []
        for way in (self.ours, self.theirs(by_driver)):
            before = await portrait(self.graph)
            await way(make(f"agree{len(found)}", min(self.options.scale, 20)))
            after = await portrait(self.graph)
            after.subtract(before)
            found.append(after)
        if told := differences(*found):
            raise AssertionError("the graphs differ:\n" + "\n".join(told))

    async def ours(self, lot: Lot) -> Rates:
        async def submit(_: str, rows: Sequence[Row]) -> None:
            outcome = await self.writer.submit(rows)
            assert not outcome.rejected, outcome.rejected[:3]

        return await _by_batch(lot.kinds, submit)

    def theirs(self, hand: Hand) -> Way:
        """The same by hand."""

        async def way(lot: Lot) -> Rates:
            resolved = Resolved(lot)
            return await _by_batch(
                resolved.kinds, lambda kind, rows: handwritten.write(self.graph, hand, kind, rows, resolved.now)
            )

        return way

    async def warm_up(self) -> None:
        """Let the virtual machine compile what is measured: large statements and small ones, of either side."""
        large, small = min(self.options.scale, 200), self._few
        ways: list[tuple[Way, int]] = [(self.ours, large), (self.single(TOGETHER), small)]
        for hand in (by_driver, by_our_connections):
            ways += [(self.theirs(hand), large), (self.by_hand(TOGETHER, hand), small)]
        end = time.monotonic() + self.options.warm
        while time.monotonic() < end:
            for way, organisations in ways:
                await way(self.lot(organisations))

    async def figures(self) -> list[Figure]:
        ways = [self.ours, self.theirs(by_driver), self.theirs(by_our_connections)]
        batches = await self._alternate(ways, self.options.scale)
        found = []
        for kind, (ours, driver, bolt) in batches.items():
            what = f"{kind}, batches of {BATCH:,}"
            found.append(_figure(what, ours, driver, _TARGETS.get(kind)))
            if kind in _TARGETS:
                found.append(_figure(f"{what}, {_HANDICAP}", ours, bolt))
        few = self._few
        ways = [self.single(TOGETHER), self.by_hand(TOGETHER), self.by_hand(TOGETHER, by_our_connections)]
        ours, driver, bolt = (await self._alternate(ways, few))["events"]
        what = f"single events, {TOGETHER} callers beside {TOGETHER} a transaction"
        found.append(_figure(what, ours, driver, TARGET))
        found.append(_figure(f"{what}, {_HANDICAP}", ours, bolt))
        alone = (await self._alternate([self.single(1), self.by_hand(1)], max(few // 20, 2)))["events"]
        found.append(_figure("single events, 1 caller beside 1 a transaction", alone[0], alone[1]))
        async with serving_here(self.graph, self.writer) as address:
            for connections, target in ((CONNECTIONS, TARGET), (1, None)):
                ways = [self.segment(address, connections), self.by_hand(TOGETHER)]
                rates = (await self._alternate(ways, few))["events"]
                what = f"Segment endpoint, batches of {TOGETHER}, {connections} connection{'s' * (connections > 1)} beside {TOGETHER} a transaction"
                found.append(_figure(what, rates[0], rates[1], target))
        return found

    async def _alternate(self, ways: Sequence[Way], size: int) -> dict[str, list[list[float]]]:
        """Rates of every round, by what was written and in the order of the ways."""
        found: dict[str, list[list[float]]] = {}
        for _ in range(self.options.rounds):
            for side, way in enumerate(ways):
                for what, rate in (await way(self.lot(size))).items():
                    found.setdefault(what, [[] for _ in ways])[side].append(rate)
        return found

    # event by event

    def single(self, callers: int) -> Way:
        """So many callers, each telling one event at a time."""

        async def way(lot: Lot) -> Rates:
            await self._known_before(lot)
            left = iter(lot.events)

            async def caller() -> None:
                for row in left:
                    assert not (await self.writer.submit([row])).rejected

            return await _events_a_second(lot, asyncio.gather(*(caller() for _ in range(callers))))

        return way

    def by_hand(self, together: int, hand: Hand = by_driver) -> Way:
        """Events written by hand, so many a transaction."""

        async def way(lot: Lot) -> Rates:
            resolved = await self._told_before(lot)
            return await _events_a_second(lot, self._in_turn(resolved, together, hand))

        return way

    async def _in_turn(self, resolved: Resolved, together: int, hand: Hand) -> None:
        rows = resolved.kinds["events"]
        for start in range(0, len(rows), together):
            await handwritten.write(self.graph, hand, "events", rows[start : start + together], resolved.now)

    def segment(self, address: str, connections: int) -> Way:
        """Requests of `TOGETHER` calls, from a process of its own."""

        async def way(lot: Lot) -> Rates:
            await self._known_before(lot)
            calls = [call_of(row) for row in lot.events]
            lines = [orjson.dumps({"batch": calls[n : n + TOGETHER]}) for n in range(0, len(calls), TOGETHER)]
            return {"events": len(calls) / await _sent(address, connections, lines)}

        return way

    async def _known_before(self, lot: Lot) -> None:
        """Everything but the events, told to the writer that will hear of the events, as in a service that has run for a while."""
        await self.ours(replace(lot, events=[]))

    async def _told_before(self, lot: Lot) -> Resolved:
        """Everything but the events, written by hand."""
        resolved = Resolved(lot)
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
    told, spent = 0, 0.0
    gc.collect()  # or the collector would go through the rows made ahead while they are written
    for kind, rows in kinds.items():
        began = time.perf_counter()
        for start in range(0, len(rows), BATCH):
            await write(kind, rows[start : start + BATCH])
        seconds = time.perf_counter() - began
        rates[kind] = len(rows) / seconds
        told, spent = told + len(rows), spent + seconds
    return {**rates, "all": told / spent}


async def _events_a_second(lot: Lot, writing: Awaitable[object]) -> Rates:
    gc.collect()
    began = time.perf_counter()
    await writing
    return {"events": len(lot.events) / (time.perf_counter() - began)}


async def _sent(address: str, connections: int, lines: Sequence[bytes]) -> float:
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-") as folder:
        file = Path(folder) / "requests"
        file.write_bytes(b"\n".join(lines))
        sender = [sys.executable, "-m", "benchmarks.sender", address, "/v1/batch", str(connections), str(file)]
        process = await asyncio.create_subprocess_exec(*sender, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        assert process.returncode == 0, said
        return float(said)


def call_of(row: Row) -> Row:
    """An event as Segment's SDKs tell it."""
    return {
        "type": "track",
        "messageId": row["id"],
        "event": row["name"],
        "userId": row["person"]["identity"]["value"],
        "timestamp": row["occurredAt"],
        "properties": row["properties"],
        "context": {"groupId": row["organisation"]["identity"]["value"]},
    }


def _figure(what: str, ours: list[float], theirs: list[float], target: float | None = None) -> Figure:
    return Figure(what, median(ours), "rows/s", median(theirs), target)
