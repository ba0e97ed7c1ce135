"""A plan carried out: its statement, what Python answers beside it, and what both name and is still to be read."""

from __future__ import annotations

from typing import Any

from api.graphql.apart import answer_apart
from api.graphql.compile.apart import ASKED
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.plan import Apart, Plan, Read
from api.graphql.compile.request import Request
from api.limits import Limits
from graph.clock import Clock
from graph.engine import Graph

__all__ = ["Reading"]

Places = dict[str, list[dict[str, Any]]]


class Reading:
    """Reads what plans ask for of one graph."""

    def __init__(self, graph: Graph, clock: Clock, limits: Limits) -> None:
        """Keep what every plan needs."""
        self._graph = graph
        self._clock = clock
        self._limits = limits

    async def data(self, plan: Plan, request: Request) -> dict[str, Any]:
        """One statement, the fields that Python answers, and one more for each kind of node they name. Raises GraphQLError, EngineError."""
        data = await self._statement(plan, request)
        for field in plan.apart:
            data[field.key] = await answer_apart(self._graph, self._clock, field, request)
        while request.waiting:
            for what, places in _taken(request).items():
                await self._fill(what, places, request)
        return data

    async def _statement(self, plan: Plan, request: Request, **more: Any) -> dict[str, Any]:
        record: dict[str, Any] = {}
        if plan.cypher is not None:
            given = {**plan.bind(request), **more}
            rows = await self._graph.query(plan.cypher, given, timeout=self._limits.seconds)
            record = rows[0]["data"]
        return plan.shape(record, request)

    async def _fill(self, what: Read | Apart, places: Places, request: Request) -> None:
        keys = list(places)
        found = await (self._read(what, keys, request) if isinstance(what, Read) else self._asked(what, keys, request))
        for key, those in places.items():
            if key not in found:
                raise mistake("NOT_FOUND", f"{key!r} is gone since this answer was begun.", path=what.path)
            for place in those:
                place.update(found[key])

    async def _read(self, read: Read, keys: list[str], request: Request) -> dict[str, Any]:
        """The nodes of these keys."""
        return dict((await self._statement(read.plan, request, **{ASKED: keys}))[ASKED])

    async def _asked(self, field: Apart, keys: list[str], request: Request) -> dict[str, Any]:
        """What Python answers about the node of each key."""
        return {key: await answer_apart(self._graph, self._clock, field, request, key) for key in keys}


def _taken(request: Request) -> dict[Any, Places]:
    """What waits, by what is asked and by key; nothing waits any more."""
    taken: dict[Any, Places] = {}
    for each in request.waiting:
        taken.setdefault(each.what, {}).setdefault(each.key, []).append(each.place)
    request.waiting.clear()
    return taken
