"""A request's body, unpacked, within a limit that holds for what it unpacks to."""

import zlib

from starlette.requests import Request

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """A body that is larger, packed or unpacked, than the limit."""


class NotUnpacked(ValueError):
    """A body that says it is packed and cannot be unpacked."""


async def read_body(request: Request, most: int) -> bytes:
    """The body's bytes, unpacked where it came as gzip; raises TooLarge or NotUnpacked. `most`: bytes."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NotUnpacked(f"bodies come plain or with Content-Encoding gzip, not {encoding}")
    body = await _received(request, most)
    return unpack(body, most) if body.startswith(_MAGIC) or encoding.endswith("gzip") else body


async def _received(request: Request, most: int) -> bytes:
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def unpack(body: bytes, most: int) -> bytes:
    """The unpacked body; raises TooLarge where it would be larger than `most` bytes, before it is."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise NotUnpacked(f"the body is not gzip: {error}") from error
    if len(plain) > most:
        raise TooLarge
    if not unpacker.eof:
        raise NotUnpacked("the gzip body is cut short")
    return plain
