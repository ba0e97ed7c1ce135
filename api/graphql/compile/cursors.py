"""Cursors: the sort value and id of a row, with a fingerprint of the query that returned it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

import orjson

VERSION = 1


class CursorError(ValueError):
    """A text that is not a cursor, or a cursor of another query."""


def fingerprint(*parts: Any) -> str:
    """Return eight characters for a field and the arguments that decide its rows and their order."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()


def encode(mark: str, place: list[Any]) -> str:
    """Return the cursor of a place `[sort value, id]`; `mark` is the query's fingerprint."""
    return base64.urlsafe_b64encode(orjson.dumps([VERSION, mark, *place])).decode().rstrip("=")


def decode(mark: str, cursor: str) -> list[Any]:
    """Return the place `[sort value, id]` of a cursor. Raises CursorError for a broken one or one of another query."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, cursor_mark, value, id_ = content
    except (ValueError, TypeError, binascii.Error):
        raise CursorError("is no cursor of this API") from None
    if version != VERSION:
        raise CursorError("is a cursor of another version of this API")
    if cursor_mark != mark:
        raise CursorError("is a cursor of another query")
    if not isinstance(id_, str) or isinstance(value, dict | list):
        raise CursorError("is no cursor of this API")
    return [value, id_]
