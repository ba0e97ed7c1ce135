"""`POST /sync/…`: a program that reads a source stores its cursors and runs in the service's graph."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import Caller
from api.json_posts import BadRequest, JsonPosts
from api.keys import KeyRing
from api.limits import Limits
from api.row_sources import source_of
from graph.clock import Clock
from graph.engine import Graph
from graph.errors import UserMistake
from graph.sources.cursors import open_stream, storable_name
from graph.sources.runs import Name, Run, save_run

STREAMS, RUNS = "/sync/streams", "/sync/runs"
SCOPE = "write"
Body = TypeVar("Body")
_STREAM = 'the body is {"source": …, "stream": …, "run": …}, as application/json'
_RUN = 'the body is a run: {"id": …, "source": …, "kind": …, "state": …, "streams": [{"name": …, "read": …}, …]}, as application/json'


class _Opened(Struct):
    """The request of a run to read a stream."""

    source: Name
    stream: Name
    run: Name


class Syncing:
    """The endpoints over one graph."""

    def __init__(self, graph: Graph, clock: Clock, keys: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._graph = graph
        self._clock = clock
        self._streams = JsonPosts(keys, limits, SCOPE, _STREAM)
        self._runs = JsonPosts(keys, limits, SCOPE, _RUN)

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at the root."""
        return [Route(STREAMS, self.open_stream, methods=["POST"]), Route(RUNS, self.save_run, methods=["POST"])]

    async def open_stream(self, request: Request) -> Response:
        """Assign a stream to a run, and respond with its cursor."""
        return await self._streams.answer(request, self._open_stream)

    async def save_run(self, request: Request) -> Response:
        """Store the state of a run."""
        return await self._runs.answer(request, self._save_run)

    async def _open_stream(self, caller: Caller, content: dict[str, Any]) -> dict[str, Any]:
        opened = _read(content, _Opened, _STREAM)
        source, stream = source_of(opened.source, caller), storable_name(opened.stream)
        return {"cursor": await open_stream(self._graph, source, stream, storable_name(opened.run))}

    async def _save_run(self, caller: Caller, content: dict[str, Any]) -> dict[str, Any]:
        run = _read(content, Run, _RUN)
        run.source = source_of(run.source, caller)
        run.id, run.kind = storable_name(run.id), storable_name(run.kind)
        run.error = None if run.error is None else run.error.replace("\x00", "\ufffd")
        try:
            await save_run(self._graph, self._clock, run)
        except UserMistake as mistake:
            raise BadRequest(409, mistake.code, str(mistake)) from None
        return {}


def _read(content: dict[str, Any], kind: type[Body], shape: str) -> Body:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise BadRequest(400, "BAD_REQUEST", f"{shape}: {error}.") from None
