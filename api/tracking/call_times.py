"""When a call call_time: the sender's time, set right where the sender's clock is wrong (F7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.tracking.calls import Call
from graph.clock import from_epoch_ms
from graph.times import is_epoch, is_unset, looks_like_day, milliseconds, read_instant

RECENT = timedelta(days=1)
"""A time so close before `sentAt` was read off the sender's clock; an older one was told, as in an import, and is kept."""
AHEAD = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_MILLISECONDS = 100_000_000_000
"""Numbers from here on are milliseconds since 1970, below it seconds (the year 5138)."""


def call_time(call: Call, received_at: datetime) -> Any:
    """The call's time as ISO text; None where it has none; as it was written where that is no time, for the writer to refuse.

    A zero time is none: so an SDK says that a time is not set (F7).
    """
    for written in (call.timestamp, call.original_timestamp):
        if written is None or is_unset(written):
            continue
        moment = read(written)
        if moment is None:
            return written
        if not (is_unset(moment) or is_epoch(milliseconds(moment))):
            return (moment + correction(moment, read(call.sent_at), received_at)).isoformat()
    return None


def correction(moment: datetime, sent_at: datetime | None, received_at: datetime) -> timedelta:
    """What to add to a time that a sender read off its own clock, in whole minutes.

    Whole minutes, since a retry is sent and received at other moments and has to come to the same time (F2).
    """
    if sent_at is None or is_unset(sent_at) or not -RECENT <= moment - sent_at <= AHEAD:
        return timedelta(0)
    return round((received_at - sent_at) / _MINUTE) * _MINUTE


def is_zero(written: object) -> bool:
    """True for a time that is not set: a day of the year 0 or 1, or the first second of 1970, as text or as a number (F7)."""
    moment = read(written)
    return is_unset(written) or is_unset(moment) or (moment is not None and is_epoch(milliseconds(moment)))


def read(written: object) -> datetime | None:
    """A time as SDKs write it: RFC 3339 with an offset, or seconds or milliseconds since 1970; None for anything else."""
    try:
        if isinstance(written, str):
            return None if looks_like_day(written) else from_epoch_ms(read_instant(written))
        if isinstance(written, bool) or not isinstance(written, int | float):
            return None
        return datetime.fromtimestamp(written / 1000 if abs(written) >= _MILLISECONDS else written, UTC)
    except (ValueError, OverflowError, OSError):
        return None
