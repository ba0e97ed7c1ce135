"""The whole service as one ASGI application: GraphQL, rows of loads, tracking and health."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from api import health
from api.access_log import Asgi, Message, Receive, Send, add_access_log
from api.facts import Facts
from api.graphql.catalogue_cache import CatalogueCache
from api.graphql.http import Endpoint
from api.graphql.mutations import Changes, Mutations
from api.graphql.plan_runner import PlanRunner
from api.graphql.schema import SCHEMA
from api.graphql.service import GraphQLService
from api.health.metrics import Metric
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
    """Settings of the API; `keys` is the keys file."""

    keys: Path = Path("data/keys.json")
    limits: Limits = field(default_factory=Limits)
    tracking: TrackingLimits = field(default_factory=TrackingLimits)
    access_log: bool = False


def create_app(
    graph: Graph,
    writer: Writer,
    evaluator: Evaluator | None,
    clock: Clock,
    settings: ApiSettings | None = None,
    metrics: Callable[[], Iterable[Metric]] = tuple,
) -> Asgi:
    """Return the application over one graph; `metrics` returns metrics that only its caller knows.

    The caller starts and stops the graph, the writer and the evaluator.
    """
    settings = settings or ApiSettings()
    ring = KeyRing(settings.keys, clock)
    wake = evaluator.wake if evaluator is not None else _ignore_wake
    service = create_service(graph, writer, wake, clock, settings.limits)
    endpoint = Endpoint(service, ring, settings.limits)
    tracking = Tracking(writer, ring, clock, settings.tracking)
    routes = [
        Route(GRAPHQL, endpoint),
        *health.routes(graph, ring, metrics),
        *Facts(writer, ring, settings.limits).routes(),
        *Syncing(graph, clock, ring, settings.limits).routes(),
        *tracking.routes(),
    ]
    app = _graphql_first(endpoint, Starlette(routes=routes))
    return add_access_log(app) if settings.access_log else app


def _graphql_first(endpoint: Endpoint, rest: Starlette) -> Asgi:
    """Return an application that sends GraphQL to its endpoint without Starlette's middleware, which costs time."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _join_hosts(scope)
        if scope["type"] == "http" and scope["path"] == GRAPHQL:
            await endpoint(scope, receive, send)
        else:
            await rest(scope, receive, send)

    return app


def _join_hosts(scope: Message) -> None:
    """Join several `Host` headers into one that names no machine. Parts of the service might read different ones."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [*others, (b"host", b", ".join(hosts))]


def create_service(
    graph: Graph, writer: Writer, wake: Callable[[], None], clock: Clock, limits: Limits
) -> GraphQLService:
    """Return GraphQL over one graph; `wake` is called when there is something to evaluate."""
    catalogue_cache = CatalogueCache(graph)
    writer.on_definitions(catalogue_cache.invalidate)
    changes = Changes(graph, writer, catalogue_cache, clock, limits, wake)
    runner = PlanRunner(graph, clock, limits)
    mutations = Mutations(SCHEMA, runner, changes, catalogue_cache, limits)
    return GraphQLService(SCHEMA, runner, mutations, catalogue_cache, clock, limits)


def _ignore_wake() -> None:
    """Do nothing: without an evaluator, `membergraph evaluate` evaluates from outside."""
