"""Reads JSON that is nearly JSON, on the slow path: other encodings, halves of surrogate pairs, positions of faults (F9)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},:]', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_A_NUMBER = re.compile(r"-?(?:NaN|Infinity)")
_REASONS = {
    "str is not valid UTF-8": "some of its bytes are not UTF-8",
    "depth limit exceeded": "it is nested too deep",
    "number is infinity": "a number is too large",
}
"""Messages of the decoder, and what a person reads instead."""
_LONGEST_PATH = 20
_CLOSES = {"{": "}", "[": "]"}


class NotJson(ValueError):
    """A text that is not JSON: the reason, the character (from 0), and the names and places that lead there."""

    def __init__(self, message: str, position: int, path: list[str]) -> None:
        """Keep the place of the fault."""
        super().__init__(message)
        self.position = position
        self.path = path


def json_text(body: bytes) -> str:
    """Decode a body in the encoding that its first bytes show. Halves of surrogate pairs become U+FFFD.

    Bytes outside the encoding stay as characters that no reader takes, so that only their part is refused.
    """
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return mended(body.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "replace"))
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return mended(text)


def printable(text: str) -> str:
    """Return a text of `json_text` for storage and messages, with U+FFFD for bytes outside its encoding."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def mended(text: str) -> str:
    """Replace every escape of half a surrogate pair by that of U+FFFD."""
    return _ESCAPE.sub(lambda found: "\\ufffd" if found[2] else found[0], text)


def read_json(text: str) -> Any:
    """Return the value of a JSON text. Raises NotJson with a message for people."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        bad = _SURROGATE.search(text)
        position = bad.start() if bad else error.pos
        raise NotJson(_reason(error, text), position, path_at(text, position)[:_LONGEST_PATH]) from None


def _reason(error: orjson.JSONDecodeError, text: str) -> str:
    if found := _NOT_A_NUMBER.match(text, error.pos):
        return f"{found[0]} is no number in JSON"
    return next((reason for begins, reason in _REASONS.items() if error.msg.startswith(begins)), error.msg)


def path_at(text: str, position: int) -> list[str]:
    """Return the names and list places that lead to a character of a JSON text."""
    open_names: list[str | int | None] = []
    last = ""
    for token in _TOKEN.finditer(text, 0, max(0, position)):
        mark = token[0]
        if mark == '"':
            break  # the character is inside this string
        if mark in ("{", "["):
            open_names.append(None if mark == "{" else 0)
        elif mark in ("}", "]"):
            del open_names[-1:]
        elif mark == ":" and open_names:
            open_names[-1] = last
        elif mark == "," and open_names:
            before = open_names[-1]
            open_names[-1] = before + 1 if isinstance(before, int) else None
        else:
            last = mark[1:-1]
    return [str(name) for name in open_names if name is not None]


def parts(text: str) -> Iterator[str]:
    """Yield the members of a JSON object, or the elements of a list, as they are written. The last may be cut short.

    It looks only at quotes and brackets, and passes over unmatched closing brackets. A part that is not JSON ends
    where it seems to end. Raises NotJson where the text holds more than one value.
    """
    opened: list[str] = []
    begin = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == '"':
            break  # an unclosed string holds all that follows
        if mark in _CLOSES:
            opened.append(mark)
            begin = token.end() if len(opened) == 1 else begin
        elif mark == "," and len(opened) == 1:
            yield text[begin : token.start()]
            begin = token.end()
        elif opened and mark == _CLOSES[opened[-1]]:
            opened.pop()
            if not opened:
                yield text[begin : token.start()]
                if text[token.end() :].strip():
                    raise NotJson("something follows after its end", token.end(), [])
                return
    yield text[begin:]


def member(part: str) -> tuple[str, str]:
    """Return the name and the value of an object's member as it is written. Raises NotJson where it has no name."""
    found = re.match(r'\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:', part, re.DOTALL)
    if found is None:
        raise NotJson("an object's member begins with its name in quotes", 0, [])
    return str(read_json(found[1])), part[found.end() :]
