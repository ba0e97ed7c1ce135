"""The comparison operators: their meaning in Python, and the same comparison read from the right."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Literal, assert_never

__all__ = ["SPELLINGS", "Comparison", "WrittenComparison", "comparison", "mirrored"]

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
