"""Instants as facts give them: text with an offset, a bare day, or an aware datetime (F7)."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EDGES = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
_FIRST, _LAST = ((edge - EPOCH) // _MILLISECOND for edge in _EDGES)
_LENGTH_OF_DAY = len("2026-03-01")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


class BadTime(ValueError):
    """A time that cannot be used; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC of an aware datetime; what is finer is cut off."""
    return (moment - EPOCH) // _MILLISECOND


def moment(ms: int) -> datetime:
    """The UTC datetime of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=10_000)
def iso(ms: int) -> str:
    """RFC 3339 text in UTC of milliseconds since 1970: `2026-03-01T09:00:00Z`."""
    text = moment(ms).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z"


def looks_like_day(text: str) -> bool:
    """True for `YYYY-MM-DD`."""
    return _DAY.match(text) is not None


def looks_like_datetime(text: str) -> bool:
    """True for text that begins as an ISO 8601 datetime."""
    return len(text) <= 40 and _DATETIME.match(text) is not None


def read_instant(value: object, zone: tzinfo | None = None) -> int:
    """Milliseconds since 1970 of an instant; a bare day is its UTC midnight; `zone` is what a mapping names for text without offset.

    Raises BadTime: `BAD_TIME` for what is no time, `NO_OFFSET` for a datetime without an offset (F7).
    """
    if isinstance(value, str):
        found = _parsed(value.strip())
    elif isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        return milliseconds(datetime(value.year, value.month, value.day, tzinfo=UTC))
    else:
        raise BadTime("BAD_TIME", f"expected a time as text such as 2026-03-01T09:00:00Z, found {_shown(value)}")
    if found.tzinfo is None:
        if zone is None:
            raise BadTime(
                "NO_OFFSET",
                f"{_shown(value)} has no offset; write 2026-03-01T09:00:00Z or +01:00, or name its zone in the mapping",
            )
        found = found.replace(tzinfo=zone)
    return _in_range(milliseconds(found), value)


def _in_range(ms: int, value: object) -> int:
    """An offset may carry the first and the last day there are over the edge of the calendar."""
    if not _FIRST <= ms <= _LAST:
        raise BadTime("BAD_TIME", f"{_shown(value)} lies outside the years 1 to 9999 in UTC")
    return ms


def _parsed(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadTime("BAD_TIME", f"{_shown(text)} is not a time; write 2026-03-01 or 2026-03-01T09:00:00Z") from None
    return found.replace(tzinfo=UTC) if len(text) == _LENGTH_OF_DAY and looks_like_day(text) else found


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
