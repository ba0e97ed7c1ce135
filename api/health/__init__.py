"""`/health`: the process answers. `/ready`: the graph does, too."""

from __future__ import annotations

import logging

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graph.engine import Graph
from graph.errors import MembergraphError

log = logging.getLogger(__name__)
PATIENCE = 5.0
"""Seconds in which a graph that is ready answers."""


def routes(graph: Graph) -> list[Route]:
    """Both routes over one graph."""

    async def health(_: Request) -> Response:
        return _told(200, "alive")

    async def ready(_: Request) -> Response:
        if graph.damage:
            return _told(503, "files of the graph are damaged")
        try:
            await graph.query("RETURN 1 AS one", {}, timeout=PATIENCE)
        except (MembergraphError, TimeoutError) as reason:
            log.warning("not ready: %s", reason)
            return _told(503, "the graph does not answer")
        return _told(200, "ready")

    return [Route("/health", health), Route("/ready", ready)]


def _told(status: int, what: str) -> Response:
    return Response(orjson.dumps({"status": what}), status, media_type="application/json")
