"""CSV and similar formats: a header, then records with cells of text."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from graph.errors import excerpt
from loaders.errors import FileUnreadable
from loaders.shape import Cells
from loaders.sources.files.entries import BadLine, FileRecord
from loaders.sources.files.lines import numbered_lines

LONGEST_CELL = 16 * 1024 * 1024
"""Most characters of one cell. Without a limit, a quote that never closes takes in the rest of a file."""
DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r'\s*"?sep="?(?:(\\t)|([^\s"\w]|\t| )\2*)"*\s*', re.IGNORECASE)
"""A first line that names the delimiter for Excel, and is no part of the table. Excel saves it as wide as the table: `sep=;;;`."""


class Delimited:
    """Reader of delimited text. The delimiter is given, or named in a first line `sep=;`, or the most frequent one in the header."""

    cells: Cells = "text"
    total: int | None = None

    def __init__(self, stream: BinaryIO, name: str, delimiter: str | None = None, encoding: str = "utf-8") -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._name = name
        self._text = _Text(numbered_lines(stream, name), encoding)
        header, named = self._before_records()
        self._text.put_back(0)
        self._rows = csv.reader(self._text, delimiter=delimiter or named or guess_delimiter(header), strict=True)
        self._unnamed = 0
        self.columns: tuple[str, ...] | None = self._header()

    def _before_records(self) -> tuple[str, str | None]:
        """Return the line of the header, and the delimiter that a line before it names. Blank lines are skipped."""
        header = self._next_line()
        if not (found := _SEPARATOR.fullmatch(header)):
            return header, None
        return self._next_line(), "\t" if found[1] else found[2]

    def _next_line(self) -> str:
        try:
            while True:
                self._text.begin()
                line = next(self._text, "")
                if not line or line.strip():
                    return line
        except UnicodeDecodeError as error:
            raise FileUnreadable(
                "BAD_ENCODING",
                f"byte {error.start + 1} of line {self._text.line} of {self._name} is not {error.encoding}",
                "Save it as UTF-8, or set `encoding` in the mapping.",
            ) from error

    def _header(self) -> tuple[str, ...]:
        try:
            cells = [cell.strip() for cell in next(self._rows, [])]
        except (csv.Error, UnicodeDecodeError) as error:
            raise FileUnreadable(
                "BAD_HEADER", f"the header of {self._name} cannot be read: {_explained(error)}"
            ) from error
        named = len(cells)
        while named and not cells[named - 1]:
            named -= 1
        self._unnamed = len(cells) - named
        _check_header(cells[:named], self._name)
        return tuple(cells[:named])

    def entries(self) -> Iterator[FileRecord | BadLine]:
        """See FileReader."""
        columns = self.columns or ()
        width = len(columns)
        while True:
            self._text.begin()
            start, before = self._text.line + 1, self._text.read
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                yield self._unparsed(start, error)
                continue
            size = self._text.read - before
            if len(cells) > width and self._unnamed:
                cells = _without_unnamed(cells, width, self._unnamed)
            if len(cells) == width:
                yield FileRecord(start, dict(zip(columns, cells, strict=True)), size)
            elif cells:
                yield _ragged(start, cells, width, size)

    def _unparsed(self, line: int, error: csv.Error | UnicodeDecodeError) -> BadLine:
        """Return the first line of an unreadable record. The lines after it are read again, so that none is lost."""
        text = self._text
        if isinstance(error, UnicodeDecodeError):
            code, message = "BAD_ENCODING", f"byte {error.start + 1} of line {text.line} is not {error.encoding}"
            message += "; set `encoding` in the mapping"
        else:
            code, message = "BAD_CSV", f"{_explained(error)} (begun on line {line})"
        first = text.put_back(1)
        return BadLine(line, code, message, first.decode("utf-8", "replace"), len(first))


class _Text:
    """Lines of bytes as text, with the number of the last line and of the bytes read."""

    def __init__(self, lines: Iterator[tuple[int, bytes]], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._record: list[tuple[int, bytes]] = []
        self._back: deque[tuple[int, bytes]] = deque()
        self.line = 0
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        read = self._back.popleft() if self._back else next(self._lines)
        self._record.append(read)
        self.line, line = read
        self.read += len(line)
        return line.decode(self._encoding)

    def begin(self) -> None:
        """Begin a record with the next line."""
        self._record.clear()

    def put_back(self, kept: int) -> bytes:
        """Put back all lines of the record but the first `kept`, to be read next. Return the first line."""
        self._back.extendleft(reversed(self._record[kept:]))
        self.read -= sum(len(line) for _, line in self._record[kept:])
        first = self._record[0] if self._record else (0, b"")
        self.line = self._record[kept - 1][0] if kept else max(0, first[0] - 1)
        del self._record[kept:]
        return first[1]


def guess_delimiter(header: str) -> str:
    """Return the delimiter that occurs most often in a header outside quotes, or a comma."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _check_header(cells: Sequence[str], name: str) -> None:
    twice = sorted({cell for cell in cells if cells.count(cell) > 1})
    if not cells:
        raise FileUnreadable("BAD_HEADER", f"{name} does not begin with a header", "The first line names the columns.")
    if "" in cells:
        raise FileUnreadable(
            "BAD_HEADER", f"column {cells.index('') + 1} of {name} has no name", "Name every column in the first line."
        )
    if twice:
        raise FileUnreadable(
            "BAD_HEADER", f"{name} has two columns named {excerpt(twice[0])}", "Give each column a name of its own."
        )


def _without_unnamed(cells: list[str], width: int, unnamed: int) -> list[str]:
    """Return a record without the empty cells of the last columns, if those have no names in the header."""
    surplus = cells[width:]
    return cells[:width] if len(surplus) <= unnamed and not any(cell.strip() for cell in surplus) else cells


def _ragged(line: int, cells: list[str], width: int, size: int) -> BadLine:
    message = f"the header has {width} columns, this line {len(cells)}; quote a cell that holds the delimiter"
    return BadLine(line, "WRONG_NUMBER_OF_CELLS", message, cells, size)


def _explained(error: csv.Error | UnicodeDecodeError) -> str:
    message = str(error)
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} of a line is not {error.encoding}"
    if "field larger" in message:
        return f"a cell has more than {LONGEST_CELL:,} characters, probably after a quote that is never closed"
    if "unexpected end" in message:
        return "a quote is opened and never closed"
    if "expected after" in message:
        return "after the quote that closes a cell comes neither the delimiter nor the end of the line"
    return message
