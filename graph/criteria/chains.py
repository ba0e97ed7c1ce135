"""Long chains of `and` and `or`, in forms that engines plan quickly and nest less deeply."""

from __future__ import annotations

from collections.abc import Sequence

from graph.criteria.tree import Among, Clause, Compare, Literal, Or, Value

__all__ = ["balanced", "folded"]

_CHAIN = 16
"""The most parts of a chain that engines take as it is."""


def folded(either: Or) -> tuple[Clause, ...]:
    """Return the parts of a long `or`, in which all comparisons of one value by `=` become one list."""
    if len(either.parts) <= _CHAIN:
        return either.parts
    compared: dict[tuple[Value, str], list[Literal]] = {}
    others = []
    for part in either.parts:
        if isinstance(part, Compare) and part.operator == "=" and isinstance(part.right, Literal):
            compared.setdefault((part.left, part.right.type), []).append(part.right)
        else:
            others.append(part)
    return (*(Among(either.text, value, tuple(choices)) for (value, _), choices in compared.items()), *others)


def balanced(parts: Sequence[str], word: str) -> str:
    """Return the parts joined by an operator, in brackets. Long chains are halved: engines nest as deep as a chain is long."""
    if len(parts) <= _CHAIN:
        return f"({word.join(parts)})"
    middle = len(parts) // 2
    return f"({balanced(parts[:middle], word)}{word}{balanced(parts[middle:], word)})"
