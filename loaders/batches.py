"""Records gathered into batches that one transaction takes well."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loaders.readers import Reader, Record, Unreadable
from loaders.translate import Translator

ROWS = 2_000
BYTES = 4_000_000


@dataclass(slots=True)
class Batch:
    """Rows to send with the records that they were made of, and the lines that are no records."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    size: int = 0

    def full(self, rows: int, size: int) -> bool:
        """Whether the batch has as many rows or bytes as it may."""
        return len(self.rows) + len(self.unreadable) >= rows or self.size >= size


def batches(reader: Reader, translate: Translator, *, rows: int = ROWS, size: int = BYTES) -> Iterator[Batch]:
    """The file's records as batches of at most so many rows and, but for the last row, bytes."""
    batch = Batch()
    for entry in reader.entries():
        batch.size += entry.size
        if isinstance(entry, Record):
            batch.records.append(entry)
            batch.rows.append(translate(entry.values))
        else:
            batch.unreadable.append(entry)
        if batch.full(rows, size):
            yield batch
            batch = Batch()
    if batch.rows or batch.unreadable:
        yield batch
