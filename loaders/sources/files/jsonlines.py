"""JSON lines: one object a line."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from graph.facts.json_text import NotJson, json_text, read_json
from loaders.shape import Cells
from loaders.sources.files.entries import BadLine, FileRecord
from loaders.sources.files.lines import numbered_lines

REFUSED = "refused"
"""The key beside `row` in a file of refused rows. Such a line is loaded as its row."""


class JsonLines:
    """Reader of JSON lines. Blank lines are skipped."""

    columns: tuple[str, ...] | None = None
    cells: Cells = "json"
    total: int | None = None

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name

    def entries(self) -> Iterator[FileRecord | BadLine]:
        """See FileReader."""
        for number, line in numbered_lines(self._stream, self._name):
            if not line.isspace():
                yield read_line(number, line)


def read_line(number: int, line: bytes) -> FileRecord | BadLine:
    """Return a line as a record, or the reason why it is none."""
    try:
        value = _value(line)
    except NotJson as error:
        return _undecodable(number, line, error)
    if not isinstance(value, dict):
        return BadLine(number, "NOT_AN_OBJECT", f"expected a JSON object, found {_kind(value)}", value, len(line))
    return (
        _unwrapped(number, value, len(line))
        if value.keys() == {REFUSED, "row"}
        else FileRecord(number, value, len(line))
    )


def _value(line: bytes) -> Any:
    """Return the value of a line, with U+FFFD for half a surrogate pair (F9)."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return read_json(json_text(line))


def _unwrapped(number: int, value: dict[str, Any], size: int) -> FileRecord | BadLine:
    row = value["row"]
    if isinstance(row, dict):
        return FileRecord(number, row, size)
    return BadLine(number, "NOT_MENDED", "this refused line was no record; write its columns under `row`", value, size)


def _undecodable(number: int, line: bytes, error: NotJson) -> BadLine:
    text = line.decode("utf-8", "replace")
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as bad:
        return BadLine(number, "BAD_ENCODING", f"byte {bad.start + 1} of the line is not UTF-8", text, len(line))
    where = f" at {'.'.join(error.path)}" if error.path else ""
    return BadLine(number, "BAD_JSON", f"not JSON: {error}{where} (column {error.position + 1})", text, len(line))


def _kind(value: Any) -> str:
    return {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
