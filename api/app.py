"""The whole service as one ASGI application: GraphQL, rows of a load, tracking, health."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from api import health
from api.access_log import Asgi, Message, Receive, Send, logged
from api.auth import secret_of
from api.facts import Facts
from api.graphql.execute import Changes, Mutations
from api.graphql.http import Endpoint
from api.graphql.known import Known
from api.graphql.reading import Reading
from api.graphql.schema import SCHEMA
from api.graphql.service import Service
from api.keys import KeyRing
from api.limits import Limits
from api.syncing import Syncing
from api.tracking import Tracking, TrackingLimits
from graph.clock import Clock
from graph.engine import Graph

if TYPE_CHECKING:
    from graph.evaluation import Evaluator
    from graph.writer import Writer

GRAPHQL = "/graphql"


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """What the API needs to know; `keys` is the file of keys."""

    keys: Path = Path("data/keys.json")
    limits: Limits = field(default_factory=Limits)
    tracking: TrackingLimits = field(default_factory=TrackingLimits)
    access_log: bool = False


def create_app(
    graph: Graph, writer: Writer, evaluator: Evaluator | None, clock: Clock, settings: ApiSettings | None = None
) -> Asgi:
    """The application over one graph. It starts and stops nothing of what it is given."""
    settings = settings or ApiSettings()
    ring = KeyRing(settings.keys, clock)
    wake = evaluator.wake if evaluator is not None else _nothing
    service = create_service(graph, writer, wake, clock, settings.limits)
    endpoint = Endpoint(service, ring, settings.limits)
    tracking = Tracking(writer, ring, clock, settings.tracking)
    routes = [
        Route(GRAPHQL, endpoint),
        *health.routes(graph),
        *Facts(writer, ring, settings.limits).routes(),
        *Syncing(graph, clock, ring, settings.limits).routes(),
        *tracking.routes(),
    ]
    app = _before(endpoint, Starlette(routes=routes))
    return logged(app, ring, secret_of) if settings.access_log else app


def _before(endpoint: Endpoint, rest: Starlette) -> Asgi:
    """GraphQL comes first: it answers whatever it is asked by itself, and needs nothing of what the rest is wrapped in."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _join_hosts(scope)
        if scope["type"] == "http" and scope["path"] == GRAPHQL:
            await endpoint(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return app


def _join_hosts(scope: Message) -> None:
    """Make several `Host` headers one, which names no machine: else a part of the service could go by the one or the other."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [*others, (b"host", b", ".join(hosts))]


def create_service(graph: Graph, writer: Writer, wake: Callable[[], None], clock: Clock, limits: Limits) -> Service:
    """GraphQL over one graph; `wake` is called when there is something new to be worked out."""
    known = Known(graph)
    writer.on_definitions(known.changed)
    changes = Changes(graph, writer, known, clock, limits, wake)
    reading = Reading(graph, clock, limits)
    return Service(SCHEMA, reading, Mutations(SCHEMA, reading, changes, known, limits), known, clock, limits)


def _nothing() -> None:
    """Without an evaluator nobody is woken; `membergraph evaluate` does the same from outside."""
