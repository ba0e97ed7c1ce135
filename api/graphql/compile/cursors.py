"""Cursors: where a row stands in one list (its sort value and id), bound to the query it came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import orjson

VERSION = 1


class CursorError(ValueError):
    """A cursor that is none, or none of this query."""


def fingerprint(*parts: Any) -> str:
    """Eight characters for the field and the arguments that decide what the list holds and how it is sorted."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()


def written(mark: str, place: list[Any]) -> str:
    """The cursor of a place `[sort value, id]` in the list of that fingerprint."""
    return base64.urlsafe_b64encode(orjson.dumps([VERSION, mark, *place])).decode().rstrip("=")


def read(mark: str, cursor: str) -> list[Any]:
    """The place `[sort value, id]` of a cursor. Raises CursorError when it is broken or of another list."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, of, value, at = content
    except (ValueError, TypeError, binascii.Error):
        raise CursorError("is no cursor of this API") from None
    if version != VERSION:
        raise CursorError("is a cursor of another version of this API")
    if of != mark:
        raise CursorError("is a cursor of another query")
    if not isinstance(at, str) or isinstance(value, dict | list):
        raise CursorError("is no cursor of this API")
    return [value, at]
