"""Types of attribute values: how they are inferred, widened and stored (F5).

A type is `integer`, `float`, `boolean`, `text`, `date` or `datetime`, its plural for a list, or `json` for nested
values. JSON is stored as text. Undeclared types only widen. The widest scalar type is `text`, the widest of all is
`json`. Below all types stand the kinds `placeholder` and `placeholders`, of values without a say, such as `n/a` and
an empty list.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any

import orjson

from graph.times import (
    BadTime,
    is_unset,
    iso,
    looks_like_datetime,
    looks_like_day,
    milliseconds,
    moment,
    read_instant,
)

LONGEST = 100_000
"""Bytes of one value as JSON, at most."""
_INT64 = 2**63
EXACT = 2**53
"""Whole numbers below this one keep every digit as a float."""
SCALARS = ("integer", "float", "boolean", "text", "date", "datetime")
PLURAL = {
    "integer": "integers",
    "float": "floats",
    "boolean": "booleans",
    "text": "texts",
    "date": "dates",
    "datetime": "datetimes",
}
SINGULAR = {many: one for one, many in PLURAL.items()}
PLACEHOLDER, PLACEHOLDERS = "placeholder", "placeholders"
UNDECIDED = {PLACEHOLDER: "text", PLACEHOLDERS: "texts"}
"""The kinds of values that have no say in an attribute's type, and its type until another value has one."""
_NO_WORDS: frozenset[str] = frozenset()
_LONGEST_WORD = 24
_WIDER = {frozenset(("integer", "float")): "float", frozenset(("date", "datetime")): "datetime"}


class BadValue(ValueError):
    """A value that cannot be stored. `code` is for programs; the message says what would be right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def infer(value: Any, placeholders: frozenset[str] = _NO_WORDS) -> str:
    """Return the type of a JSON value, a date or an aware datetime; a kind of UNDECIDED for placeholders and unset times.

    Raises BadValue for NaN, numbers too large, naive datetimes and values too long.
    """
    reader = _INFER.get(type(value))
    if reader is not None:
        return reader(value, placeholders)
    for kind, reader in _INFER.items():
        if isinstance(value, kind):
            return reader(value, placeholders)
    raise BadValue(
        "BAD_VALUE",
        f"a value of type {type(value).__name__} cannot be stored; use text, a number, true or false, a date or a list",
    )


def _infer_text(value: str, placeholders: frozenset[str]) -> str:
    if len(value) <= _LONGEST_WORD and placeholders and value.strip().casefold() in placeholders:
        return PLACEHOLDER
    if len(value) > LONGEST // 4:
        _check_size(value)
    if "\x00" in value:
        raise BadValue("BAD_VALUE", "text may not hold the character U+0000")
    if not value[:4].isdigit():
        _check_unicode(value)
        return "text"
    if looks_like_day(value) or looks_like_datetime(value):
        return _infer_time(value)
    _check_unicode(value)
    return "text"


def _check_unicode(value: str) -> None:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValue("BAD_VALUE", "the text holds half of a surrogate pair, which is no character") from None


def _infer_time(value: str) -> str:
    try:
        read_instant(value)
    except BadTime as error:
        if error.code == "NO_OFFSET":
            raise BadValue("NO_OFFSET", str(error)) from None
        return PLACEHOLDER if error.code == "ZERO_TIME" else "text"
    return "date" if looks_like_day(value) else "datetime"


def _infer_integer(value: int, _: frozenset[str]) -> str:
    if not -_INT64 <= value < _INT64:
        raise BadValue("NUMBER_TOO_LARGE", "the number does not fit 64 bits; send it as text")
    return "integer"


def _infer_float(value: float, _: frozenset[str]) -> str:
    if not math.isfinite(value):
        raise BadValue("NOT_A_NUMBER", "NaN and infinity cannot be compared; leave the value out or send null")
    return "float"


def _infer_datetime(value: date, _: frozenset[str]) -> str:
    try:
        read_instant(value)
    except BadTime as error:
        if error.code == "ZERO_TIME":
            return PLACEHOLDER
        raise BadValue(error.code, str(error)) from None
    return "datetime" if isinstance(value, datetime) else "date"


def _infer_list(value: list[Any] | tuple[Any, ...], placeholders: frozenset[str]) -> str:
    _check_size(value)
    if any(isinstance(item, list | tuple | Mapping) or item is None for item in value):
        return "json"
    kind = reduce(widest, (infer(item, placeholders) for item in value), PLACEHOLDER)
    return PLACEHOLDERS if kind == PLACEHOLDER else PLURAL[kind]


def _check_size(value: Any) -> None:
    try:
        size = len(orjson.dumps(value))
    except (orjson.JSONEncodeError, TypeError):
        raise BadValue("BAD_VALUE", "the value cannot be written as JSON") from None
    if size > LONGEST:
        raise BadValue("VALUE_TOO_LARGE", f"the value has {size:,} bytes; at most {LONGEST:,} are kept")


def _infer_nested(value: Any, _: frozenset[str]) -> str:
    _check_size(value)
    return "json"


# The order matters: bool is a subclass of int, datetime of date.
_INFER: dict[type, Callable[[Any, frozenset[str]], str]] = {
    str: _infer_text,
    bool: lambda _, __: "boolean",
    int: _infer_integer,
    float: _infer_float,
    datetime: _infer_datetime,
    date: _infer_datetime,
    list: _infer_list,
    tuple: _infer_list,
    dict: _infer_nested,
    Mapping: _infer_nested,
}


def widest(one: str, other: str) -> str:
    """Return the narrowest type that holds both (F5).

    Integers widen to floats, dates to datetimes, and both of these and booleans to text. Types of different shape make
    json.
    """
    if other in (one, PLACEHOLDER):
        return one
    if one == PLACEHOLDER:
        return other
    if PLACEHOLDERS in (one, other):
        decided = other if one == PLACEHOLDERS else one
        return decided if decided in SINGULAR else "json"
    if one in SINGULAR and other in SINGULAR:
        return PLURAL[widest(SINGULAR[one], SINGULAR[other])]
    if one in PLURAL and other in PLURAL:
        return _WIDER.get(frozenset((one, other)), "text")
    return "json"


_HOLDS: Mapping[str, tuple[type, ...]] = {"integer": (int,), "float": (int, float), "boolean": (bool,)}


def convert(value: Any, kind: str) -> Any:
    """Return a raw value as a type at least as wide stores it. Dates and datetimes become Python's, in UTC."""
    if kind == "json":
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if kind in SINGULAR:
        return [_scalar(item, SINGULAR[kind]) for item in value]
    return _scalar(value, kind)


