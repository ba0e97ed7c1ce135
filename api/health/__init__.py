"""Health and metrics: `/health` answers while the process lives, `/ready` while the graph answers, `/metrics` with counters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import AccessDenied, authenticate_request, require
from api.health.metrics import MEDIA_TYPE, Metric, as_text, graph_metrics
from api.keys import KeyRing
from graph.engine import Graph
from graph.errors import MembergraphError

log = logging.getLogger(__name__)
READY_TIMEOUT = 5.0
"""Seconds in which a ready graph answers."""


def routes(graph: Graph, ring: KeyRing, others: Callable[[], Iterable[Metric]]) -> list[Route]:
    """Return the routes over one graph; `others` returns metrics of other parts.

    Anybody may ask for health. Metrics need a key with the scope `read`, or a caller on this machine where there is no key.
    """

    async def health(_: Request) -> Response:
        return _status(200, "alive")

    async def ready(_: Request) -> Response:
        if graph.damage:
            return _status(503, "files of the graph are damaged")
        try:
            await graph.query("RETURN 1 AS one", {}, timeout=READY_TIMEOUT)
        except (MembergraphError, TimeoutError) as reason:
            log.warning("not ready: %s", reason)
            return _status(503, "the graph does not answer")
        return _status(200, "ready")

    async def metrics(request: Request) -> Response:
        try:
            require(authenticate_request(ring, request), "read")
        except AccessDenied as refusal:
            body = orjson.dumps({"code": refusal.code, "message": refusal.message})
            return Response(body, refusal.status, media_type="application/json")
        return Response(as_text([*graph_metrics(graph), *others()]), media_type=MEDIA_TYPE)

    return [Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)]


def _status(code: int, status: str) -> Response:
    return Response(orjson.dumps({"status": status}), code, media_type="application/json")
