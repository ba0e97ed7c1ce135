"""Parquet, read by pyarrow, which is an extra: typed columns, a batch of rows at a time."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from loaders.errors import FileUnreadable
from loaders.shape import Cells
from loaders.sources.files.entries import BadLine, FileRecord

BATCH = 2_000


class Parquet:
    """Reader of Parquet. Dates and times become ISO text, without an offset where the column has no zone. Decimals become text."""

    cells: Cells = "typed"

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._name = name
        self._file = _opened(stream, name)
        self.columns: tuple[str, ...] | None = tuple(self._file.schema_arrow.names)
        self.total: int | None = self._file.metadata.num_rows

    def entries(self) -> Iterator[FileRecord | BadLine]:
        """See FileReader. The line of a record is its row, from 1."""
        row = 0
        for batch in self._batches():
            size = batch.nbytes // max(1, batch.num_rows)
            for values in batch.to_pylist():
                row += 1
                yield FileRecord(row, {column: plain(value) for column, value in values.items()}, size)

    def _batches(self) -> Iterator[Any]:
        try:
            yield from self._file.iter_batches(batch_size=BATCH)
        except (OSError, ValueError) as error:
            raise FileUnreadable(
                "DAMAGED_FILE", f"{self._name} cannot be read further", "Get the file again."
            ) from error


def _opened(stream: BinaryIO, name: str) -> Any:
    try:
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - an extra, imported where a Parquet file is read
    except ImportError as error:
        raise FileUnreadable(
            "PARQUET_NOT_INSTALLED",
            f"{name} is a Parquet file, and pyarrow is not installed",
            "pip install 'membergraph[parquet]'",
        ) from error
    try:
        return ParquetFile(stream)
    except (OSError, ValueError) as error:
        raise FileUnreadable("DAMAGED_FILE", f"{name} cannot be read as Parquet", "Get the file again.") from error


def plain(value: Any) -> Any:
    """Return a Parquet value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