def fitted(value: Any, kind: str) -> Any:
    """Return a raw value as a type stores it; None where the type cannot hold it (F5).

    Of a list the values stay that the type can hold.
    """
    kind = UNDECIDED.get(kind, kind)
    if kind in SINGULAR:
        if not isinstance(value, list | tuple):
            return None
        held = (fitted(item, SINGULAR[kind]) for item in value)
        return [item for item in held if item is not None]
    if kind in _HOLDS and not isinstance(value, _HOLDS[kind]):
        return None
    if isinstance(value, bool) and kind in ("integer", "float"):
        return None
    try:
        return convert(value, kind)
    except (BadValue, ValueError, TypeError):
        return None


def _scalar(value: Any, kind: str) -> Any:
    if kind == "text":
        return _as_text(value)
    if kind == "float":
        return float(value)
    if kind == "date":
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return None if is_unset(day) else day
    if kind == "datetime":
        return moment(read_instant(value))
    return value


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(milliseconds(value.astimezone(UTC)))
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return str(value)


def plainest(value: Any) -> Any:
    """Return a time's text in the one form that all its spellings share. Other values stay as they are.

    An event keeps no raw value. So its value must read the same whichever types it was stored under before
    it became text. An instant is in UTC, a midnight is its day, a whole number has no fraction.
    """
    if isinstance(value, list | tuple):
        return [plainest(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if not isinstance(value, str) or not value[:4].isdigit() or infer(value) not in ("date", "datetime"):
        return value
    text = iso(read_instant(value))
    return text.removesuffix("T00:00:00Z")


def check(value: Any, declared: str, placeholders: frozenset[str] = _NO_WORDS) -> None:
    """Raise BadValue for a value that does not fit a declared type and is no placeholder (F5)."""
    if declared in ("text", "json"):
        return _check_size(value) if declared == "json" else _check_text(value)
    found = infer(value, placeholders)
    if widest(found, declared) != declared:
        raise BadValue("WRONG_TYPE", f"expected {declared}, found {found}")
    return None


def _check_text(value: Any) -> None:
    if not isinstance(value, str):
        raise BadValue("WRONG_TYPE", f"expected text, found {infer(value)}")
    if len(value) > LONGEST // 4:
        _check_size(value)
