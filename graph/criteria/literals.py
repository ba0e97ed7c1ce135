"""Values written out in a criterion. Every function raises BadLiteral, which says what would be right."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime

from graph.criteria.tree import Literal
from graph.errors import shorten

__all__ = ["BadLiteral", "boolean", "moment", "number", "percent", "text", "whole"]

_LARGEST = 2**63 - 1
_ESCAPE = re.compile(r"\\(.)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadLiteral(ValueError):
    """A value that can't be read. The message says what would be right."""


def number(written: str) -> Literal:
    """`100_000`, `0.9`, `1e6`."""
    plain = written.replace("_", "")
    if plain.isdigit():
        return Literal("integer", _fitting(plain))
    return Literal("float", _finite(float(plain)))


def percent(written: str) -> Literal:
    """`90%` is 0.9."""
    digits = written.replace("_", "").rstrip("% \t\n")
    return Literal("float", float(_finite(float(f"{digits}e-2"))))


def whole(written: str) -> int:
    """A count: a whole number without a sign."""
    plain = written.replace("_", "")
    if not plain.isdigit():
        raise BadLiteral(f"{written} is not a whole number")
    return _fitting(plain)


def text(written: str) -> Literal:
    """A text in any quotes; a quote within is doubled or follows a backslash."""
    quote, inner = written[0], written[1:-1]
    if quote in "'\"":
        inner = _ESCAPE.sub(r"\1", inner.replace(quote * 2, quote))
    return Literal("text", inner)


def boolean(written: str) -> Literal:
    """`true` or `false`."""
    return Literal("boolean", written.lower() == "true")


def moment(written: str) -> Literal:
    """A day, `2026-01-31`, or an instant with its offset, `2026-01-31T09:00:00Z`."""
    try:
        if _DAY.fullmatch(written):
            return Literal("date", date.fromisoformat(written))
        instant = datetime.fromisoformat(re.sub(r"\s+(?=[Zz+-]|$)", "", written).upper())
    except ValueError:
        raise BadLiteral(f"{written!r} is no date; write 2026-01-31 or 2026-01-31T09:00:00Z") from None
    if instant.tzinfo is None:
        raise BadLiteral(f"{written!r} has no offset from UTC; write {written}Z or {written}+01:00")
    try:
        return Literal("datetime", instant.astimezone(UTC))
    except OverflowError:
        raise BadLiteral(f"{written!r} lies outside the years 1 to 9999 in UTC") from None


def _fitting(digits: str) -> int:
    """A whole number. Its digits are counted first: Python reads no number of thousands."""
    significant = digits.lstrip("0")
    if len(significant) > len(str(_LARGEST)) or int(significant or "0") > _LARGEST:
        raise BadLiteral(f"{shorten(digits, 40)} is too large; the largest whole number is {_LARGEST}")
    return int(significant or "0")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise BadLiteral("the number is too large")
    return value
