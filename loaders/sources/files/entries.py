"""Entries of files: records, and lines that are no record."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from loaders.shape import Cells


class FileRecord(NamedTuple):
    """One record of a file: the line where it begins (the first is 1), its cells by column, and its size in bytes."""

    line: int
    values: Mapping[str, Any]
    size: int


class BadLine(NamedTuple):
    """One line that is no record: where it is, why, and what it holds."""

    line: int
    code: str
    message: str
    original: Any
    size: int


class FileReader(Protocol):
    """An opened file."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns that every record has; None where each record has its own, as in JSON lines."""

    @property
    def cells(self) -> Cells:
        """The kind of its cells."""

    @property
    def total(self) -> int | None:
        """The number of records, where the format says it."""

    def entries(self) -> Iterator[FileRecord | BadLine]:
        """The records in the file's order. Raises FileUnreadable where the rest of the file cannot be read."""
