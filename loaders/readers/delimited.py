"""CSV and its kin: a header, then records whose cells are text."""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from loaders.errors import FileUnreadable
from loaders.readers.entries import Cells, Record, Unreadable
from loaders.readers.lines import numbered_lines

LONGEST_CELL = 16 * 1024 * 1024
"""Characters that one cell may have. A quote that never closes would else swallow the rest of a file."""
DELIMITERS = ",;\t|"


class Delimited:
    """Reads delimited text: the delimiter is the most frequent of `, ; tab |` in the header, unless given."""

    cells: Cells = "text"

    def __init__(self, stream: BinaryIO, name: str, delimiter: str | None = None, encoding: str = "utf-8") -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._name = name
        self._text = _Text(numbered_lines(stream, name), encoding)
        header = self._first_line()
        self._rows = csv.reader(
            chain([header], self._text), delimiter=delimiter or guess_delimiter(header), strict=True
        )
        self.columns: tuple[str, ...] | None = self._header()

    def _first_line(self) -> str:
        try:
            return next(self._text, "")
        except UnicodeDecodeError as error:
            raise FileUnreadable(
                "BAD_ENCODING",
                f"the first line of {self._name} is not {error.encoding}",
                "Save it as UTF-8, or set `encoding` in the mapping.",
            ) from error

    def _header(self) -> tuple[str, ...]:
        try:
            cells = tuple(cell.strip() for cell in next(self._rows))
        except (csv.Error, UnicodeDecodeError) as error:
            raise FileUnreadable("BAD_HEADER", f"the first line of {self._name} is no header: {error}") from error
        _check_header(cells, self._name)
        return cells

    def entries(self) -> Iterator[Record | Unreadable]:
        """See Reader."""
        columns = self.columns or ()
        width = len(columns)
        while True:
            start, before = self._text.line + 1, self._text.read
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as error:
                yield _unparsed(start, error, self._text)
                continue
            size = self._text.read - before
            if len(cells) == width:
                yield Record(start, dict(zip(columns, cells, strict=True)), size)
            elif cells:
                yield _ragged(start, cells, width, size)


class _Text:
    """Lines of bytes as text, remembering which line was read last and how many bytes so far."""

    def __init__(self, lines: Iterator[tuple[int, bytes]], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self.line = 0
        self.read = 0
        self.last = b""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.line, self.last = next(self._lines)
        self.read += len(self.last)
        return self.last.decode(self._encoding)


def guess_delimiter(header: str) -> str:
    """The delimiter that occurs most often in a header, quoted cells apart; a comma where none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _check_header(cells: tuple[str, ...], name: str) -> None:
    twice = sorted({cell for cell in cells if cells.count(cell) > 1})
    if not any(cells):
        raise FileUnreadable("BAD_HEADER", f"{name} does not begin with a header", "The first line names the columns.")
    if "" in cells:
        raise FileUnreadable(
            "BAD_HEADER", f"column {cells.index('') + 1} of {name} has no name", "Name every column in the first line."
        )
    if twice:
        raise FileUnreadable(
            "BAD_HEADER", f"{name} has two columns named {twice[0]!r}", "Give each column a name of its own."
        )


def _ragged(line: int, cells: list[str], width: int, size: int) -> Unreadable:
    message = f"the header has {width} columns, this line {len(cells)}; quote a cell that holds the delimiter"
    return Unreadable(line, "WRONG_NUMBER_OF_CELLS", message, cells, size)


def _unparsed(line: int, error: csv.Error | UnicodeDecodeError, text: _Text) -> Unreadable:
    shown = text.last.decode("utf-8", "replace")
    if isinstance(error, UnicodeDecodeError):
        message = f"byte {error.start + 1} of line {text.line} is not {error.encoding}; set `encoding` in the mapping"
        return Unreadable(text.line, "BAD_ENCODING", message, shown, len(text.last))
    return Unreadable(line, "BAD_CSV", f"{_explained(error)} (begun on line {line})", shown, len(text.last))


def _explained(error: csv.Error) -> str:
    told = str(error)
    if "field larger" in told:
        return f"a cell has more than {LONGEST_CELL:,} characters, probably after a quote that is never closed"
    if "unexpected end" in told:
        return "a quote is opened and never closed"
    return told
