"""The operators of clauses.

Of comparisons: the meaning in Python, and the same comparison read from the right. Of text: the meaning in Cypher and in
Python, in one table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

__all__ = [
    "SPELLINGS",
    "TEXT_TESTS",
    "Comparison",
    "TextOperator",
    "TextTest",
    "WrittenComparison",
    "comparison",
    "mirrored",
]

Comparison = Literal["=", "<", "<=", ">", ">="]
WrittenComparison = Comparison | Literal["!="]
"""A comparison as people write it. `!=` is plain negation of `=` (C1)."""

SPELLINGS: Mapping[str, WrittenComparison] = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<>": "!=",
    "≠": "!=",
    "<": "<",
    "<=": "<=",
    "≤": "<=",
    ">": ">",
    ">=": ">=",
    "≥": ">=",
}


def comparison(sign: Comparison) -> Callable[[Any, Any], bool]:
    """Return the function that compares two known values."""
    match sign:
        case "=":
            return operator.eq
        case "<":
            return operator.lt
        case "<=":
            return operator.le
        case ">":
            return operator.gt
        case ">=":
            return operator.ge
        case _:
            assert_never(sign)


def mirrored(sign: Comparison) -> Comparison:
    """Return the operator of the same comparison with its sides exchanged."""
    match sign:
        case "=":
            return "="
        case "<":
            return ">"
        case "<=":
            return ">="
        case ">":
            return "<"
        case ">=":
            return "<="
        case _:
            assert_never(sign)


TextOperator = Literal["contains", "starts with", "ends with"]


@dataclass(frozen=True)
class TextTest:
    """A test of one known text by another.

    `token` is the operator in the grammar. `cypher` is the test as an expression over `{text}` and `{part}`. `python` is the
    same test as a function of both.
    """

    token: str
    cypher: str
    python: Callable[[Any, Any], bool]


TEXT_TESTS: Mapping[TextOperator, TextTest] = {
    "contains": TextTest("CONTAINS", "{text} CONTAINS {part}", lambda text, part: part in text),
    "starts with": TextTest("STARTS_WITH", "{text} STARTS WITH {part}", lambda text, part: bool(text.startswith(part))),
    "ends with": TextTest("ENDS_WITH", "{text} ENDS WITH {part}", lambda text, part: bool(text.endswith(part))),
}
"""The tests of text by their names. Of a list, only `contains` asks something else: whether it has a member."""
