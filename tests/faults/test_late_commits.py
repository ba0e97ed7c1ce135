"""A COMMIT without an answer that arrives after its retry changes nothing (F10).

The wire cuts the driver's side and delays the bytes, as a busy machine does. Meanwhile the next attempt succeeds.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.faults.agreement import Portrait, differences
from tests.faults.rows import CLOCK, Row, batches, contested
from tests.graph.engine.standalone import FaultyWire
from tests.graph.journey.overdue import portrait_of_stages, prepare_overdue
from tests.graph.writer.portrait import portrait

T = TypeVar("T")
PERSON: Row = {
    "type": "person",
    "identities": [{"kind": "user_id", "value": "ada"}, {"kind": "email", "value": "ada@acme.test"}],
}
FIRST_LINK, SECOND_LINK = (
    {"type": "person", "identities": [PERSON["identities"][n], {"kind": "anonymous_id", "value": "web"}]}
    for n in (0, 1)
)
"""The second makes nothing but evidence: no key that is there once keeps it from being written twice."""
MEMBERSHIP: Row = {
    "type": "membership",
    "person": {"email": "ada@acme.test"},
    "organisation": {"domain": "acme.test"},
    "role": "admin",
}
ENDED = {name: MEMBERSHIP[name] for name in ("person", "organisation")} | {
    "type": "end_membership",
    "until": CLOCK.now().isoformat(),
}
EVENTS = [
    {
        "type": "event",
        "id": f"e{n}",
        "name": "Login",
        "occurredAt": (CLOCK.now() - timedelta(days=1)).isoformat(),
        "person": {"email": "ada@acme.test"},
        "organisation": {"domain": "acme.test"},
    }
    for n in range(3)
]


class Disturbed:
    """A graph whose writes each have their first COMMIT held back, until the attempt after it is about to make a statement."""

    def __init__(self, graph: Graph, wire: FaultyWire, statement: int) -> None:
        self._graph, self._wire, self.statement, self.most = graph, wire, statement, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        attempts = 0
        self._wire.late_commits = 1

        async def watched(transaction: Transaction) -> T:
            nonlocal attempts
            attempts += 1
            watching = _Watched(transaction, self._wire, self.statement if attempts == 2 else None)
            outcome = await work(watching)  # type: ignore[arg-type]
            self.most = max(self.most, watching.made)
            return outcome

        outcome = await self._graph.write(watched)
        assert self._wire.late_commits == 0, "no COMMIT was held back"
        await self._wire.release()
        return outcome


class _Watched:
    def __init__(self, transaction: Transaction, wire: FaultyWire, release_before: int | None) -> None:
        self._transaction, self._wire, self._release_before, self.made = transaction, wire, release_before, 0

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        await self._next()
        return await self._transaction.rows(text, parameters)

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        await self._next()
        await self._transaction.execute(text, parameters)

    async def _next(self) -> None:
        if self.made == self._release_before:
            await self._wire.release()
        self.made += 1


async def load(graph: Graph | Disturbed, several: Sequence[Sequence[Row]]) -> Portrait:
    """Submit batches; return what the graph is then."""
    writer = await open_writer(graph, CLOCK)  # type: ignore[arg-type]
    try:
        for rows in several:
            await writer.submit(rows)
    finally:
        await writer.close()
    assert await check(graph) == []  # type: ignore[arg-type]
    return await portrait(graph)  # type: ignore[arg-type]


LONG = os.environ.get("MEMBERGRAPH_LONG") == "1"
LATEST = 1_000 if LONG else 4
"""The last statement of a retry before which a COMMIT is released."""


@pytest.mark.grows
@pytest.mark.parametrize(
    ("several", "stride"),
    [
        pytest.param([[PERSON], [FIRST_LINK], [SECOND_LINK]], 1, id="evidence"),
        pytest.param([[PERSON], EVENTS[:2], EVENTS[2:]], 3, id="counters"),
        pytest.param([[PERSON], [MEMBERSHIP], [ENDED]], 3, id="memberships"),
    ],
)
async def test_F10_a_commit_that_arrives_at_any_moment_of_its_retry_or_after_it_writes_nothing_twice(
    wired: Graph, wire: FaultyWire, several: list[list[Row]], stride: int
) -> None:
    expected = await load(wired, several)
    statement = 0
    while True:
        await wipe(wired)
        disturbed = Disturbed(wired, wire, statement)
        assert differences(await load(disturbed, several), expected) == [], f"released before statement {statement}"
        if statement > min(disturbed.most, LATEST):
            break  # it was released after the retry
        statement += 1 if LONG else stride


async def test_F10_commits_that_arrive_while_later_batches_are_written_leave_the_graph_exact(
    wired: Graph, wire: FaultyWire
) -> None:
    several = batches(contested(301, 60, people=8), 11, most=8)
    expected = await load(wired, several)
    await wipe(wired)
    dice = random.Random(12)
    writer = await open_writer(wired, CLOCK)
    releases: list[asyncio.Task[None]] = []

    async def release_within(seconds: float) -> None:
        await asyncio.sleep(seconds)
        await wire.release()

    try:
        for rows in several:
            if dice.random() < 0.5:
                wire.late_commits = 1
                releases.append(asyncio.create_task(release_within(dice.uniform(0, 0.4))))
            await writer.submit(rows)
        await asyncio.gather(*releases)
    finally:
        await writer.close()
    assert await check(wired) == []
    assert differences(await portrait(wired), expected) == []


@pytest.mark.grows
async def test_F10_a_commit_of_the_evaluator_that_arrives_at_any_moment_decides_no_stay_twice(
    wired: Graph, wire: FaultyWire
) -> None:
    clock = await prepare_overdue(wired)
    await Evaluator(wired, clock, batch=1).evaluate_stale()
    expected = await portrait_of_stages(wired)

    statement = 0
    while True:
        clock = await prepare_overdue(wired)
        disturbed = Disturbed(wired, wire, statement)
        await Evaluator(disturbed, clock, batch=1).evaluate_stale()  # type: ignore[arg-type]
        assert await portrait_of_stages(wired) == expected, f"released before statement {statement}"
        if statement > min(disturbed.most, LATEST):
            break
        statement += 1 if LONG else 4


async def test_F10_a_commit_whose_caller_stopped_waiting_is_over_before_the_next_write_begins(
    wired: Graph, wire: FaultyWire
) -> None:
    async def add(transaction: Transaction) -> int:
        [row] = await transaction.rows("MATCH (n:Rejected) RETURN count(n) AS n", {})
        await transaction.execute("CREATE (n:Rejected {id: $id})", {"id": f"r{row['n']}"})
        return int(row["n"])

    wire.late_commits, wire.late_unnoticed = 1, True
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await wired.write(add)
        assert wire.late_commits == 0
        known = await wired.write(add)
    finally:
        wire.late_unnoticed = False
    await wire.release()
    assert await wired.query("MATCH (n:Rejected) RETURN count(n) AS n", {}) == [{"n": known + 1}]


async def test_F10_a_cursor_that_moved_on_is_never_moved_back_by_a_late_commit(wired: Graph, wire: FaultyWire) -> None:
    """It is written without anything being read first: nothing but the fence stands between."""

    async def move(to: int) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.execute("MERGE (n:Rejected {id: 'cursor'}) SET n.code = $to", {"to": to})

        await wired.write(work)

    await move(1)
    wire.late_commits = 1
    await move(10)
    await move(20)
    await wire.release()
    rows: list[dict[str, Any]] = await wired.query("MATCH (n:Rejected {id: 'cursor'}) RETURN n.code AS at", {})
    assert rows == [{"at": 20}]
