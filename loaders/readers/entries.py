"""What a reader gives: records, and lines that could not become one."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol

Cells = Literal["text", "json", "typed"]
"""What cells are: text whose types are to be found out; JSON, whose null is a statement; or typed, whose null is an empty cell."""


class Record(NamedTuple):
    """One record of a file: where it began (the first line is 1), its cells by column, and its size in bytes."""

    line: int
    values: Mapping[str, Any]
    size: int


class Unreadable(NamedTuple):
    """One line that is no record: where, why, and what it held."""

    line: int
    code: str
    message: str
    original: Any
    size: int


class Reader(Protocol):
    """An opened file."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns that every record has; None where each record has its own, as in JSON lines."""

    @property
    def cells(self) -> Cells:
        """What its cells are."""

    def entries(self) -> Iterator[Record | Unreadable]:
        """The records in the file's order; raises FileUnreadable where the rest of the file cannot be read."""
