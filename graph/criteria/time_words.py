"""From words about time to the instants at which a clause begins and ceases to hold (C2).

A date counts in whole UTC days, today included; a datetime in exact time, a day being 24 hours. Months, quarters and
years are calendar ones, counted from the value (31 January and one month is 28 February).
"""

from __future__ import annotations

from dataclasses import replace

from graph.criteria.operators import Comparison, mirrored
from graph.criteria.tree import DayOf, Shift, Span, Unit, Value

__all__ = ["BadLength", "against_moment", "age", "as_day", "in_period", "length", "negative", "on_day", "within"]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_MILLISECONDS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
_LONGEST_YEARS = 200
_PER_YEAR = {"minute": 527_040, "hour": 8_784, "day": 366, "week": 53, "month": 12, "quarter": 4, "year": 1}
_NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS: dict[str, Unit] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}


class BadLength(ValueError):
    """A length of time that does not fit its value. The message says why."""


def length(count: int, unit: str, kind: str) -> Shift:
    """Return `count` units as a shift of a value of this kind (date or datetime). Raises BadLength."""
    if count > _LONGEST_YEARS * _PER_YEAR[unit]:
        raise BadLength(f"at most {_LONGEST_YEARS} years")
    if unit in _MONTHS:
        return Shift(months=count * _MONTHS[unit])
    if kind == "datetime":
        return Shift(milliseconds=count * _MILLISECONDS[unit])
    if unit not in _DAYS:
        raise BadLength("a date has no hours; count in days, weeks, months, quarters or years")
    return Shift(days=count * _DAYS[unit])


def negative(shift: Shift) -> Shift:
    """Return the same shift backward."""
    return replace(shift, months=-shift.months, days=-shift.days, milliseconds=-shift.milliseconds)


def _next(shift: Shift, kind: str) -> Shift:
    """The next instant: a day later for dates, a millisecond for datetimes."""
    if kind == "date":
        return replace(shift, days=shift.days + 1)
    return replace(shift, milliseconds=shift.milliseconds + 1)


def as_day(value: Value) -> Value:
    """Return the value as a UTC day."""
    return DayOf(value) if value.type == "datetime" else value


def within(text: str, value: Value, direction: str, length_of_time: Shift) -> Span:
    """Return the clause of `within last N`, `within next N`, or (direction either) `within N`.

    Now itself counts as past, today as both.
    """
    at_once = Shift()
    ahead = negative(length_of_time)
    if value.type == "date":
        ahead, passed = _next(ahead, "date"), _next(at_once, "date")
    else:
        passed = at_once
    begins = at_once if direction == "last" else ahead
    return Span(text, value, begins, passed if direction == "next" else length_of_time)


def against_moment(text: str, operator: Comparison, value: Value, moment: Shift) -> Span:
    """Return the clause that compares `value` with now (today, for a date) moved by `moment`."""
    back = negative(moment)
    beyond = _next(back, value.type)
    begins = {"<": beyond, "<=": back, "=": back}.get(operator)
    ends = {">": back, ">=": beyond, "=": beyond}.get(operator)
    return Span(text, value, begins, ends)


def age(text: str, operator: Comparison, value: Value, length_of_time: Shift, *, ago: bool) -> Span:
    """Return the clause of `> N ago`, longer ago than N, or `< N ago`, less long ago and past; `from now` likewise ahead."""
    if operator == "=":
        return against_moment(text, "=", value, negative(length_of_time) if ago else length_of_time)
    if ago:
        span = against_moment(text, mirrored(operator), value, negative(length_of_time))
        return span if span.ends is None else replace(span, begins=Shift())
    span = against_moment(text, operator, value, length_of_time)
    passed = _next(Shift(), "date") if value.type == "date" else Shift()
    return span if span.begins is None else replace(span, ends=passed)


def in_period(text: str, value: Value, which: str, unit: str) -> Span:
    """Return the clause of `in this`, `last` or `next` calendar day, week (from Monday), month, quarter or year."""
    back = {"this": 0, "last": 1, "previous": 1, "next": -1}[which]
    if unit == "day":
        return on_day(text, value, {0: "today", 1: "yesterday", -1: "tomorrow"}[back])
    start, end = length(abs(back), unit, "date"), length(abs(back + 1), unit, "date")
    start = start if back > 0 else negative(start)
    whole = _UNITS[unit]
    return Span(text, as_day(value), replace(start, unit=whole), replace(end, unit=whole))


def on_day(text: str, value: Value, word: str) -> Span:
    """Return the clause of `on` yesterday, today or tomorrow."""
    return against_moment(text, "=", as_day(value), Shift(days=_NAMED_DAYS[word]))


def against_day(text: str, operator: Comparison, value: Value, word: str) -> Span:
    """Return the clause that compares with yesterday, today or tomorrow."""
    return against_moment(text, operator, as_day(value), Shift(days=_NAMED_DAYS[word]))
