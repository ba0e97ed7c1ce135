"""What a graph must look like after each batch of a load that nothing disturbs."""

from __future__ import annotations

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.engines.wiping import wipe
from tests.faults.agreement import Portrait
from tests.faults.rows import CLOCK, Row
from tests.graph.writer.portrait import portrait


async def states(graph: Graph, batches: list[list[Row]]) -> list[Portrait]:
    """Portraits of an empty graph and after each batch; the last one is that of the whole load."""
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
