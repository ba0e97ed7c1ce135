"""Opening a graph: the embedded engine when no address is given, else the Neo4j at that address."""

from __future__ import annotations

from neo4j import AsyncGraphDatabase
from neo4j.api import AsyncBookmarkManager

from graph.engine.embedded import EmbeddedEngine
from graph.engine.graph import Graph
from graph.engine.server import ServerEngine
from graph.engine.settings import GraphSettings


async def open_graph(settings: GraphSettings) -> Graph:
    """Connect, check, and return the graph; raises an EngineError that says what is wrong."""
    if settings.uri is None:
        embedded = EmbeddedEngine(settings)
        await embedded.start()
        return Graph(embedded, settings, writers=1)
    server = ServerEngine(settings)
    await server.start()
    return Graph(server, settings, writers=settings.writers, bookmarks=_bookmarks(settings.uri))


def _bookmarks(uri: str) -> AsyncBookmarkManager | None:
    """Return what lets a read on one member of a cluster see the writes on another."""
    return AsyncGraphDatabase.bookmark_manager() if uri.startswith("neo4j") else None
