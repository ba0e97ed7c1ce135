"""PackStream, the encoding of Bolt's values, by the compiled codec of the official driver.

The codec is private to the driver, so another version may change it. Where it is missing or fails a round trip at import,
`AVAILABLE` is False and own Bolt is not used.
Instants and days are the only structures: https://neo4j.com/docs/bolt/current/bolt/structure-semantics/.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

_MAX_CHUNK = 0xFFFF
END = b"\0\0"
"""The end of a message: an empty chunk."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the structure holds a local time
_FIRST_DAY = date(1970, 1, 1)

try:
    _codec: Any = importlib.import_module("neo4j._rust.codec.packstream.v1")
    Structure: Any = importlib.import_module("neo4j._rust.codec.packstream").Structure
except (ImportError, AttributeError):  # pragma: no cover - the pinned versions of the driver have both
    _codec = Structure = None


class UnsupportedValue(ValueError):
    """A value that own Bolt does not encode: nodes, durations, points, instants in a named zone or outside Python's years."""


def pack(value: Any) -> bytes:
    """Encode a value. Raises UnsupportedValue."""
    try:
        return bytes(_codec.pack(value, _PACKING))
    except (ValueError, TypeError, OverflowError) as reason:
        raise UnsupportedValue(str(reason)) from reason


def unpack(data: bytearray, at: int) -> Any:
    """Decode the value that begins at an offset. Raises UnsupportedValue."""
    try:
        return _codec.unpack(data, at, _UNPACKING)[0]
    except (ValueError, TypeError, OverflowError) as reason:
        raise UnsupportedValue(str(reason)) from reason


def message(tag: int, *fields: bytes) -> bytes:
    """Return a message of encoded fields as the protocol sends it: chunks with their lengths, then an empty chunk."""
    body = b"".join((bytes((0xB0 + len(fields), tag)), *fields))
    if len(body) <= _MAX_CHUNK:
        return b"".join((len(body).to_bytes(2, "big"), body, END))
    chunks = [body[at : at + _MAX_CHUNK] for at in range(0, len(body), _MAX_CHUNK)]
    return b"".join(part for chunk in chunks for part in (len(chunk).to_bytes(2, "big"), chunk)) + END


def _from_instant(value: datetime) -> Any:
    local = value.replace(tzinfo=None) - _EPOCH
    offset = value.utcoffset()
    if offset is None:
        return Structure(b"d", *_seconds(local))
    if not isinstance(value.tzinfo, timezone):
        raise UnsupportedValue("an instant in a named zone")
    return Structure(b"I", *_seconds(local - offset), offset // timedelta(seconds=1))


def _seconds(since_epoch: timedelta) -> tuple[int, int]:
    """Return whole seconds, and the rest in nanoseconds."""
    return since_epoch.days * 86_400 + since_epoch.seconds, since_epoch.microseconds * 1_000


def _from_day(value: date) -> Any:
    return Structure(b"D", (value - _FIRST_DAY).days)


class _Packing:
    """Conversions of types that the codec does not encode itself."""

    _KNOWN: dict[type, Callable[[Any], Any]] = {datetime: _from_instant, date: _from_day, tuple: list}  # noqa: RUF012

    def get_transformer(self, value: object) -> Callable[[Any], Any] | None:
        """Return the conversion for a value. The codec calls this for each value of another type."""
        return self._KNOWN.get(type(value))


def _from_structure(structure: Any) -> datetime | date:
    tag, fields = structure.tag, structure.fields
    if tag == b"I":
        seconds, nanoseconds, offset = fields
        local = _EPOCH + timedelta(seconds=seconds + offset, microseconds=nanoseconds // 1_000)
        return local.replace(tzinfo=timezone(timedelta(seconds=offset)) if offset else UTC)
    if tag == b"d":
        seconds, nanoseconds = fields
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1_000)
    if tag == b"D":
        return _FIRST_DAY + timedelta(days=fields[0])
    raise UnsupportedValue(f"a structure {tag!r}")


_PACKING = _Packing()
_UNPACKING = {Structure: _from_structure}


def _works() -> bool:
    """Return whether the codec is there and returns values of each kind as they were."""
    sample = {"text": "ä", "list": [1, -1.5, None, True], "at": datetime(2026, 1, 2, tzinfo=UTC), "day": _FIRST_DAY}
    try:
        return _codec is not None and bool(unpack(bytearray(pack(sample)), 0) == sample)
    except Exception:  # noqa: BLE001 - a changed codec may raise anything
        return False


AVAILABLE = _works()
"""Whether own Bolt can be used with the installed driver."""
