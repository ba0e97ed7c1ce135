"""Portraits of a graph after each batch of an undisturbed load."""

from __future__ import annotations

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.faults.agreement import Portrait
from tests.faults.rows import CLOCK, Row
from tests.graph.writer.portrait import portrait


async def states(graph: Graph, batches: list[list[Row]]) -> list[Portrait]:
    """Return portraits of the empty graph and after each batch. The last one shows the whole load."""
    await wipe(graph)
    writer = await open_writer(graph, CLOCK)
    try:
        found = [await portrait(graph)]
        for rows in batches:
            await writer.submit(rows)
            found.append(await portrait(graph))
        assert await check(graph) == []
        return found
    finally:
        await writer.close()
