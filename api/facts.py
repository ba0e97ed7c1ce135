"""`POST /facts`: the rows of a load go to the writer, or to a dry run of it.

The writer also rejects what is no row, so that a load gets the same results with and without a service.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import Caller
from api.json_posts import BadRequest, JsonPosts
from api.keys import KeyRing
from api.limits import Limits
from api.results import write_result
from api.row_sources import set_source, source_of
from api.salvage import UNREADABLE, UnreadableElement
from graph.facts import InvalidInput, unread_row
from graph.sources.cursors import Move, is_cursor, storable_name
from graph.writer import Origin, Writer

PATH = "/facts"
SCOPE = "write"
_SHAPE = 'the body is {"rows": [a row, …], "dryRun": true or false}, as application/json'
_ORIGIN = "origin says where the rows come from: their stream, source and places, and the move of the cursor"


class Facts:
    """The endpoint `/facts` over one writer."""

    def __init__(self, writer: Writer, keys: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._writer = writer
        self._limits = limits
        self._posts = JsonPosts(keys, limits, SCOPE, _SHAPE, depth=1)

    def routes(self) -> list[Route]:
        """Return the route, to be mounted at the root."""
        return [Route(PATH, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer one request. Never raises."""
        return await self._posts.answer(request, self._accept)

    async def _accept(self, caller: Caller, content: dict[str, Any]) -> dict[str, Any]:
        given = content.get("rows")
        if not isinstance(given, list) or not isinstance(content.get("dryRun", False), bool):
            raise BadRequest(400, "BAD_REQUEST", f"{_SHAPE}.")
        if len(given) > self._limits.rows:
            message = f"{len(given):,} rows; at most {self._limits.rows:,} are taken at once."
            raise BadRequest(413, "TOO_MANY_ROWS", message)
        rows = [set_source(one, caller) if isinstance(one, dict) else one for one in map(_row, given)]
        if content.get("dryRun"):
            return write_result(await self._writer.dry_run(rows))
        return write_result(await self._writer.submit(rows, _origin(content.get("origin"), caller)))


def _origin(given: Any, caller: Caller) -> Origin | None:
    """Return where rows come from, under a source that the caller may name. Raises BadRequest."""
    if given is None:
        return None
    try:
        origin = msgspec.convert(given, Origin)
    except msgspec.ValidationError as error:
        raise BadRequest(400, "BAD_REQUEST", f"{_ORIGIN}: {error}.") from None
    source = source_of(origin.source, caller)
    stream, move = storable_name(origin.stream), origin.move
    if move is not None:
        _check_move(origin, move)
        move = Move(source, stream, storable_name(move.run), move.page, move.cursor)
    return Origin(stream, source, origin.places, move)


def _check_move(origin: Origin, move: Move) -> None:
    """Raise BadRequest for a move of another stream, or to a cursor that no stream could read."""
    if move.stream != origin.stream or move.source != (origin.source or move.source):
        message = f"{_ORIGIN}: `move` names another stream than the origin - at `$.move`."
        raise BadRequest(400, "BAD_REQUEST", message)
    if move.cursor is not None and not is_cursor(move.cursor):
        message = f'{_ORIGIN}: Expected JSON as text, such as "{{\\"line\\": 2}}" - at `$.move.cursor`.'
        raise BadRequest(400, "BAD_REQUEST", message)


def _row(one: Any) -> Any:
    """Return a row as it was sent.

    A row with NaN is not JSON, but Python reads it. The writer then rejects the value alone, as in a load.
    """
    if not isinstance(one, UnreadableElement):
        return one
    try:
        row = json.loads(one.text)
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict):
        return row
    reason = InvalidInput("BAD_JSON", f"the row is not JSON: {one.message}", one.path)
    return unread_row(UNREADABLE, {"row": one.text}, reason)
