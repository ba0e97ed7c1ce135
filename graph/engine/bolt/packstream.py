"""PackStream, Bolt's encoding of values, by the compiled codec that the driver is installed with.

That codec is the driver's own affair and may move with any version of it; where it is not found, everything is left to the driver.
Structures are instants and days alone, as Python has them: https://neo4j.com/docs/bolt/current/bolt/structure-semantics/.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

_MOST_OF_A_CHUNK = 0xFFFF
END = b"\0\0"
"""What ends a message: an empty chunk."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on the wall, as the structure has it
_FIRST_DAY = date(1970, 1, 1)

try:
    _codec: Any = importlib.import_module("neo4j._rust.codec.packstream.v1")
    Structure: Any = importlib.import_module("neo4j._rust.codec.packstream").Structure
except ImportError:  # pragma: no cover - the driver's versions that we name all have it
    _codec = Structure = None

AVAILABLE = _codec is not None
"""Whether there is a codec to speak with."""


class NoPlainValue(ValueError):
    """A value that only the driver writes or reads: nodes, durations, points, instants in a zone by name or out of Python's years."""


def packed(value: Any) -> bytes:
    """A value's bytes. Raises NoPlainValue."""
    try:
        return bytes(_codec.pack(value, _PACKING))
    except (ValueError, TypeError, OverflowError) as reason:
        raise NoPlainValue(str(reason)) from reason


def unpacked(data: bytearray, at: int) -> Any:
    """The value that begins at a place. Raises NoPlainValue."""
    try:
        return _codec.unpack(data, at, _UNPACKING)[0]
    except (ValueError, TypeError, OverflowError) as reason:
        raise NoPlainValue(str(reason)) from reason


def message(tag: int, *fields: bytes) -> bytes:
    """A message of packed fields as it goes over the wire: in chunks, each behind its length, and an end."""
    body = b"".join((bytes((0xB0 + len(fields), tag)), *fields))
    if len(body) <= _MOST_OF_A_CHUNK:
        return b"".join((len(body).to_bytes(2, "big"), body, END))
    chunks = [body[at : at + _MOST_OF_A_CHUNK] for at in range(0, len(body), _MOST_OF_A_CHUNK)]
    return b"".join(part for chunk in chunks for part in (len(chunk).to_bytes(2, "big"), chunk)) + END


def _from_instant(value: datetime) -> Any:
    wall = value.replace(tzinfo=None) - _EPOCH
    offset = value.utcoffset()
    if offset is None:
        return Structure(b"d", *_seconds(wall))
    if not isinstance(value.tzinfo, timezone):
        raise NoPlainValue("an instant in a zone by name")
    return Structure(b"I", *_seconds(wall - offset), offset // timedelta(seconds=1))


def _seconds(since: timedelta) -> tuple[int, int]:
    """Whole seconds, and nanoseconds beside them."""
    return since.days * 86_400 + since.seconds, since.microseconds * 1_000


def _from_day(value: date) -> Any:
    return Structure(b"D", (value - _FIRST_DAY).days)


class _Packing:
    """How values that the codec does not know become such as it does."""

    _KNOWN: dict[type, Callable[[Any], Any]] = {datetime: _from_instant, date: _from_day, tuple: list}  # noqa: RUF012

    def get_transformer(self, value: object) -> Callable[[Any], Any] | None:
        """What the codec asks of each value of a type that it does not know."""
        return self._KNOWN.get(type(value))


def _structured(structure: Any) -> datetime | date:
    tag, fields = structure.tag, structure.fields
    if tag == b"I":
        seconds, nanoseconds, offset = fields
        wall = _EPOCH + timedelta(seconds=seconds + offset, microseconds=nanoseconds // 1_000)
        return wall.replace(tzinfo=timezone(timedelta(seconds=offset)) if offset else UTC)
    if tag == b"d":
        seconds, nanoseconds = fields
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1_000)
    if tag == b"D":
        return _FIRST_DAY + timedelta(days=fields[0])
    raise NoPlainValue(f"a structure {tag!r}")


_PACKING = _Packing()
_UNPACKING = {Structure: _structured}
