"""The clock of the product (T1). Everything that needs the time is given a clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from graph.errors import UserMistake

DAY = 86_400_000
"""Milliseconds of a UTC day."""
_OFFSET = re.compile(r"([+-])(\d+)([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Clock(Protocol):
    """A source of the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine, moved by an offset."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        """Keep the offset; a positive one runs ahead."""
        self.offset = offset

    def now(self) -> datetime:
        """Return the present instant in UTC, moved by the offset."""
        return datetime.now(UTC) + self.offset


class FixedClock:
    """A clock that stands still until somebody sets it, for tests and demonstrations."""

    def __init__(self, instant: datetime) -> None:
        """Stand at an instant, which must have an offset."""
        self._instant = _utc(instant)

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Stand at another instant, earlier or later."""
        self._instant = _utc(instant)

    def advance(self, by: timedelta) -> datetime:
        """Move by a duration and return the new instant."""
        self._instant += by
        return self._instant


def clock_from(text: str | None) -> Clock:
    """Return the clock that `MEMBERGRAPH_CLOCK` describes: empty, an offset such as `+31d`, or an instant (T1).

    A clock with an instant starts there and runs on. Raises UserMistake for any other text.
    """
    if not text:
        return SystemClock()
    if match := _OFFSET.fullmatch(text.strip()):
        sign, amount, unit = match.groups()
        return SystemClock(timedelta(**{_UNITS[unit]: int(sign + amount)}))
    return SystemClock(_instant(text.strip()) - datetime.now(UTC))


def epoch_ms(instant: datetime) -> int:
    """Return an instant as whole milliseconds since 1970 in UTC, as statements take it."""
    return (instant - _EPOCH) // _MILLISECOND


@lru_cache(maxsize=16_384)
def from_epoch_ms(milliseconds: int) -> datetime:
    """Return the UTC instant of milliseconds since 1970. Cached, because few values make up most calls."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def _instant(text: str) -> datetime:
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        raise UserMistake(
            "INVALID_CLOCK",
            f"MEMBERGRAPH_CLOCK is {text!r}, neither an instant nor an offset.",
            "MEMBERGRAPH_CLOCK",
            hint="Write an instant with its offset, 2026-11-22T10:00:00Z, or an offset such as +31d, -2h, +90m.",
        ) from None


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return instant.astimezone(UTC)
