"""`POST /facts`: rows as a load sends them, straight to the writer, or to a dry run of it.

A row that cannot be read is refused by the same code as in a load without a service, so that both answer alike.
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
from api.results import result_of
from api.rows import source_of, sourced
from api.salvage import UNREADABLE, Unreadable
from graph.facts import Refused, unread_row
from graph.sources.cursors import Move, storable_name
from graph.writer import Origin, Writer

PATH = "/facts"
SCOPE = "write"
_SHAPE = 'the body is {"rows": [a row, …], "dryRun": true or false}, as application/json'
_ORIGIN = "origin says where the rows come from, as a load sends it: stream, source, places, move"


class Facts:
    """The endpoint over one writer."""

    def __init__(self, writer: Writer, keys: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._writer = writer
        self._limits = limits
        self._posts = JsonPosts(keys, limits, SCOPE, _SHAPE, depth=1)

    def routes(self) -> list[Route]:
        """Return the route, to be mounted at the root."""
        return [Route(PATH, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer one request; never raises."""
        return await self._posts.answer(request, self._accept)

    async def _accept(self, who: Caller, content: dict[str, Any]) -> dict[str, Any]:
        rows = content.get("rows")
        if not isinstance(rows, list) or not isinstance(content.get("dryRun", False), bool):
            raise BadRequest(400, "BAD_REQUEST", f"{_SHAPE}.")
        if len(rows) > self._limits.rows:
            message = f"{len(rows):,} rows; at most {self._limits.rows:,} are taken at once."
            raise BadRequest(413, "TOO_MANY_ROWS", message)
        usable = [sourced(one, who) if isinstance(one, dict) else one for one in map(_row, rows)]
        if content.get("dryRun"):
            return result_of(await self._writer.dry_run(usable))
        return result_of(await self._writer.submit(usable, _origin(content.get("origin"), who)))


def _origin(given: Any, who: Caller) -> Origin | None:
    """Return where rows come from, under a source that the caller may name."""
    if given is None:
        return None
    try:
        origin = msgspec.convert(given, Origin)
    except msgspec.ValidationError as error:
        raise BadRequest(400, "BAD_REQUEST", f"{_ORIGIN}: {error}.") from None
    source = source_of(origin.source, who)
    stream, move = storable_name(origin.stream), origin.move
    if move is not None:
        cursor = move.cursor and move.cursor.replace("\x00", "\ufffd")
        move = Move(source, stream, storable_name(move.run), move.page, cursor)
    return Origin(stream, source, origin.places, move)


def _row(one: Any) -> Any:
    """Return a row as it was sent. One with NaN is a row all the same: the writer refuses the value, as it does in a load."""
    if not isinstance(one, Unreadable):
        return one
    try:
        found = json.loads(one.text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    reason = Refused("BAD_JSON", f"the row is not JSON: {one.message}", one.path)
    return unread_row(UNREADABLE, {"row": one.text}, reason)
