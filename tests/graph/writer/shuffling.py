"""Writes the same facts in several orders and batchings, and compares the graphs (F2, F3)."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from graph.clock import FixedClock
from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.graph.writer.portrait import portrait

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
Row = dict[str, Any]


def few_examples(number: int) -> Any:
    """Each example writes a graph twice: shrinking one that fails would take an hour, and its rows are few."""
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), phases=phases)


async def written(graph: Graph, batches: list[list[Row]]) -> dict[str, list[str]]:
    """The portrait of an empty graph after these batches."""
    await wipe(graph)
    writer = await open_writer(graph, CLOCK)
    for batch in batches:
        await writer.submit(batch)
    await writer.close()
    return await portrait(graph)


def _cut(rows: list[Row], dice: random.Random) -> list[list[Row]]:
    batches: list[list[Row]] = [[]]
    for row in rows:
        if dice.random() < 0.4:
            batches.append([])
        batches[-1].append(row)
    return [batch for batch in batches if batch]


async def same_in_any_order(graph: Graph, rows: list[Row], seed: int) -> None:
    """Rows as one batch give the graph that they give shuffled, cut into batches and told twice."""
    dice = random.Random(seed)
    first = await written(graph, [rows])
    assert await check(graph) == []
    shuffled = dice.sample(rows, len(rows))
    other = await written(graph, _cut(shuffled, dice) + _cut(dice.sample(rows, len(rows)), dice))
    assert await check(graph) == []
    assert first == other
