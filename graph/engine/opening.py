"""Opening a graph: the embedded engine when no address is given, else the Neo4j at that address.

The driver is imported late, since that takes as long as many a command: while the embedded engine starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.engine.child import spawn

if TYPE_CHECKING:
    from neo4j.api import AsyncBookmarkManager

    from graph.engine.graph import Graph
    from graph.engine.settings import GraphSettings


async def open_graph(settings: GraphSettings) -> Graph:
    """Connect, check, and return the graph; raises an EngineError that says what is wrong."""
    return await (_embedded(settings) if settings.uri is None else _server(settings, settings.uri))


async def _embedded(settings: GraphSettings) -> Graph:
    child = await spawn(settings)

    from graph.engine.embedded import EmbeddedEngine  # noqa: PLC0415
    from graph.engine.graph import Graph  # noqa: PLC0415

    engine = EmbeddedEngine(settings)
    await engine.start(child)
    return Graph(engine, settings, writers=1)


async def _server(settings: GraphSettings, uri: str) -> Graph:
    from graph.engine.graph import Graph  # noqa: PLC0415
    from graph.engine.server import ServerEngine  # noqa: PLC0415

    engine = ServerEngine(settings)
    await engine.start()
    return Graph(engine, settings, writers=settings.writers, bookmarks=_bookmarks(uri))


def _bookmarks(uri: str) -> AsyncBookmarkManager | None:
    """Return what lets a read on one member of a cluster see the writes on another."""
    from neo4j import AsyncGraphDatabase  # noqa: PLC0415

    return AsyncGraphDatabase.bookmark_manager() if uri.startswith("neo4j") else None
