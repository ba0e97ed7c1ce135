"""All fixed Cypher statements of Membergraph, one in each file `queries/<folder>/<name>.cypher`.

Comment lines at the top of a file declare parameters and columns:

    // One sentence that says what the statement does.
    // More lines, if needed, that describe it.
    //
    // $since   int?       epoch milliseconds; null for no bound
    // $people  int = 10   a parameter with a default
    // returns organisation_id, name, people

A type is string, int, float, boolean, datetime, list, map or any. A `?` after the type allows null. `= value` is a default,
in JSON or as text that ends at two spaces. The meaning of the parameter follows, and continues in lines that begin with
more than one space. `returns` lists the columns in order. Brackets after a column describe it.

This package imports no other package of Membergraph.
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
    """There is no file of that name; the message names the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])


class QueryFileError(ValueError):
    """The head of a file does not follow the format; the message names the file and the line."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a statement. An optional one may be omitted, and then has its default, or null."""

    name: str
    type: str
    optional: bool
    default: Any
    meaning: str


@dataclass(frozen=True)
class Statement:
    """A file: the parts of its head, and `text`, the Cypher below the head."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    returns: tuple[str, ...]
    text: str


def text(name: str) -> str:
    """Return the Cypher of `queries/<name>.cypher`, without its head. Raises UnknownStatementError."""
    return statement(name).text


@functools.cache
def statement(name: str) -> Statement:
    """Return the statement of `queries/<name>.cypher`. Raises UnknownStatementError, QueryFileError."""
    if name not in _names():
        nearest = difflib.get_close_matches(name, _names(), n=1, cutoff=0.4)
        hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
        raise UnknownStatementError(f"there is no statement {name!r} in queries{hint}")
    return parse(name, (_ROOT / f"{name}.cypher").read_text(encoding="utf-8"))


def all_statements() -> list[Statement]:
    """Return every statement, sorted by name."""
    return [statement(name) for name in _names()]


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(p.relative_to(_ROOT).with_suffix("").as_posix() for p in _ROOT.rglob("*.cypher")))


def parse(name: str, content: str) -> Statement:
    """Parse the content of a file. Raises QueryFileError."""
    head, body = _split(content)
    title, description, declarations = _sections(name, head)
    parameters = tuple(_parameter(name, line) for line in declarations if line.startswith("$"))
    returns = [line.removeprefix("returns").strip() for line in declarations if line.startswith("returns")]
    if not body:
        raise QueryFileError(f"queries/{name}.cypher holds no statement below its head")
    return Statement(name, title, description, parameters, _columns(returns[0]) if returns else (), body)


def _split(content: str) -> tuple[list[str], str]:
    """Return the comment lines at the top without slashes, and the Cypher below."""
    lines = content.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("//")), len(lines))
    head = [line.removeprefix("//").removeprefix(" ").rstrip() for line in lines[:end]]
    return head, "\n".join(lines[end:]).strip().removesuffix(";").rstrip()


def _sections(name: str, head: list[str]) -> tuple[str, str, list[str]]:
    """Return title, description, and declarations with their continuation lines."""
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
    with_default = _DEFAULT.match(found["rest"])
    meaning = (with_default["meaning"] or "") if with_default else found["rest"]
    default = _value(with_default["default"]) if with_default else None
    return Parameter(found["name"], found["type"], bool(found["null"] or with_default), default, meaning.strip())


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text.strip("'")


def _columns(text: str) -> tuple[str, ...]:
    """Return the column names, without the descriptions in brackets."""
    brackets = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)")
    while brackets.search(text):
        text = brackets.sub("", text)
    names = (part.split()[0] for part in text.split(",") if part.strip())
    return tuple(column for column in names if column != "nothing")
