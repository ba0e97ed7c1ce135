"""What the writer reads of the graph, and the clear word on what cannot be read there (F12)."""

from collections.abc import Callable
from typing import Any, TypeVar

from graph.errors import MembergraphError

Read = TypeVar("Read")


class StoredValueBroken(MembergraphError):
    """A stored value that facts need is not what the writer leaves there; `place` says where, for the log and not for callers."""

    code = "STORED_VALUE_BROKEN"

    def __init__(self, what: str, place: str) -> None:
        """Keep what is broken, such as the provenance, and where."""
        message = f"the {what} stored of whom this row names cannot be read"
        super().__init__(message, hint="mend it, with `membergraph doctor` and the log to find it, and replay the row.")
        self.place = f"{what} of {place}"


def read_stored(read: Callable[[Any], Read], value: Any, what: str, place: str) -> Read:
    """What `read` makes of a stored value: `what`, such as the provenance, of the node `place`. Raises StoredValueBroken."""
    try:
        return read(value)
    except (ValueError, TypeError, LookupError) as error:
        raise StoredValueBroken(what, place) from error
