"""Answer POST requests whose body is a JSON object: check the caller's scope, read within limits, report faults."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.auth import AccessDenied, Caller, authenticate_request, require
from api.bodies import Disconnected, NotUnpacked, TooLarge, read_unpacked
from api.keys import KeyRing
from api.limits import Limits
from api.salvage import salvage
from graph.errors import EngineError
from graph.facts.json_text import NotJson
from graph.writer import QueueFull

log = logging.getLogger(__name__)

Accept = Callable[[Caller, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Answers one body. Raises BadRequest."""


class BadRequest(Exception):
    """A response other than 200, with its status, a code, and a message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class JsonPosts:
    """Answers requests whose body is one JSON object; `shape` describes it in error messages.

    Elements that are not JSON are marked in lists inside at most `depth` objects.
    """

    def __init__(self, keys: KeyRing, limits: Limits, scope: str, shape: str, depth: int = 0) -> None:
        self._keys = keys
        self._limits = limits
        self._scope = scope
        self._shape = shape
        self._depth = depth

    async def answer(self, request: Request, accept: Accept) -> Response:
        """Answer one request. Never raises."""
        path = request.url.path
        try:
            caller = authenticate_request(self._keys, request)
            require(caller, self._scope)
            content = await self._content(request)
            return Response(orjson.dumps(await accept(caller, content)), media_type="application/json")
        except BadRequest as refusal:
            return _error_response(refusal.status, refusal.code, str(refusal))
        except AccessDenied as refusal:
            return _error_response(refusal.status, refusal.code, refusal.message)
        except (EngineError, QueueFull) as error:
            log.warning("%s: %s", path, error)
            return _error_response(503, error.code, error.message)
        except Disconnected:
            return Response(status_code=400)
        except Exception:
            log.exception("%s: a request failed", path)
            return _error_response(500, "INTERNAL", "The request failed. It is safe to send it again.")

    async def _content(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"{self._shape}.")
        most = self._limits.body
        try:
            body = await read_unpacked(request.headers, request.receive, most)
        except TooLarge:
            raise BadRequest(413, "BODY_TOO_LARGE", f"The body has more than the {most:,} bytes allowed.") from None
        except NotUnpacked as reason:
            raise BadRequest(400, "BAD_REQUEST", f"{reason}.") from None
        content = await _read(body, self._depth)
        if not isinstance(content, dict):
            raise BadRequest(400, "BAD_REQUEST", f"{self._shape}.")
        return content


async def _read(body: bytes, depth: int) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            return await asyncio.to_thread(salvage, body, depth)
        except NotJson as reason:
            raise BadRequest(400, "INVALID_JSON", f"The body is not JSON: {reason}.") from None


def _error_response(status: int, code: str, message: str) -> Response:
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response(orjson.dumps({"code": code, "message": message}), status, headers, "application/json")
