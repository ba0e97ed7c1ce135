"""The time of a call: the sender's time, corrected if the sender's clock is wrong (F7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.tracking.calls import Call
from graph.clock import from_epoch_ms
from graph.times import is_epoch, is_unset, looks_like_day, milliseconds, read_instant

RECENT = timedelta(days=1)
"""A time at most this long before `sentAt` comes from the sender's clock. An older one was imported, and is kept."""
AHEAD = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_MILLISECONDS = 100_000_000_000
"""Numbers from here on are milliseconds since 1970, smaller ones are seconds. As seconds, this is the year 5138."""


def call_time(call: Call, received_at: datetime) -> Any:
    """Return the call's time as ISO text, or None if it has none.

    SDKs write a zero time for one that is not set (F7). Text that is no time is returned as it is: the writer rejects it.
    """
    for written in (call.timestamp, call.original_timestamp):
        if written is None or is_unset(written):
            continue
        moment = read_time(written)
        if moment is None:
            return written
        if not (is_unset(moment) or is_epoch(milliseconds(moment))):
            return (moment + correction(moment, read_time(call.sent_at), received_at)).isoformat()
    return None


def correction(moment: datetime, sent_at: datetime | None, received_at: datetime) -> timedelta:
    """Return the time to add to `moment`, if it comes from the sender's clock; in whole minutes.

    A retry is sent and received at other moments. Rounding to minutes makes it come to the same time (F2).
    """
    if sent_at is None or is_unset(sent_at) or not -RECENT <= moment - sent_at <= AHEAD:
        return timedelta(0)
    return round((received_at - sent_at) / _MINUTE) * _MINUTE


def is_zero(written: object) -> bool:
    """Return whether a time, as text or a number, is not set (F7): in the year 0 or 1, or the first second of 1970."""
    moment = read_time(written)
    return is_unset(written) or is_unset(moment) or (moment is not None and is_epoch(milliseconds(moment)))


def read_time(written: object) -> datetime | None:
    """Return a time as SDKs write it, or None for anything else.

    It is RFC 3339 text with an offset, or a number of seconds or milliseconds since 1970.
    """
    try:
        if isinstance(written, str):
            return None if looks_like_day(written) else from_epoch_ms(read_instant(written))
        if isinstance(written, bool) or not isinstance(written, int | float):
            return None
        return datetime.fromtimestamp(written / 1000 if abs(written) >= _MILLISECONDS else written, UTC)
    except (ValueError, OverflowError, OSError):
        return None
