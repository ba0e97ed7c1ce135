"""A request's body: received and unpacked, within a limit."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """A body that is larger, packed or unpacked, than the limit."""


class NotUnpacked(ValueError):
    """A body that says it is packed and cannot be unpacked."""


class Disconnected(Exception):
    """A request that ended before its body did."""


async def read_body(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """The body; raises TooLarge where it has more than `most` bytes, Disconnected where it does not end.

    `headers`: by their names in small letters.
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
    """The body's bytes, unpacked where it came as gzip; raises TooLarge, NotUnpacked or Disconnected. `most`: bytes."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NotUnpacked(f"bodies come plain or with Content-Encoding gzip, not {encoding[:60]}")
    body = await read_body(headers, receive, most)
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
