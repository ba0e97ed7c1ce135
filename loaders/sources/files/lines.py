"""A stream of bytes as numbered lines of bounded length."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from loaders.errors import FileUnreadable

LONGEST_LINE = 64 * 1024 * 1024
"""Most bytes of one line. A longer line means that the file is in another format."""
MARK = b"\xef\xbb\xbf"
"""The byte order mark, which some programs put at the beginning of a file in UTF-8."""
DAMAGE = (EOFError, OSError, zlib.error)
"""Errors of reading a file that is cut short or damaged."""


def numbered_lines(stream: BinaryIO, name: str, longest: int = LONGEST_LINE) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number, from 1, without a byte order mark. Raises FileUnreadable for a damaged or endless line."""
    number = 0
    while line := _next_line(stream, name, number + 1, longest):
        number += 1
        yield number, line.removeprefix(MARK) if number == 1 else line


def _next_line(stream: BinaryIO, name: str, number: int, longest: int) -> bytes:
    try:
        line = stream.readline(longest + 1)
    except DAMAGE as error:
        raise FileUnreadable(
            "DAMAGED_FILE",
            f"{name} cannot be read beyond line {number}",
            "The file is cut short or damaged; get it again. What came before was loaded, and loading it twice does no harm.",
        ) from error
    if len(line) > longest:
        raise FileUnreadable(
            "LINE_TOO_LONG",
            f"line {number} of {name} is longer than {longest:,} bytes",
            "Each record has to stand on lines of its own.",
        )
    return line
