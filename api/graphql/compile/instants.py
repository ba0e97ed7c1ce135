"""Instants that readers give: RFC 3339 text to epoch milliseconds, with an error that says what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from neo4j import time as bolt

from graph.errors import UserMistake

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_LEAP = re.compile(r"(?<=:\d\d):60")
_MIDNIGHT = re.compile(r"[T ]24:00(?=(:00(\.0+)?)?[Z+-])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (edge - _EPOCH) // timedelta(milliseconds=1)
    for edge in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
)


def milliseconds(text: str) -> int:
    """Epoch milliseconds of an instant (F7): second 60 and 24:00 are the next one. Raises ValueError that says what is wrong."""
    written = text.strip().upper()
    if not _SHAPE.fullmatch(written):
        raise ValueError("is no instant with an offset, such as 2026-03-01T09:30:00Z")
    further = timedelta()
    if leap := _LEAP.search(written):
        written, further = f"{written[: leap.start()]}:59{written[leap.end() :]}", timedelta(seconds=1)
    if midnight := _MIDNIGHT.search(written):
        written, further = f"{written[: midnight.start()]}T00:00{written[midnight.end() :]}", timedelta(days=1)
    try:
        at = (datetime.fromisoformat(written) - _EPOCH + further) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise ValueError("is no instant on the calendar") from None
    if not _FIRST <= at <= _LAST:
        raise ValueError("is in no year from 1 to 9999 in UTC")
    return at


def told_instant(given: Mapping[str, Any], name: str) -> int | None:
    """Epoch milliseconds of an argument, None where it is absent. Raises UserMistake."""
    text = given.get(name)
    if text is None:
        return None
    try:
        return milliseconds(text)
    except ValueError as reason:
        raise UserMistake("BAD_DATETIME", f"`{name}` is {text!r}, which {reason}.", name) from None


def written(value: Any) -> Any:
    """A value from the graph as JSON has it: instants in UTC with `Z`, days as YYYY-MM-DD, lists item by item."""
    if isinstance(value, list):
        return [written(one) for one in value]
    if isinstance(value, bolt.DateTime):
        value = value.to_native()
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, bolt.Date):
        return value.iso_format()
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_milliseconds(ms: int) -> str:
    """RFC 3339 text in UTC of epoch milliseconds."""
    return _utc(_EPOCH + timedelta(milliseconds=ms))


def _utc(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="milliseconds" if aware.microsecond else "seconds").replace("+00:00", "Z")
