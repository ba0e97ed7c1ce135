"""Read a body that is not JSON as a whole: its valid parts are kept, and invalid list elements are marked (F9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graph.facts.json_text import NotJson, json_text, member, parts, printable, read_json

UNREADABLE = "unreadable"
"""The type of a rejected row that holds the text of an unreadable row."""

MOST_READ = 30_000
"""Elements of one list that are read. Every user of a longer list refuses it for its length."""


@dataclass(frozen=True, slots=True)
class UnreadableElement:
    """A list element that is not JSON: its text, the reason, and the path of the fault."""

    text: str
    message: str
    path: list[str] = field(default_factory=list)


_BEYOND_LIMIT = UnreadableElement("", "the list is too long to be read")


def salvage(body: bytes, depth: int) -> Any:
    """Return the value of a body that the fast decoder refused, with UnreadableElement for each invalid list element.

    Only lists inside at most `depth` objects are read element by element. Raises NotJson for other faults.
    """
    return salvage_text(json_text(body), depth)


def salvage_text(text: str, depth: int) -> Any:
    """Return the value of a text, as `salvage` does of a body."""
    try:
        return read_json(text)
    except NotJson as reason:
        begins = text.lstrip()[:1]
        if begins == "[":
            return _elements(part for part in parts(text) if part.strip())
        if begins == "{" and depth > 0:
            return _members(text, depth, reason)
        raise


def _members(text: str, depth: int, reason: NotJson) -> dict[str, Any]:
    found: dict[str, Any] = {}
    has_lists = False
    for part in parts(text):
        if part.strip():
            name, value = member(part)
            found[name] = salvage_text(value, depth - 1)
            has_lists = has_lists or isinstance(found[name], list | dict)
    if not has_lists:
        raise reason  # all members are valid, so the fault is in the object itself
    return found


def _elements(written: Iterator[str]) -> list[Any]:
    read = [_element(part) for part in islice(written, MOST_READ)]
    return read + [_BEYOND_LIMIT] * sum(1 for _ in written)


def _element(part: str) -> Any:
    try:
        return read_json(part)
    except NotJson as reason:
        return UnreadableElement(printable(part.strip()), str(reason), reason.path)
