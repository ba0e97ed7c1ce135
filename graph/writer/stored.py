"""Reads stored values, and reports unreadable ones clearly (F12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from graph.errors import MembergraphError

Read = TypeVar("Read")


class StoredValueBroken(MembergraphError):
    """A stored value that facts need cannot be read. `place` is for the log, not for callers."""

    code = "STORED_VALUE_BROKEN"

    def __init__(self, what: str, place: str) -> None:
        """Keep the kind of the broken value, such as `provenance`, and its place."""
        message = f"the {what} stored of whom this row names cannot be read"
        super().__init__(message, hint="mend it, with `membergraph doctor` and the log to find it, and replay the row.")
        self.place = f"{what} of {place}"


def read_stored(read: Callable[[Any], Read], value: Any, what: str, place: str) -> Read:
    """Apply `read` to a stored value. Raises StoredValueBroken, which names `what` it is and its `place`."""
    try:
        return read(value)
    except (ValueError, TypeError, LookupError) as error:
        raise StoredValueBroken(what, place) from error
