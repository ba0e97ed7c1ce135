"""`POST /facts`: the rows of a load go to the writer, or to a dry run of it.

The writer also rejects what is no row, so that a load gets the same results with and without a service.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth import AccessDenied, authenticate_request, require
from api.bodies import Disconnected, NotUnpacked, TooLarge, read_unpacked
from api.keys import KeyRing
from api.limits import Limits
from api.results import write_result
from api.row_sources import set_source
from api.salvage import UNREADABLE, UnreadableElement, salvage
from graph.errors import EngineError
from graph.facts import InvalidInput, unread_row
from graph.facts.json_text import NotJson
from graph.writer import Writer
from graph.writer.group_commit import QueueFull

log = logging.getLogger(__name__)

PATH = "/facts"
SCOPE = "write"
_SHAPE = 'the body is {"rows": [a row, …], "dryRun": true or false}, as application/json'


class _FactsRefusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Facts:
    """The endpoint `/facts` over one writer."""

    def __init__(self, writer: Writer, keys: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._writer = writer
        self._keys = keys
        self._limits = limits

    def routes(self) -> list[Route]:
        """Return the route, to be mounted at the root."""
        return [Route(PATH, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer one request. Never raises."""
        try:
            return Response(orjson.dumps(await self._accept(request)), media_type="application/json")
        except _FactsRefusal as refusal:
            return _error_response(refusal.status, refusal.code, str(refusal))
        except AccessDenied as refusal:
            return _error_response(refusal.status, refusal.code, refusal.message)
        except (EngineError, QueueFull) as error:
            log.warning("facts: %s", error)
            return _error_response(503, error.code, error.message)
        except Disconnected:
            return Response(status_code=400)
        except Exception:
            log.exception("facts: a request failed")
            return _error_response(500, "INTERNAL", "The request failed. It is safe to send it again.")

    async def _accept(self, request: Request) -> dict[str, Any]:
        caller = authenticate_request(self._keys, request)
        require(caller, SCOPE)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _FactsRefusal(415, "UNSUPPORTED_MEDIA_TYPE", f"{_SHAPE}.")
        content = await self._content(request)
        rows = [set_source(one, caller) if isinstance(one, dict) else one for one in map(_row, content["rows"])]
        write = self._writer.dry_run if content.get("dryRun") else self._writer.submit
        return write_result(await write(rows))

    async def _content(self, request: Request) -> dict[str, Any]:
        most = self._limits.body
        try:
            body = await read_unpacked(request.headers, request.receive, most)
        except TooLarge:
            raise _FactsRefusal(413, "BODY_TOO_LARGE", f"The body has more than the {most:,} bytes allowed.") from None
        except NotUnpacked as reason:
            raise _FactsRefusal(400, "BAD_REQUEST", f"{reason}.") from None
        content = await _read(body)
        rows = content.get("rows") if isinstance(content, dict) else None
        if not isinstance(rows, list) or not isinstance(content.get("dryRun", False), bool):
            raise _FactsRefusal(400, "BAD_REQUEST", f"{_SHAPE}.")
        if len(rows) > self._limits.rows:
            raise _FactsRefusal(
                413, "TOO_MANY_ROWS", f"{len(rows):,} rows; at most {self._limits.rows:,} are taken at once."
            )
        return dict(content)


async def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            return await asyncio.to_thread(salvage, body, 1)
        except NotJson as reason:
            raise _FactsRefusal(400, "INVALID_JSON", f"The body is not JSON: {reason}.") from None


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


def _error_response(status: int, code: str, message: str) -> Response:
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response(orjson.dumps({"code": code, "message": message}), status, headers, "application/json")
