"""Twenty stored roll-ups: the sweep over every organisation, its growth, and what follows when one in a hundred changed."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable

from benchmarks import bulk
from benchmarks.engines import opened
from benchmarks.figures import Figure, Table, median
from benchmarks.options import Options
from benchmarks.statements import text
from graph.clock import SystemClock
from graph.engine import Graph, Transaction
from graph.facts.times import milliseconds
from graph.rollups import Evaluator, RollUp, StoredRollUp, define

SHARE = 0.02
"""At most this part of a sweep for one organisation in a hundred."""
GROWTH = 10
_NAMES = ("Project Created", "Report Viewed", "Invoice Shared")
ROLL_UPS: dict[str, RollUp] = {
    "members": RollUp("COUNT"),
    "admins": RollUp("COUNT", where="role = 'admin'"),
    "strong_members": RollUp("COUNT", where="score >= 50"),
    "score_total": RollUp("SUM", attribute="score"),
    "score_mean": RollUp("AVERAGE", attribute="score"),
    "score_best": RollUp("MAX", attribute="score"),
    "languages": RollUp("COUNT_DISTINCT", attribute="language"),
    "first_language": RollUp("FIRST", attribute="language"),
    "events_ever": RollUp("COUNT", "EVENTS"),
    "events_7d": RollUp("COUNT", "EVENTS", window_days=7),
    "events_30d": RollUp("COUNT", "EVENTS", window_days=30),
    "active_people_30d": RollUp("COUNT_DISTINCT", "EVENTS", window_days=30),
    "active_days_30d": RollUp("ACTIVE_DAYS", "EVENTS", window_days=30),
    "last_active": RollUp("LAST", "EVENTS"),
    **{
        f"{name.lower().replace(' ', '_')}_30d": RollUp("COUNT", "EVENTS", event_name=name, window_days=30)
        for name in _NAMES
    },
    "first_project": RollUp("FIRST", "EVENTS", event_name="Project Created"),
    "project_makers": RollUp("COUNT_DISTINCT", "EVENTS", event_name="Project Created"),
    "amount_30d": RollUp("SUM", "EVENTS", attribute="amount", event_name="Invoice Shared", window_days=30),
}


async def run(kind: str, options: Options) -> Table:
    """Measure one engine with a tenth of the organisations and with all of them."""
    assert len(ROLL_UPS) == 20
    note = (
        f"Twenty stored roll-ups; {bulk.PEOPLE} people and {bulk.EVENTS} events an organisation. "
        "The first sweep writes every value, a later one finds nothing new."
    )
    async with opened(kind) as graph:
        bench = _RollUps(graph, options)
        small = await bench.measured(0, options.scale // GROWTH)
        large = await bench.measured(options.scale // GROWTH, options.scale)
    return Table(f"Roll-ups, {kind}", note, [*small.figures(), *large.figures(small)])


class _Measured:
    def __init__(self, organisations: int) -> None:
        self.organisations = organisations
        self.first = self.later = self.changed = self.read = 0.0

    def figures(self, smaller: _Measured | None = None) -> list[Figure]:
        """What it took, beside the smaller graph where there is one."""
        at = f"{self.organisations:,} organisations"
        beside = f", beside {smaller.organisations:,}" if smaller else ""
        share = SHARE if smaller else None
        return [
            Figure(f"{at}: first sweep{beside}", self.first, "s", smaller.first if smaller else None),
            Figure(f"{at}: later sweep{beside}", self.later, "s", smaller.later if smaller else None),
            Figure(f"{at}: later sweep, beside reading the values", self.later, "s", self.read),
            Figure(f"{at}: 1 % changed, beside a later sweep", self.changed, "s", self.later, share, "at most"),
        ]


class _RollUps:
    def __init__(self, graph: Graph, options: Options) -> None:
        self.graph = graph
        self.options = options
        self.clock = SystemClock()
        self.evaluator = Evaluator(graph, self.clock)

    async def measured(self, first: int, last: int) -> _Measured:
        """Load more organisations and measure all there are."""
        if first == 0:
            await bulk.define_attributes(self.graph)
        await bulk.load(self.graph, first, last)
        found = _Measured(last)
        if first == 0:
            for name, roll_up in ROLL_UPS.items():
                await define(self.graph, self.clock, StoredRollUp(name, roll_up))
        found.first = await _seconds(self.evaluator.evaluate_stale if first == 0 else self.evaluator.evaluate_all)
        rounds = range(self.options.rounds)
        found.later = median([await _seconds(self.evaluator.evaluate_all) for _ in rounds])
        found.read = median([await _seconds(self._read) for _ in rounds])
        found.changed = median([await self._changed(last) for _ in rounds])
        return found

    async def _read(self) -> int:
        return len(await self.graph.query(text("rolled_up"), {"names": list(ROLL_UPS)}))

    async def _changed(self, organisations: int) -> float:
        some = random.sample(range(organisations), max(organisations // 100, 1))
        given = {"ids": [f"o_{n:07}" for n in sorted(some)], "now": milliseconds(self.clock.now())}

        async def change(transaction: Transaction) -> None:
            await transaction.execute(text("change"), given)

        await self.graph.write(change)
        return await _seconds(self.evaluator.evaluate_stale)


async def _seconds(work: Callable[[], Awaitable[int]]) -> float:
    began = time.perf_counter()
    assert await work() > 0
    return time.perf_counter() - began
