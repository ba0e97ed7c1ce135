"""Receive and unpack the body of a request, within a limit."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """A body is larger than the limit, packed or unpacked."""


class NotUnpacked(ValueError):
    """A body claims to be packed and cannot be unpacked."""


class Disconnected(Exception):
    """The connection closed before the body was complete."""


async def read_body(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """Return the body. Raises TooLarge for more than `most` bytes, and Disconnected.

    The names in `headers` are in lower case.
    """
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise TooLarge
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise TooLarge
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_unpacked(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """Return the body, unpacked if it is gzip, of at most `most` bytes. Raises TooLarge, NotUnpacked, Disconnected."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NotUnpacked(f"bodies come plain or with Content-Encoding gzip, not {encoding[:60]}")
    body = await read_body(headers, receive, most)
    return unpack(body, most) if body.startswith(_MAGIC) or encoding.endswith("gzip") else body


def unpack(body: bytes, most: int) -> bytes:
    """Return the unpacked body. Raises NotUnpacked, and TooLarge before more than `most` bytes are unpacked."""
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
