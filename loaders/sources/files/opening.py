"""Open a path or standard input, and find the right reader."""

import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from loaders.errors import FileUnreadable
from loaders.sources.files.delimited import Delimited
from loaders.sources.files.entries import FileReader, FileRecord
from loaders.sources.files.jsonlines import JsonLines, read_line
from loaders.sources.files.lines import DAMAGE, MARK
from loaders.sources.files.parquet import Parquet
from loaders.sources.files.recoding import MARKS, Recoded
from loaders.sources.files.sniffing import GZIP, HEAD, Format, check_name, format_of

STANDARD_INPUT = "standard input"
_LINES = 100
"""Lines that are read for the names of columns. One object alone may lack some."""


@dataclass
class Input:
    """An opened file: its name without folder, its size in bytes where known, and its unpacked content."""

    name: str
    size: int | None
    format: Format
    raw: BinaryIO
    content: BinaryIO
    packed: bool = False

    def fraction(self) -> float | None:
        """Return the share of the file that was read, from 0 to 1; None where its size is unknown."""
        return min(1.0, self.raw.tell() / self.size) if self.size else None

    def reader(self, delimiter: str | None = None, encoding: str = "utf-8") -> FileReader:
        """Return the reader of this content."""
        if self.format == "csv":
            return Delimited(self.content, self.name, delimiter, encoding)
        if self.format == "jsonl":
            return JsonLines(self.content, self.name)
        return Parquet(self.content, self.name)

    def first_objects(self) -> list[dict[str, Any]]:
        """Return the objects in the first lines of a file of JSON lines, and leave the lines unread."""
        lines = _peek(self.content).removeprefix(MARK).split(b"\n")[:_LINES]
        found = (read_line(1, line) for line in lines if line.strip())
        return [dict(entry.values) for entry in found if isinstance(entry, FileRecord)]

    def close(self) -> None:
        """Close the file."""
        self.content.close()
        self.raw.close()


def open_input(path: Path) -> Input:
    """Open a file and detect its format. Raises FileUnreadable for a missing file, or a format that does not fit its name."""
    try:
        raw = path.open("rb", buffering=1 << 20)
        size = path.stat().st_size
    except OSError as error:
        raise FileUnreadable("NO_SUCH_FILE", f"{path} cannot be opened: {error.strerror}") from error
    try:
        opened = _inspected(raw, path.name, size)
        check_name(path.name, opened.format, opened.packed)
    except BaseException:
        raw.close()
        raise
    return opened


def open_stream(stream: BinaryIO) -> Input:
    """Open standard input and detect its format by its first bytes. Raises FileUnreadable for Parquet."""
    opened = _inspected(cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), 1 << 20)), STANDARD_INPUT, None)
    if opened.format == "parquet":
        raise FileUnreadable("NOT_A_STREAM", "Parquet cannot be read from standard input", "Save it as a file first.")
    return opened


def _inspected(raw: BinaryIO, name: str, size: int | None) -> Input:
    packed = _peek(raw).startswith(GZIP)
    content = cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=raw), HEAD)) if packed else raw
    try:
        if _peek(content).startswith(MARKS):
            content = cast(BinaryIO, io.BufferedReader(Recoded(content), HEAD))
        return Input(name, size, format_of(_peek(content), name), raw, content, packed)
    except DAMAGE as error:
        raise FileUnreadable("DAMAGED_FILE", f"{name} cannot be unpacked", "Get the file again.") from error


def _peek(stream: BinaryIO) -> bytes:
    return cast(io.BufferedReader, stream).peek(HEAD)[:HEAD]
