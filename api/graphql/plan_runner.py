"""Run a plan: its statement, its resolvers, and the look-ups of nodes that either of them names."""

from __future__ import annotations

from typing import Any

from api.graphql.compile.errors import request_error
from api.graphql.compile.plan import NodeLookup, Plan, ResolvedField
from api.graphql.compile.request import Request
from api.graphql.compile.resolved import REQUESTED
from api.graphql.resolvers import resolve
from api.limits import Limits
from graph.clock import Clock
from graph.engine import Graph

Target = NodeLookup | ResolvedField
PlacesByKey = dict[str, list[dict[str, Any]]]


class PlanRunner:
    """Runs plans against one graph."""

    def __init__(self, graph: Graph, clock: Clock, limits: Limits) -> None:
        """Keep what every plan needs."""
        self._graph = graph
        self._clock = clock
        self._limits = limits

    async def data(self, plan: Plan, request: Request) -> dict[str, Any]:
        """Return the values of the plan's fields. Raises GraphQLError, EngineError.

        It runs one statement, then each resolver, then one more statement for each look-up.
        """
        data = await self._statement(plan, request)
        for field in plan.resolved:
            data[field.key] = await resolve(self._graph, self._clock, field, request)
        while request.pending_places:
            for target, places in _take_pending(request).items():
                await self._fill(target, places, request)
        return data

    async def _statement(self, plan: Plan, request: Request, **more: Any) -> dict[str, Any]:
        record: dict[str, Any] = {}
        if plan.cypher is not None:
            bindings = {**plan.bind(request), **more}
            rows = await self._graph.query(plan.cypher, bindings, timeout=self._limits.seconds)
            record = rows[0]["data"]
        return plan.shape(record, request)

    async def _fill(self, target: Target, places_by_key: PlacesByKey, request: Request) -> None:
        values = await self._values(target, list(places_by_key), request)
        for key, places in places_by_key.items():
            if key not in values:
                raise request_error("NOT_FOUND", f"{key!r} is gone since this answer was begun.", path=target.path)
            for place in places:
                place.update(values[key])

    async def _values(self, target: Target, keys: list[str], request: Request) -> dict[str, Any]:
        """Return what the target reads of the node of each key."""
        if isinstance(target, NodeLookup):
            return dict((await self._statement(target.plan, request, **{REQUESTED: keys}))[REQUESTED])
        return {key: await resolve(self._graph, self._clock, target, request, key) for key in keys}


def _take_pending(request: Request) -> dict[Any, PlacesByKey]:
    """Return the pending places by target and key, and leave none in the request."""
    places: dict[Any, PlacesByKey] = {}
    for each in request.pending_places:
        places.setdefault(each.target, {}).setdefault(each.key, []).append(each.place)
    request.pending_places.clear()
    return places
