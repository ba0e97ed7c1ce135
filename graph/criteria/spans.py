"""When a clause about time begins and ceases to hold, in Python: the twin of what the compilers write in Cypher."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

from graph.clock import epoch_ms
from graph.criteria.tree import Shift, Span

__all__ = ["instant", "spans"]


def spans(span: Span, value: date, now: int) -> bool:
    """Whether a clause about time holds for a date or instant; `now` in epoch milliseconds."""
    begun = span.begins is None or instant(value, span.begins) <= now
    return begun and (span.ends is None or now < instant(value, span.ends))


def instant(value: date, shift: Shift) -> float:
    """Epoch milliseconds of a shifted date or datetime; infinite where it lies beyond the calendar's ends."""
    try:
        begun = _start(value, shift)
        whole = _months(begun, shift.months) if shift.months else begun
        moved = whole + timedelta(days=shift.days, milliseconds=shift.milliseconds)
    except (OverflowError, ValueError):
        return float("inf") if shift.months + shift.days + shift.milliseconds > 0 else float("-inf")
    return epoch_ms(moved if isinstance(moved, datetime) else datetime(moved.year, moved.month, moved.day, tzinfo=UTC))


def _start(day: date, shift: Shift) -> date:
    match shift.unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
