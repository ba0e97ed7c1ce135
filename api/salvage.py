"""What can be read of a body that is no JSON as a whole: everything but the elements of its lists that are none (F9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graph.facts.json_text import NotJson, json_text, member, parts, printable, read_json

UNREADABLE = "unreadable"
"""The type of a row that holds another as it came, since it could not be read."""

MOST_READ = 30_000
"""Elements of one list that are read one by one. A longer list is refused by its length wherever it is looked at."""


@dataclass(frozen=True, slots=True)
class UnreadableElement:
    """An element of a list that is no JSON: its text, why it is none, and where in it."""

    text: str
    message: str
    path: list[str] = field(default_factory=list)


_UNREAD = UnreadableElement("", "the list is too long to be read")


def salvage(body: bytes, depth: int) -> Any:
    """The value of a body that the fast decoder refused; elements that cannot be read are UnreadableElement.

    `depth`: how many objects may lie around a list whose elements are taken one by one. Raises NotJson for the rest.
    """
    return salvage_text(json_text(body), depth)


def salvage_text(text: str, depth: int) -> Any:
    """The same of a text."""
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
    lists = False
    for part in parts(text):
        if part.strip():
            name, value = member(part)
            found[name] = salvage_text(value, depth - 1)
            lists = lists or isinstance(found[name], list | dict)
    if not lists:
        raise reason  # every member can be read, and nothing among them could have been cut short
    return found


def _elements(written: Iterator[str]) -> list[Any]:
    read = [_element(part) for part in islice(written, MOST_READ)]
    return read + [_UNREAD] * sum(1 for _ in written)


def _element(part: str) -> Any:
    try:
        return read_json(part)
    except NotJson as reason:
        return UnreadableElement(printable(part.strip()), str(reason), reason.path)
