"""Long chains of `and` and `or`, written so that engines plan them soon and do not nest as deep as they are long."""

from __future__ import annotations

from collections.abc import Sequence

from graph.criteria.tree import Among, Clause, Compare, Literal, Or, Value

__all__ = ["balanced", "folded"]

_CHAIN = 16
"""As long as engines take a chain as it is."""


def folded(either: Or) -> tuple[Clause, ...]:
    """The parts of a long `or`, in which all that ask one value for equality are one list: engines plan those at once."""
    if len(either.parts) <= _CHAIN:
        return either.parts
    asked: dict[tuple[Value, str], list[Literal]] = {}
    others = []
    for part in either.parts:
        if isinstance(part, Compare) and part.operator == "=" and isinstance(part.right, Literal):
            asked.setdefault((part.left, part.right.type), []).append(part.right)
        else:
            others.append(part)
    return (*(Among(either.text, value, tuple(choices)) for (value, _), choices in asked.items()), *others)


def balanced(parts: Sequence[str], word: str) -> str:
    """The parts joined by an operator, in brackets: engines nest as deep as a chain is long, so that long ones are halved."""
    if len(parts) <= _CHAIN:
        return f"({word.join(parts)})"
    middle = len(parts) // 2
    return f"({balanced(parts[:middle], word)}{word}{balanced(parts[middle:], word)})"
