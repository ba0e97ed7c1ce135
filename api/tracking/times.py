"""When a call happened: the sender's time, set right where the sender's clock is wrong (F7)."""

from datetime import UTC, datetime, timedelta

from api.tracking.calls import Call

RECENT = timedelta(days=1)
"""A time so close before `sentAt` was read off the sender's clock; an older one was told, as in an import, and is kept."""
AHEAD = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_MILLISECONDS = 100_000_000_000
"""Numbers from here on are milliseconds since 1970, below it seconds (the year 5138)."""

Written = str | int | float | None


def happened(call: Call, received_at: datetime) -> str | None:
    """The call's time as ISO text; None where it has none; as it was written where that is no time, for the writer to refuse."""
    written = call.timestamp if call.timestamp is not None else call.original_timestamp
    if written is None:
        return None
    moment = read(written)
    if moment is None:
        return str(written)
    return (moment + correction(moment, read(call.sent_at), received_at)).isoformat()


def correction(moment: datetime, sent_at: datetime | None, received_at: datetime) -> timedelta:
    """What to add to a time that a sender read off its own clock, in whole minutes.

    Whole minutes, since a retry is sent and received at other moments and has to come to the same time (F2).
    """
    if sent_at is None or not sent_at - RECENT <= moment <= sent_at + AHEAD:
        return timedelta(0)
    return round((received_at - sent_at) / _MINUTE) * _MINUTE


def read(written: Written) -> datetime | None:
    """A time as SDKs write it: ISO 8601 with an offset, or seconds or milliseconds since 1970; None for anything else."""
    try:
        if isinstance(written, str):
            moment = datetime.fromisoformat(written)
            return moment.astimezone(UTC) if moment.tzinfo is not None else None
        if written is None or isinstance(written, bool):
            return None
        return datetime.fromtimestamp(written / 1000 if abs(written) >= _MILLISECONDS else written, UTC)
    except (ValueError, OverflowError, OSError):
        return None
