"""The attributes that a criterion or formula names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from graph.attributes.catalogue import Definition
from graph.criteria.tree import And, Attribute, Clause, Did, Not, Or, Quantified, Value

__all__ = ["attributes", "mentioned"]


def mentioned(part: Clause | Value) -> Iterator[Attribute]:
    """Yield every attribute that a clause or value names, from left to right, at any depth.

    Clauses about others and conditions on events are included. An attribute that is named twice comes twice.
    """
    yield from _within(part)


def attributes(clause: Clause) -> list[Attribute]:
    """Return the attributes that a clause itself compares, from left to right; none of a clause made of others."""
    match clause:
        case Or() | And() | Not() | Quantified() | Did():
            return []
    return [*_within(clause)]


def _within(part: object) -> Iterator[Attribute]:
    if isinstance(part, Attribute):
        yield part
    elif is_dataclass(part) and not isinstance(part, Definition):
        for each in fields(part):
            yield from _within(getattr(part, each.name))
    elif isinstance(part, tuple):
        for item in part:
            yield from _within(item)
