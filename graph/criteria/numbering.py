"""Clauses with their numbers, parents first, as `clauses` yields them. Fetched values are found by these numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.criteria.conditions import Condition, Read, compile_condition, compile_read
from graph.criteria.mentions import attributes
from graph.criteria.tree import Attribute, Clause, Comparing, Occurred, Span, children

__all__ = ["Numbered", "numbered"]


@dataclass(frozen=True)
class Numbered:
    """A clause with its number, and the clauses right below it."""

    number: int
    clause: Clause
    parts: tuple[Numbered, ...]

    @cached_property
    def attributes(self) -> list[Attribute]:
        """The attributes that the clause itself compares, from left to right."""
        return attributes(self.clause)

    @cached_property
    def condition(self) -> Condition[Sequence[Any]]:
        """The condition of a clause that compares, over the values of its `attributes`."""
        assert isinstance(self.clause, Comparing), f"not a clause that compares: {self.clause}"
        return compile_condition(self.clause, _Positions())

    @cached_property
    def time(self) -> Read[Sequence[Any]]:
        """The function that reads the value of a clause about time from the values of its `attributes`."""
        assert isinstance(self.clause, Span), f"not a clause about time: {self.clause}"
        return compile_read(self.clause.value, _Positions())


def numbered(clause: Clause, first: int = 0) -> Numbered:
    """Return the clause and all clauses below it, numbered parents first."""
    parts: list[Numbered] = []
    following = first + 1
    for child in children(clause):
        parts.append(numbered(child, following))
        following += _size(parts[-1])
    return Numbered(first, clause, tuple(parts))


def _size(node: Numbered) -> int:
    return 1 + sum(_size(part) for part in node.parts)


class _Positions:
    """Reads attributes by position: the first that is asked for is the first of the values."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self, attribute: Attribute | Occurred) -> Read[Sequence[Any]]:
        if isinstance(attribute, Occurred):
            raise TypeError("the time of an event is compared within `did` only")
        position, self._next = self._next, self._next + 1
        return lambda values: values[position]
