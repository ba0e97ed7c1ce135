"""Instants that readers give: RFC 3339 text to epoch milliseconds, with an error that says what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from neo4j import time as bolt

from graph.clock import from_epoch_ms
from graph.errors import UserMistake

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(text: str) -> int:
    """Epoch milliseconds of an instant. Raises ValueError that says what is wrong."""
    if not _SHAPE.fullmatch(text.strip()):
        raise ValueError("is no instant with an offset, such as 2026-03-01T09:30:00Z")
    try:
        return (datetime.fromisoformat(text.strip().upper()) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        raise ValueError("is no instant on the calendar") from None


def told_instant(given: Mapping[str, Any], name: str) -> int | None:
    """Epoch milliseconds of an argument, None where it is absent. Raises UserMistake."""
    text = given.get(name)
    if text is None:
        return None
    try:
        at = milliseconds(text)
        from_epoch_ms(at)
    except ValueError as reason:
        raise UserMistake("BAD_DATETIME", f"`{name}` is {text!r}, which {reason}.", name) from None
    except OverflowError:
        raise UserMistake(
            "BAD_DATETIME", f"`{name}` is {text!r}, which in UTC is in no year 1 to 9999.", name
        ) from None
    return at


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
