"""Types of attribute values: what a value is, what two become together, and how a value is stored (F5).

A type is one of `integer float boolean text date datetime`, its plural for a list of such values, or `json` for a nested value,
which is stored as JSON text. Undeclared types only widen; the widest of scalars is `text`, the widest of all is `json`. Below all
others stand `placeholder` and `placeholders`, the kinds of values that have no say, such as `n/a` and an empty list.
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
"""Bytes that one value may have as JSON."""
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
"""The kinds of values that have no say in the type of their attribute, and the type it has until another value has."""
_NO_WORDS: frozenset[str] = frozenset()
_LONGEST_WORD = 24
_WIDER = {frozenset(("integer", "float")): "float", frozenset(("date", "datetime")): "datetime"}


class BadValue(ValueError):
    """A value that cannot be stored; `code` says why, the message what would be right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def infer(value: Any, placeholders: frozenset[str] = _NO_WORDS) -> str:
    """The type of a JSON value, or of a date or aware datetime; a kind of UNDECIDED for a time not set and one of the `placeholders`.

    Raises BadValue for NaN, numbers too large, naive datetimes and values too long.
    """
    of = _INFER.get(type(value))
    if of is not None:
        return of(value, placeholders)
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


# The order matters for kinds of kinds: bool is an int, datetime is a date.
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
    """The narrowest type that holds both: integer, float, text; date, datetime, text; boolean, text; what differs in shape is json (F5)."""
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
    """A raw value as it is stored under a type at least as wide as its own; dates and datetimes become Python's (UTC)."""
    if kind == "json":
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if kind in SINGULAR:
        return [_scalar(item, SINGULAR[kind]) for item in value]
    return _scalar(value, kind)


def fitted(value: Any, kind: str) -> Any:
    """A raw value as it is stored under a type, whatever it is itself; None where the type cannot hold it, as a placeholder (F5).

    Of a list those values stay that the type can hold.
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
    """Text that is a time in the one form all its spellings share, anything else as it is.

    A value whose raw form is not kept, as of an event, must read the same whichever types it was stored under on its way to
    text: an instant in UTC, a midnight as its day, and a whole number without a fraction.
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
    """Raises BadValue where a value does not fit a declared type and is none of the `placeholders` (F5)."""
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
