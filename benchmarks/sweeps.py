"""Measure sweeps over all organisations, their growth with scale, and the evaluation after 1 % changed."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable

from benchmarks import bulk
from benchmarks.figures import Figure, median
from benchmarks.options import Options
from benchmarks.statements import text
from graph.clock import Clock, SystemClock
from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from graph.times import milliseconds

SHARE = 0.02
"""Target: the evaluation after 1 % changed takes at most this part of a sweep."""
GROWTH = 10
Prepare = Callable[[Graph, Clock], Awaitable[None]]
"""Defines roll-ups or journeys, once there are organisations."""


async def sweep_figures(graph: Graph, options: Options, prepare: Prepare, names: list[str]) -> list[Figure]:
    """Return figures for a tenth of the organisations and for all. Reading the properties `names` is the sweep's peer."""
    sweeps = _Sweeps(graph, options, prepare, names)
    small = await sweeps.measure(0, options.scale // GROWTH)
    large = await sweeps.measure(options.scale // GROWTH, options.scale)
    return [*small.figures(), *large.figures(small)]


class _Measured:
    def __init__(self, organisations: int) -> None:
        self.organisations = organisations
        self.first = self.later = self.changed = self.read = 0.0

    def figures(self, smaller: _Measured | None = None) -> list[Figure]:
        """Return the figures, compared with a smaller graph if there is one."""
        at = f"{self.organisations:,} organisations"
        beside = f", beside {smaller.organisations:,}" if smaller else ""
        share = SHARE if smaller else None
        return [
            Figure(f"{at}: first sweep{beside}", self.first, "s", smaller.first if smaller else None),
            Figure(f"{at}: later sweep{beside}", self.later, "s", smaller.later if smaller else None),
            Figure(f"{at}: later sweep, beside reading the values", self.later, "s", self.read),
            Figure(f"{at}: 1 % changed, beside a later sweep", self.changed, "s", self.later, share, "at most"),
        ]


class _Sweeps:
    def __init__(self, graph: Graph, options: Options, prepare: Prepare, names: list[str]) -> None:
        self.graph = graph
        self.options = options
        self.prepare = prepare
        self.names = names
        self.clock = SystemClock()
        self.evaluator = Evaluator(graph, self.clock)

    async def measure(self, first: int, last: int) -> _Measured:
        """Load organisations from `first` to `last`, and measure all that are loaded."""
        if first == 0:
            await bulk.define_attributes(self.graph)
        await bulk.load(self.graph, first, last)
        measured = _Measured(last)
        if first == 0:
            await self.prepare(self.graph, self.clock)
        measured.first = await _seconds(self.evaluator.evaluate_stale if first == 0 else self.evaluator.evaluate_all)
        rounds = range(self.options.rounds)
        measured.later = median([await _seconds(self.evaluator.evaluate_all) for _ in rounds])
        measured.read = median([await _seconds(self._read) for _ in rounds])
        measured.changed = median([await self._change_some(last) for _ in rounds])
        return measured

    async def _read(self) -> int:
        return len(await self.graph.query(text("rolled_up"), {"names": self.names}))

    async def _change_some(self, organisations: int) -> float:
        some = random.sample(range(organisations), max(organisations // 100, 1))
        parameters = {"ids": [f"o_{n:07}" for n in sorted(some)], "now": milliseconds(self.clock.now())}

        async def change(transaction: Transaction) -> None:
            await transaction.execute(text("change"), parameters)

        await self.graph.write(change)
        return await _seconds(self.evaluator.evaluate_stale)


async def _seconds(work: Callable[[], Awaitable[int]]) -> float:
    began = time.perf_counter()
    assert await work() > 0
    return time.perf_counter() - began
