"""Entries of a file gathered into pages that one transaction takes well."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graph.facts import InvalidInput, unread_row
from loaders.errors import FileUnreadable
from loaders.sources.files.entries import BadLine, FileReader, FileRecord
from loaders.translate import Translator

ROWS = 2_000
BYTES = 4_000_000

UNREAD = "unread line"
"""The type of a row that holds a line which is no record."""
_LONGEST = 100_000
"""Characters that such a row keeps of its line; the file of refused rows has all of them."""


@dataclass(slots=True)
class FilePage:
    """Rows of a file with the entries that they were made of. `end`: the number of entries before the next page."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    entries: list[FileRecord | BadLine] = field(default_factory=list)
    size: int = 0
    end: int = 0
    last: bool = False

    def is_full(self, rows: int, size: int) -> bool:
        """Return whether the page has as many rows or bytes as it may."""
        return len(self.rows) >= rows or self.size >= size


@dataclass(frozen=True)
class FilePages:
    """Cutter of files into pages, of at most so many rows and bytes. Only the last row of a page may exceed the bytes."""

    translate: Translator
    source: str
    rows: int = ROWS
    size: int = BYTES

    def read(self, reader: FileReader, skipped: int = 0) -> Iterator[FilePage]:
        """Yield the file's pages after `skipped` entries. Of a file that is cut short, all that can be read comes first."""
        page = FilePage(end=skipped)
        try:
            for entry in islice(reader.entries(), skipped, None):
                if page.is_full(self.rows, self.size):
                    yield page
                    page = FilePage(end=page.end)
                self._add(page, entry)
        except FileUnreadable:
            if page.rows:
                yield page
            raise
        if page.rows:
            page.last = True
            yield page

    def _add(self, page: FilePage, entry: FileRecord | BadLine) -> None:
        page.entries.append(entry)
        page.rows.append(self.translate(entry.values) if isinstance(entry, FileRecord) else self._unread(entry))
        page.size += entry.size
        page.end += 1

    def _unread(self, line: BadLine) -> dict[str, Any]:
        """Return a row that the writer refuses for the line's reason, and keeps (F9)."""
        kept = line.original[:_LONGEST] if isinstance(line.original, str) else line.original
        return unread_row(UNREAD, {"row": kept}, InvalidInput(line.code, line.message), self.source)
