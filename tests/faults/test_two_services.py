"""Two services, and many tasks of one, write the same people and organisations at once.

No invariant breaks, and the graph is that of one writer with all rows (F3).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.engine import Graph, GraphSettings, open_graph
from graph.schema.doctor import check
from graph.writer import Writer, open_writer
from loaders.destinations import Destination, RemoteService
from loaders.service import ServiceClient
from tests.engines.wiping import wipe
from tests.faults.agreement import differences
from tests.faults.rows import CLOCK, NOW, Row, batches, contested
from tests.graph.writer.portrait import portrait
from tests.sdks.services import serving, settings_on

pytestmark = pytest.mark.grows

LONG = os.environ.get("MEMBERGRAPH_LONG") == "1"
ROUNDS = 8 if LONG else 2
PROCESSES = 4 if LONG else 1


async def by_one_writer(graph: Graph, rows: list[Row]) -> dict[str, list[str]]:
    """Portrait of the graph after one writer has written all rows, batch after batch."""
    await wipe(graph)
    writer = await open_writer(graph, CLOCK)
    await writer.submit(rows)
    await writer.close()
    return await portrait(graph)


@asynccontextmanager
async def closing(writer: Writer) -> AsyncIterator[Writer]:
    try:
        yield writer
    finally:
        await writer.close()


@asynccontextmanager
async def two_writers(graph: Graph, settings: GraphSettings) -> AsyncIterator[list[Writer]]:
    other = await open_graph(settings)
    try:
        async with closing(await open_writer(graph, CLOCK)) as one, closing(await open_writer(other, CLOCK)) as two:
            yield [one, two]
    finally:
        await other.close()


async def write_all(writer: Destination, shares: list[list[Row]]) -> None:
    for rows in shares:
        outcome = await writer.submit(rows)
        assert outcome.rejected == []
        assert {each.code for each in outcome.warnings} <= {"CYCLE"}


def dealt(rows: list[Row], hands: int, seed: int) -> list[list[Row]]:
    """Rows in random order, dealt to several hands; a tenth of them to two."""
    dice = random.Random(seed)
    found: list[list[Row]] = [[] for _ in range(hands)]
    for row in dice.sample(rows, len(rows)):
        for hand in dice.sample(found, 2 if dice.random() < 0.1 else 1):
            hand.append(row)
    return found


@pytest.mark.neo4j
@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_F3_two_services_that_write_at_once_leave_the_graph_of_one(
    graph: Graph, engine_settings: GraphSettings, seed: int
) -> None:
    rows = contested(seed, 120)
    expected = await by_one_writer(graph, rows)
    assert await check(graph) == []
    await wipe(graph)
    async with two_writers(graph, engine_settings) as writers:
        hands = dealt(rows, 6, seed)
        await asyncio.gather(*(write_all(writers[n % 2], batches(hand, seed + n)) for n, hand in enumerate(hands)))
    assert await check(graph) == []
    assert differences(await portrait(graph), expected) == []


@pytest.mark.neo4j
@pytest.mark.parametrize("seed", range(PROCESSES))
async def test_F3_two_services_in_processes_of_their_own_leave_the_graph_of_one(
    graph: Graph, engine_settings: GraphSettings, seed: int
) -> None:
    rows = contested(2_000 + seed, 120)
    expected = await by_one_writer(graph, rows)
    await wipe(graph)
    settings = {**settings_on(engine_settings), "MEMBERGRAPH_CLOCK": NOW.isoformat()}
    with serving(**settings) as one, serving(**settings) as two:
        async with ServiceClient(one.address) as first, ServiceClient(two.address) as second:
            services = [RemoteService(each) for each in (first, second)]
            hands = dealt(rows, 6, seed)
            await asyncio.gather(*(write_all(services[n % 2], batches(hand, seed + n)) for n, hand in enumerate(hands)))
        assert (one.stop(), two.stop()) == (0, 0)
    assert await check(graph) == []
    assert differences(await portrait(graph), expected) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_F3_submits_of_one_writer_at_once_leave_the_graph_of_one_after_the_other(graph: Graph, seed: int) -> None:
    rows = contested(1_000 + seed, 100)
    expected = await by_one_writer(graph, rows)
    await wipe(graph)
    async with closing(await open_writer(graph, CLOCK)) as writer:
        hands = dealt(rows, 5, seed)
        await asyncio.gather(*(write_all(writer, batches(hand, seed + n, 4)) for n, hand in enumerate(hands)))
    assert await check(graph) == []
    assert differences(await portrait(graph), expected) == []
