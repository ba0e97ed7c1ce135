"""Start engines, empty, and stop them afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from graph.clock import SystemClock
from graph.engine import Graph, GraphSettings, open_graph
from graph.schema import migrate
from tests.engines import neo4j_server

NEO4J_HEAP, NEO4J_PAGES = "2g", "1g"
"""Sizes that hold the largest benchmark's data. With less, changed pages are read from files again."""
Address = tuple[str, str]
"""URI and password of a Neo4j."""


@contextmanager
def neo4j() -> Iterator[neo4j_server.Neo4jServer]:
    """Yield an empty Neo4j Community of the newest version, from its Maven jars."""
    server = neo4j_server.start(heap=NEO4J_HEAP, pages=NEO4J_PAGES, short_lived=False)
    try:
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def opened(kind: str) -> AsyncIterator[Graph]:
    """Yield an empty, migrated graph on a new engine; `kind` is `embedded` or `neo4j`."""
    with tempfile.TemporaryDirectory(prefix="membergraph-benchmark-", ignore_cleanup_errors=True) as folder:
        if kind == "embedded":
            async with migrated(GraphSettings(data_dir=Path(folder))) as graph:
                yield graph
            return
        with neo4j() as server:
            settings = GraphSettings(data_dir=Path(folder), uri=server.uri, password=server.password)
            async with migrated(settings) as graph:
                yield graph


@asynccontextmanager
async def migrated(settings: GraphSettings) -> AsyncIterator[Graph]:
    """Yield a migrated graph, and close it afterwards."""
    graph = await open_graph(settings)
    try:
        await migrate(graph, SystemClock())
        yield graph
    finally:
        await graph.close()
