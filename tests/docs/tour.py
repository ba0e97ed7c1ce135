"""A guided tour: the blocks of a page in their order, with the text that a reader types and the expected answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """One action of a reader: `typed` is a command, a GraphQL document or the name of a file.

    `text` is the expected answer, or the content of the file.
    """

    kind: str
    typed: str
    text: str


def tour(page: Path) -> Iterator[Typed]:
    """Yield everything that a reader of the page types, in order. An answer belongs to the query before it."""
    query = ""
    for language, more, body in _FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "console":
            for each in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, shown = each.partition("\n")
                yield Typed("command", command, shown)
        elif language == "toml":
            yield Typed("file", more.strip(), body)
        elif language == "graphql":
            query = body
        elif language == "json" and "answer" in more:
            yield Typed("query", query, body)


def matches(shown: str, found: str) -> bool:
    """Return whether a command printed what the page shows. `…` matches any text, and white space any white space."""
    flags = ELLIPSIS | NORMALIZE_WHITESPACE
    return OutputChecker().check_output(shown.replace("…", "..."), found.replace("…", "..."), flags)
