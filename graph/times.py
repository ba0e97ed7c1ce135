"""Instants in the forms that facts have: text with an offset, a day, or a datetime with an offset (F7)."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from graph.errors import excerpt

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST = (datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC) - EPOCH) // _MILLISECOND
_LENGTH_OF_DAY = len("2026-03-01")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
_RFC_3339 = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<rest>\.\d+)?)?"
    r"(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_ZERO_YEAR = re.compile(r"\s*000[01]-\d{2}-\d{2}(?!\d)", re.ASCII)
_LAST_DAY = re.compile(r"\s*9999-12-31(?!\d)", re.ASCII)
_YEAR_1 = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MILLISECOND
_YEAR_2 = (datetime(2, 1, 1, tzinfo=UTC) - EPOCH) // _MILLISECOND


class BadTime(ValueError):
    """A time that cannot be used; `code` is the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def milliseconds(moment: datetime) -> int:
    """Return a datetime with an offset as milliseconds since 1970 in UTC, rounded down."""
    return (moment - EPOCH) // _MILLISECOND


def moment(ms: int) -> datetime:
    """Return the UTC datetime of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=10_000)
def iso(ms: int) -> str:
    """Return milliseconds since 1970 as RFC 3339 text in UTC, such as `2026-03-01T09:00:00Z`."""
    text = moment(ms).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z"


def looks_like_day(text: str) -> bool:
    """True for `YYYY-MM-DD`."""
    return _DAY.match(text) is not None


def looks_like_datetime(text: str) -> bool:
    """True for text that begins like an ISO 8601 datetime."""
    return len(text) <= 40 and _DATETIME.match(text) is not None


def is_unset(value: object) -> bool:
    """True for a zero time, that is a day in the year 0 or 1. Systems write it where a time is not set (F7)."""
    if isinstance(value, str):
        return _ZERO_YEAR.match(value) is not None
    return isinstance(value, date) and value.year == 1


def is_unbounded(value: object) -> bool:
    """True for a zero time or 9999-12-31. Systems write them for a membership without a start or an end (F7)."""
    if isinstance(value, str):
        return is_unset(value) or _LAST_DAY.match(value) is not None
    return isinstance(value, date) and (value.year == 1 or (value.year, value.month, value.day) == (9999, 12, 31))


def is_epoch(ms: int) -> bool:
    """True for the first second of 1970, the value of a clock or a field that was never set (F7)."""
    return 0 <= ms < 1000


def read_instant(value: object, zone: tzinfo | None = None) -> int:
    """Return an instant as milliseconds since 1970 in UTC; a day is its midnight in UTC.

    `zone` is the time zone of text without an offset, as a mapping names it.
    Raises BadTime with the code `BAD_TIME` (no time), `NO_OFFSET` (a datetime without an offset) or `ZERO_TIME` (a time
    that is not set, F7).
    """
    if isinstance(value, str):
        instant = _parsed(value.strip())
    elif isinstance(value, datetime):
        instant = value
    elif isinstance(value, date):
        instant = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        raise BadTime("BAD_TIME", f"expected a time as text such as 2026-03-01T09:00:00Z, found {excerpt(value)}")
    if instant.tzinfo is None:
        if instant.year == 1:
            raise zero_time(value)
        if zone is None:
            raise BadTime(
                "NO_OFFSET",
                f"{excerpt(value)} has no offset; write 2026-03-01T09:00:00Z or +01:00, or name its zone in the mapping",
            )
        instant = instant.replace(tzinfo=zone)
    return _in_range(milliseconds(instant), value)


def read_argument_instant(text: str) -> int:
    """Return milliseconds since 1970 of RFC 3339 text with an offset, as arguments of the API give instants.

    Unlike facts, arguments may name any instant of the years 1 to 9999 in UTC.
    Raises BadTime, whose message is a predicate: `is no instant …`.
    """
    parts = _RFC_3339.fullmatch(text.strip())
    if parts is None or parts["offset"] is None:
        raise BadTime("BAD_TIME", "is no instant with an offset, such as 2026-03-01T09:30:00Z")
    try:
        instant, shift = _assembled(**parts.groupdict())
    except (ValueError, OverflowError):
        raise BadTime("BAD_TIME", "is no instant on the calendar") from None
    ms = (instant - EPOCH + shift) // _MILLISECOND
    if not _YEAR_1 <= ms <= _LAST:
        raise BadTime("BAD_TIME", "is in no year from 1 to 9999 in UTC")
    return ms


def zero_time(value: object) -> BadTime:
    """Return the error for a time that is not set."""
    return BadTime("ZERO_TIME", f"{excerpt(value)} is a time that is not set; leave it out, or send the real one")


def _in_range(ms: int, value: object) -> int:
    """Return `ms`. Raises BadTime where the offset has moved it out of the calendar."""
    if ms < _YEAR_2:
        raise zero_time(value)
    if ms > _LAST:
        raise BadTime("BAD_TIME", f"{excerpt(value)} lies after the year 9999 in UTC")
    return ms


def _parsed(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = _as_rfc_3339(text)
    return instant.replace(tzinfo=UTC) if len(text) == _LENGTH_OF_DAY and looks_like_day(text) else instant


def _as_rfc_3339(text: str) -> datetime:
    """Parse the forms of RFC 3339 that Python does not read.

    They are a small `z`, second 60 (the following second) and 24:00 (the next midnight).
    """
    if is_unset(text):
        raise zero_time(text)
    parts = _RFC_3339.fullmatch(text)
    if parts is not None:
        try:
            instant, shift = _assembled(**parts.groupdict())
            return instant + shift
        except (ValueError, OverflowError):
            pass
    raise BadTime("BAD_TIME", f"{excerpt(text)} is not a time; write 2026-03-01 or 2026-03-01T09:00:00Z")


def _assembled(
    day: str, hour: str, minute: str, second: str | None, rest: str | None, offset: str | None
) -> tuple[datetime, timedelta]:
    """Return a datetime that Python can read, and the time to add to it."""
    shift = timedelta(0)
    if (hour, minute, second or "00") == ("24", "00", "00") and not (rest or "").strip(".0"):
        hour, shift = "00", timedelta(days=1)
    if second == "60":
        second, shift = "59", timedelta(seconds=1)
    return datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}{rest or ''}{(offset or '').upper()}"), shift
