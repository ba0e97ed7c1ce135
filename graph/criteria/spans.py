"""The instants at which a clause about time begins and ceases to hold, in Python. The compilers write the same in Cypher."""

from __future__ import annotations

import calendar
import math
from datetime import UTC, date, datetime, timedelta

from graph.clock import epoch_ms
from graph.criteria.tree import Shift, Span

__all__ = ["is_within", "next_bound", "shifted_instant"]


def is_within(span: Span, value: date, now: int) -> bool:
    """Return whether a clause about time holds for a date or datetime; `now` in epoch milliseconds."""
    begun = span.begins is None or shifted_instant(value, span.begins) <= now
    return begun and (span.ends is None or now < shifted_instant(value, span.ends))


def next_bound(span: Span, value: date, now: int) -> int | None:
    """Return the first instant after `now` at which the clause begins or ceases to hold, in epoch milliseconds."""
    bounds = (shifted_instant(value, bound) for bound in (span.begins, span.ends) if bound is not None)
    ahead = min((bound for bound in bounds if bound > now), default=math.inf)
    return None if ahead == math.inf else round(ahead)


def shifted_instant(value: date, shift: Shift) -> float:
    """Return epoch milliseconds of a shifted date or datetime; infinite beyond the calendar's ends."""
    try:
        start = _start(value, shift)
        in_months = _plus_months(start, shift.months) if shift.months else start
        moved = in_months + timedelta(days=shift.days, milliseconds=shift.milliseconds)
    except (OverflowError, ValueError):
        return math.inf if shift.months + shift.days + shift.milliseconds > 0 else -math.inf
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
        case "day" | None:
            return day


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
