"""Every fixed Cypher statement of Membergraph, one a file: `queries/<folder>/<name>.cypher`.

The head of a file is its contract, in comment lines:

    // One sentence that says what the statement does.
    // More lines, if needed, that describe it.
    //
    // $since   int?       epoch milliseconds; null for no bound
    // $people  int = 10   a parameter with a default
    // returns organisation_id, name, people

A type is one of string, int, float, boolean, datetime, list, map, any; `?` after it allows null, `= value` gives a default
(JSON, or bare text up to two spaces). What follows is the parameter's meaning, and may go on in lines that begin
with more than one space. `returns` lists the columns in order; what stands in brackets after one describes it.

This package imports nothing else of ours.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "TYPES",
    "Parameter",
    "QueryFileError",
    "Statement",
    "UnknownStatementError",
    "all_statements",
    "statement",
    "text",
]

TYPES = frozenset({"string", "int", "float", "boolean", "datetime", "list", "map", "any"})

_ROOT = Path(__file__).parent
_PARAMETER = re.compile(r"^\$(?P<name>\w+)\s+(?P<type>[a-z]+)(?P<null>\?)?(?P<rest>.*)$")
_DEFAULT = re.compile(r"^\s*=\s*(?P<default>\S.*?)(?:\s{2,}(?P<meaning>.*))?$")


class UnknownStatementError(KeyError):
    """No file of that name; the message names the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])


class QueryFileError(ValueError):
    """A file whose head does not follow the format; the message names the file and the line."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a statement. `optional`: may be left out, and is then `default` (null without one)."""

    name: str
    type: str
    optional: bool
    default: Any
    meaning: str


@dataclass(frozen=True)
class Statement:
    """One file: its head, taken apart, and `text`, the Cypher below it."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    text: str


def text(name: str) -> str:
    """The Cypher of `queries/<name>.cypher`, without its head. Raises UnknownStatementError."""
    return statement(name).text


@functools.cache
def statement(name: str) -> Statement:
    """The statement of `queries/<name>.cypher` with its head taken apart. Raises UnknownStatementError, QueryFileError."""
    if name not in _names():
        nearest = difflib.get_close_matches(name, _names(), n=1, cutoff=0.4)
        hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
        raise UnknownStatementError(f"there is no statement {name!r} in queries{hint}")
    return parse(name, (_ROOT / f"{name}.cypher").read_text(encoding="utf-8"))


def all_statements() -> list[Statement]:
    """Every statement, by name."""
    return [statement(name) for name in _names()]


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(p.relative_to(_ROOT).with_suffix("").as_posix() for p in _ROOT.rglob("*.cypher")))


def parse(name: str, content: str) -> Statement:
    """The statement that a file of this content would hold. Raises QueryFileError."""
    head, body = _split(content)
    title, description, declarations = _sections(name, head)
    parameters = tuple(_parameter(name, line) for line in declarations if line.startswith("$"))
    returns = [line.removeprefix("returns").strip() for line in declarations if line.startswith("returns")]
    if not body:
        raise QueryFileError(f"queries/{name}.cypher holds no statement below its head")
    return Statement(name, title, description, parameters, _columns(returns[0]) if returns else (), body)


def _split(content: str) -> tuple[list[str], str]:
    """Comment lines at the top, without their slashes, and the rest."""
    lines = content.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    head = [line.removeprefix("//").removeprefix(" ").rstrip() for line in lines[:end]]
    return head, "\n".join(lines[end:]).strip().removesuffix(";").rstrip()


def _sections(name: str, head: list[str]) -> tuple[str, str, list[str]]:
    """Title, description, and the declarations with their continuation lines joined."""
    if not head or not head[0]:
        raise QueryFileError(f"queries/{name}.cypher line 1: a sentence that says what the statement does is missing")
    prose: list[str] = []
    declarations: list[str] = []
    for number, line in enumerate(head[1:], start=2):
        if re.match(r"\$|returns\b", line):
            declarations.append(line)
        elif not declarations:
            prose.append(line)
        elif line.startswith(" "):
            declarations[-1] += " " + line.strip()
        elif line:
            raise QueryFileError(f"queries/{name}.cypher line {number}: expected $parameter or returns, found {line!r}")
    return head[0].strip(), "\n".join(prose).strip(), declarations


def _parameter(name: str, line: str) -> Parameter:
    found = _PARAMETER.match(line)
    if not found or found["type"] not in TYPES:
        kinds = ", ".join(sorted(TYPES))
        raise QueryFileError(f"queries/{name}.cypher: expected `$name type meaning` (type: {kinds}), found {line!r}")
    given = _DEFAULT.match(found["rest"])
    meaning = (given["meaning"] or "") if given else found["rest"]
    default = _value(given["default"]) if given else None
    return Parameter(found["name"], found["type"], bool(found["null"] or given), default, meaning.strip())


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        return written.strip("'")


def _columns(written: str) -> tuple[str, ...]:
    """Column names; what stands in brackets describes one and is not part of its name."""
    bare = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)")
    while bare.search(written):
        written = bare.sub("", written)
    names = (part.split()[0] for part in written.split(",") if part.strip())
    return tuple(column for column in names if column != "nothing")
