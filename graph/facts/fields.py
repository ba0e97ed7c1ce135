"""Reads our own fields of a row: texts and times, each on its own (F5, F7)."""

from collections.abc import Sequence
from typing import Any

from graph.facts.rejection import InvalidInput
from graph.facts.subjects import encodes
from graph.times import BadTime, is_epoch, is_unbounded, read_instant, zero_time

LONGEST = 2_000
LONGEST_ROLE = 200


def read_text(value: object, name: str, path: Sequence[str], longest: int = LONGEST) -> str | None:
    """Return the text of a field without blanks around it; None for an empty one.

    Raises InvalidInput for unstorable values.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput("WRONG_TYPE", f"{name} is text, found {type_name(value)}", path)
    if len(value) > longest:
        raise InvalidInput(
            "VALUE_TOO_LARGE", f"{name} has {len(value):,} characters; at most {longest:,} are kept", path
        )
    if "\x00" in value or not encodes(value):
        raise InvalidInput("BAD_VALUE", f"{name} holds U+0000 or half of a surrogate pair, which is no character", path)
    return value.strip() or None


def read_instant_at(value: object, path: Sequence[str]) -> int:
    """Return a row's time in epoch milliseconds. Raises InvalidInput with the path (F7)."""
    try:
        return read_instant(value)
    except BadTime as error:
        raise InvalidInput(error.code, str(error), path) from None


def read_set_instant(value: object, path: Sequence[str]) -> int:
    """Return an event's time in epoch milliseconds.

    Raises InvalidInput, also for the first second of 1970, which is unset (F7).
    """
    found = read_instant_at(value, path)
    if is_epoch(found):
        unset = zero_time(value)
        raise InvalidInput(unset.code, str(unset), path)
    return found


def read_bound(value: Any, name: str) -> int | None:
    """Return a membership's bound in epoch milliseconds; None where it has none, also as a zero time or 9999-12-31 (F7)."""
    return None if value is None or is_unbounded(value) else read_instant_at(value, [name])


def type_name(value: object) -> str:
    """Return JSON's name for a value's type, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return "a list"
    return "text" if isinstance(value, str) else "an object"
