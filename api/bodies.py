"""A request's body: received within a limit, unpacked, and read to its end also where nobody wants it."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

DISCARDED = 64_000_000
"""Bytes of an unwanted body that are read all the same: a client that is still sending would see a reset, and no answer."""
_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """A body that is larger, packed or unpacked, than the limit."""


class NotUnpacked(ValueError):
    """A body that says it is packed and cannot be unpacked."""


class Disconnected(Exception):
    """A request that ended before its body did."""


class Incoming:
    """The body of one request as it comes in."""

    __slots__ = ("_ended", "_headers", "_receive", "_size")

    def __init__(self, headers: Mapping[str, str], receive: Receive) -> None:
        """Receive nothing yet. `headers`: by their names in small letters."""
        self._headers = headers
        self._receive = receive
        self._ended = False
        self._size = 0

    async def read(self, most: int) -> bytes:
        """The body; raises TooLarge where it has more than `most` bytes, Disconnected where it does not end."""
        declared = self._headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            raise TooLarge
        chunks = []
        while not self._ended:
            chunks.append(await self._next())
            if self._size > most:
                raise TooLarge
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def discard(self) -> None:
        """Read what is left, up to a bound, so that the client gets to read its answer."""
        if self._ended or (self._headers.get("expect", "").lower() == "100-continue" and not self._size):
            return  # in the second case the client waits for our word before it sends
        try:
            while not self._ended and self._size < DISCARDED:
                await self._next()
        except Disconnected:
            return

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._ended = True
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        self._size += len(chunk)
        self._ended = not message.get("more_body", False)
        return chunk


async def read_unpacked(incoming: Incoming, encoding: str, most: int) -> bytes:
    """The body's bytes, unpacked where it came as gzip; raises TooLarge, NotUnpacked or Disconnected. `most`: bytes."""
    encoding = encoding.strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NotUnpacked(f"bodies come plain or with Content-Encoding gzip, not {encoding[:60]}")
    body = await incoming.read(most)
    return unpack(body, most) if body.startswith(_MAGIC) or encoding.endswith("gzip") else body


def unpack(body: bytes, most: int) -> bytes:
    """The unpacked body; raises TooLarge where it would be larger than `most` bytes, before it is."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise NotUnpacked("the body is not gzip, or it is damaged") from error
    if len(plain) > most:
        raise TooLarge
    if not unpacker.eof:
        raise NotUnpacked("the gzip body is cut short")
    return plain
