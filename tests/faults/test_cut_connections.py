"""Connections cut at any moment of a load, before and in COMMIT too: the load goes on and its graph is exact (F2, F10)."""

from __future__ import annotations

import asyncio
import random

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.faults.agreement import differences
from tests.faults.rows import CLOCK, batches, contested
from tests.graph.engine.standalone import FaultyWire
from tests.graph.writer.portrait import portrait


async def test_F10_a_load_whose_connections_are_cut_again_and_again_ends_exact(wired: Graph, wire: FaultyWire) -> None:
    rows = contested(300, 100, people=10)
    writer = await open_writer(wired, CLOCK)
    await writer.submit(rows)
    expected = await portrait(wired)
    await writer.close()
    await wipe(wired)
    dice = random.Random(9)
    writer = await open_writer(wired, CLOCK)
    try:
        for each in batches(rows, 9, most=10):
            loop = asyncio.get_running_loop()
            match dice.randrange(4):
                case 0:
                    wire.cut_commits_before = 1
                case 1:
                    wire.cut_commits_after = 1
                case 2:
                    loop.call_later(dice.uniform(0, 0.3), wire.cut_all)
            outcome = await writer.submit(each)
            assert len(outcome.ids) == len(each)
    finally:
        await writer.close()
    assert await check(wired) == []
    assert differences(await portrait(wired), expected) == []
