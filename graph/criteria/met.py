"""The values that a criterion meets at one entity: which to fetch, in one map, and how to read them.

Clauses are numbered parents first, as `clauses` yields them. `v3` holds the values that clause 3 compares (in the
order of `attributes`), `f3` its next flip, and `s3`, for a step, one map for each node behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.criteria.cypher import Compiler, around_membership, entered, places_of
from graph.criteria.cypher_values import Places
from graph.criteria.flips import Flips
from graph.criteria.parameters import Parameters
from graph.criteria.travelling import travelling
from graph.criteria.tree import (
    Among,
    Arithmetic,
    Attribute,
    Clause,
    Compare,
    Contains,
    Criterion,
    DayOf,
    Did,
    HasValue,
    Span,
    Step,
    Truth,
    Value,
    children,
)

__all__ = ["Numbered", "attributes", "compile_explanation", "numbered"]


@dataclass(frozen=True)
class Numbered:
    """A clause with its number and, numbered too, what is right below it."""

    number: int
    clause: Clause
    parts: tuple[Numbered, ...]


def numbered(clause: Clause, first: int = 0) -> Numbered:
    """The clause and all below it, numbered parents first."""
    parts: list[Numbered] = []
    after = first + 1
    for child in children(clause):
        parts.append(numbered(child, after))
        after += _size(parts[-1])
    return Numbered(first, clause, tuple(parts))


def _size(node: Numbered) -> int:
    return 1 + sum(_size(part) for part in node.parts)


def attributes(clause: Clause) -> list[Attribute]:
    """The attributes that a clause itself compares, from left to right."""
    return [found for value in _values(clause) for found in _attributes(value)]


def _values(clause: Clause) -> tuple[Value, ...]:
    match clause:
        case Compare():
            return (clause.left, clause.right)
        case Contains():
            return (clause.value, clause.part)
        case Among() | HasValue() | Truth() | Span():
            return (clause.value,)
    return ()


def _attributes(value: Value) -> Iterator[Attribute]:
    match value:
        case Attribute():
            yield value
        case Arithmetic():
            yield from _attributes(value.left)
            yield from _attributes(value.right)
        case DayOf():
            yield from _attributes(value.value)


def compile_explanation(
    criterion: Criterion,
    alias: str,
    parameters: Parameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """An expression: the map of everything that `explain` and `evaluate` need to know of the node `alias`.

    Takes the same variables as `compile_predicate`.
    """
    compiler, places = Compiler(parameters, now), places_of(criterion, alias, parameters, person, organisation)
    fetched = _Fetch(compiler, Flips(compiler)).map(numbered(criterion.root), places)
    if not entered(criterion, person, organisation):
        return fetched
    return f"COLLECT {{ {around_membership(places)} RETURN {fetched} }}[0]"


@dataclass(frozen=True)
class _Fetch:
    compiler: Compiler
    flips: Flips

    def map(self, node: Numbered, places: Places, named: str = "") -> str:
        """A Cypher map of what a clause and all below it meet."""
        return f"{{{', '.join([*([named] if named else []), *self._entries(node, places)])}}}"

    def _entries(self, node: Numbered, places: Places) -> Iterator[str]:
        clause = node.clause
        flip = self.flips.of(clause, places) if isinstance(clause, Span | Step | Did) else "null"
        if flip != "null":
            yield f"f{node.number}: {flip}"
        match clause:
            case Step():
                yield f"s{node.number}: {self._behind(node, clause, places)}"
            case Did():
                yield f"v{node.number}: [{self.compiler.how_often(clause, places)}]"
            case _:
                met = [self._met(attribute, places) for attribute in attributes(clause)]
                yield from [f"v{node.number}: [{', '.join(met)}]"] if met else []
                for part in node.parts:
                    yield from self._entries(part, places)

    def _behind(self, node: Numbered, step: Step, places: Places) -> str:
        match_, met, counted = self.compiler.step(step, places)
        shown = f"{counted}.email, {counted}.id" if step.to == "member" else f"{counted}.domain, {counted}.id"
        name = f"id: {counted}.id, name: coalesce({counted}.name, {shown})"
        return f"COLLECT {{ {match_} RETURN {self.map(node.parts[0], met, name)} }}"

    def _met(self, attribute: Attribute, places: Places) -> str:
        return travelling(self.compiler.value(attribute, places), attribute.type, self.compiler.parameters)
