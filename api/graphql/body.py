"""The body of a request: read within a bound, and what is left of it taken in, so that its sender hears why it was refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson
from graphql import GraphQLError

from api.graphql.answers import refused

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_BOM = b"\xef\xbb\xbf"
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|.)", re.DOTALL)
_DIGITS = 18
DRAINED = 64_000_000
DRAINING_SECONDS = 10.0
"""How much, and for how long, is taken in of a body that is not used. A connection closed on it would be reset."""


class Unusable(Exception):
    """A request that is no GraphQL request; `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        """Keep what the response says."""
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.answer = refused([GraphQLError(message, extensions={"code": code})])


class Body:
    """The body of one request, of at most `limit` bytes."""

    def __init__(self, receive: Receive, limit: int) -> None:
        """Read nothing yet."""
        self._receive = receive
        self._limit = limit
        self._more = True

    async def read(self, headers: Mapping[str, str]) -> bytes:
        """The whole body. Raises Unusable where it is too large or ends too early."""
        declared = headers.get("content-length", "")
        if declared.isdecimal() and (len(declared) > _DIGITS or int(declared) > self._limit):
            raise self._too_large()
        chunks, size = [], 0
        while self._more:
            chunk = await self._chunk()
            size += len(chunk)
            if size > self._limit:
                raise self._too_large()
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def drain(self) -> None:
        """Take in what is left, within bounds."""
        size = 0
        try:
            async with asyncio.timeout(DRAINING_SECONDS):
                while self._more and size < DRAINED:
                    size += len(await self._chunk())
        except (TimeoutError, Unusable):
            return

    async def _chunk(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._more = False
            raise Unusable(400, "DISCONNECTED", "The request ended before its body did.")
        self._more = message.get("more_body", False)
        chunk: bytes = message.get("body", b"")
        return chunk

    def _too_large(self) -> Unusable:
        return Unusable(
            413, "BODY_TOO_LARGE", f"The body has more than the {self._limit:,} bytes allowed; send fewer rows."
        )


def from_json(body: bytes) -> Any:
    """What a body says, a byte order mark before it ignored; half a surrogate pair becomes U+FFFD (F9). Raises JSONDecodeError."""
    body = body.removeprefix(_BOM)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        mended = _ESCAPE.sub(_whole, body)
        if mended == body:
            raise
        return orjson.loads(mended)


def _whole(escape: re.Match[bytes]) -> bytes:
    first, second = escape[1], escape[2]
    if first is None or (_is_high(first) and second is not None):
        return escape[0]
    kept = rb"\ufffd" if _is_surrogate(first) else rb"\u" + first
    return kept + (rb"\ufffd" if second is not None else b"")


def _is_surrogate(digits: bytes) -> bool:
    return 0xD800 <= int(digits, 16) <= 0xDFFF


def _is_high(digits: bytes) -> bool:
    return 0xD800 <= int(digits, 16) <= 0xDBFF
