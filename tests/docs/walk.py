"""A guided tour: the blocks of a page in their order, what is typed in each, and what is to come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """A command as it is typed, or a GraphQL document, or a file (its name); `text` is what comes of it or is in it."""

    kind: str
    typed: str
    text: str


def tour(page: Path) -> Iterator[Typed]:
    """Everything that a reader of the page types, in order; an answer belongs to the query before it."""
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


def same(shown: str, found: str) -> bool:
    """Whether a command said what the page shows; `…` stands for anything, white space for any."""
    flags = ELLIPSIS | NORMALIZE_WHITESPACE
    return OutputChecker().check_output(shown.replace("…", "..."), found.replace("…", "..."), flags)
