"""A stream of bytes as numbered lines of bounded length."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from loaders.errors import FileUnreadable

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes that one line may have; a longer one means that the file is not what it seems."""
MARK = b"\xef\xbb\xbf"
"""What some programs put before the first character of a file in UTF-8."""
DAMAGE = (EOFError, OSError, zlib.error)
"""What reading a file raises that is cut short or damaged."""


def numbered_lines(stream: BinaryIO, name: str, longest: int = LONGEST_LINE) -> Iterator[tuple[int, bytes]]:
    """Each line with its number, from 1, without a byte order mark at its beginning; raises FileUnreadable for a damaged or endless one."""
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
