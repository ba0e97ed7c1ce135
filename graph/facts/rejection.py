"""Refusals of rows and values (F9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct


class InvalidInput(ValueError):
    """A row, or a part of it, that cannot be used. `path` leads to the wrong part."""

    def __init__(self, code: str, message: str, path: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = list(path)


REASON = "refused"
"""The field of a row that could not be read at all: why it was refused."""


def unread_row(
    kind: str, content: Mapping[str, Any], refused: InvalidInput, source: str | None = None
) -> dict[str, Any]:
    """Return a row in place of unreadable input, so that it is refused for that reason and kept as it came (F9)."""
    reason = {"code": refused.code, "message": refused.message, "path": refused.path}
    return {"type": kind, **content, **({"source": source} if source else {}), REASON: reason}


def reason_of(row: Mapping[str, Any]) -> InvalidInput | None:
    """Return why a row was refused before it was read; None for any other row."""
    reason = row.get(REASON)
    if not isinstance(reason, Mapping):
        return None
    path = reason.get("path")
    return InvalidInput(
        str(reason.get("code"))[:100],
        str(reason.get("message"))[:1_000],
        [str(part)[:100] for part in path[:20]] if isinstance(path, list) else [],
    )


class Rejection(Struct, gc=False):
    """One refusal: the index of the row, a code for programs, a message for people, the path to the value.

    `whole` is False where the rest of the row was kept, as for one attribute of the wrong type (F5).
    """

    index: int
    code: str
    message: str
    path: list[str]
    whole: bool = True

    def at(self, index: int) -> "Rejection":
        """Return the same refusal for the row at another index."""
        return Rejection(index, self.code, self.message, self.path, self.whole)
