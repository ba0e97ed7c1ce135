"""The pages of documentation, and their parts that a test can check: sentences, links, paths, names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md")),
    ]
)

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LIST_ITEM = re.compile(r"\n\s*(?:[-*]|\d+\.)\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?:\*\*)?\s+(?=[\w`*\"(])")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_ROOMS = ("graph", "queries", "api", "loaders", "membergraph", "tests", "docs", "examples", "benchmarks")
_PATH = re.compile(rf"`((?:{'|'.join(_ROOMS)})/[\w./*-]*)`")
_NAME = re.compile(r"`((?:graph|queries|api|loaders|membergraph)\.[\w.]*\w)`")


def prose(text: str) -> str:
    """Return a page without its blocks of code and its tables."""
    lines = _FENCE.sub("", text).splitlines()
    return "\n".join(line for line in lines if not line.startswith("|"))


def sentences(text: str) -> list[str]:
    """Return the sentences of a page's prose; a heading and an item of a list are at least one sentence each."""
    found = []
    for paragraph in re.split(r"\n\s*\n", prose(text)):
        for part in _LIST_ITEM.split("\n" + paragraph):
            found += _SENTENCE_END.split(" ".join(part.split()))
    return [sentence for sentence in found if sentence]


def links(text: str) -> list[str]:
    """Return the targets of links to files and headings of this repository."""
    return [target for target in _LINK.findall(_FENCE.sub("", text)) if not re.match(r"\w+:", target)]


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = (heading.replace("`", "") for heading in _HEADING.findall(_FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths(text: str) -> list[str]:
    """Return the paths below the project's folders that a page names in backticks."""
    return _PATH.findall(text)


def names(text: str) -> list[str]:
    """Return the dotted Python names of this project that a page names in backticks."""
    return _NAME.findall(text)
