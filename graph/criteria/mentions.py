"""Which attributes a criterion or formula names, at any depth: behind steps and in conditions on events too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from graph.attributes.catalogue import Definition
from graph.criteria.tree import Attribute, Clause, Value

__all__ = ["mentioned"]


def mentioned(part: Clause | Value) -> Iterator[Attribute]:
    """Every attribute that a clause or value names, from left to right; one named twice comes twice."""
    yield from _within(part)


def _within(part: object) -> Iterator[Attribute]:
    if isinstance(part, Attribute):
        yield part
    elif is_dataclass(part) and not isinstance(part, Definition):
        for each in fields(part):
            yield from _within(getattr(part, each.name))
    elif isinstance(part, tuple):
        for item in part:
            yield from _within(item)
