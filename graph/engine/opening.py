"""Opens a graph: on the embedded engine, or on the Neo4j at an address.

Importing the driver takes as long as many a command. So it is imported here, while the embedded engine starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.engine.child import spawn

if TYPE_CHECKING:
    from neo4j.api import AsyncBookmarkManager

    from graph.engine.graph import Graph
    from graph.engine.settings import GraphSettings


async def open_graph(settings: GraphSettings) -> Graph:
    """Connect, check and return the graph. Raises an EngineError that says what is wrong."""
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
    """Return the manager by which a read on one member of a cluster sees the writes on another."""
    from neo4j import AsyncGraphDatabase  # noqa: PLC0415

    return AsyncGraphDatabase.bookmark_manager() if uri.startswith("neo4j") else None
