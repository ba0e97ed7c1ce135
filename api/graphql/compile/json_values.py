"""Values of the graph as JSON has them, and instants in arguments as epoch milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from neo4j import time as bolt

from graph.errors import UserMistake
from graph.times import read_argument_instant

DATETIME_CODE = "BAD_DATETIME"


def instant_argument(arguments: Mapping[str, Any], name: str) -> int | None:
    """Return epoch milliseconds of an argument, or None if it is absent. Raises UserMistake."""
    text = arguments.get(name)
    if text is None:
        return None
    try:
        return read_argument_instant(text)
    except ValueError as reason:
        raise UserMistake(DATETIME_CODE, bad_instant(name, text, reason), name) from None


def bad_instant(name: str, text: str, reason: ValueError) -> str:
    """Return the message for an argument that is no instant."""
    return f"`{name}` is {text!r}, which {reason}."


def to_json(value: Any) -> Any:
    """Return a value of the graph as JSON: instants in UTC with `Z`, days as YYYY-MM-DD, lists item by item."""
    match value:
        case list():
            return [to_json(one) for one in value]
        case bolt.DateTime():
            return _utc(value.to_native())
        case datetime():
            return _utc(value)
        case bolt.Date():
            return value.iso_format()
        case date():
            return value.isoformat()
        case _:
            return value


def _utc(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat(timespec="milliseconds" if aware.microsecond else "seconds").replace("+00:00", "Z")
