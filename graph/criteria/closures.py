"""A criterion as Python functions over a snapshot, for many criteria about one subject.

The values of the subject are fetched once for all criteria. Clauses about others and events are the graph's to answer.
A test holds that closures and compiled Cypher say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.criteria.conditions import Read, compile_condition, compile_read
from graph.criteria.snapshots import Snapshot, key_of, least
from graph.criteria.spans import next_bound
from graph.criteria.tree import (
    And,
    Attribute,
    Clause,
    Criterion,
    Did,
    Not,
    Occurred,
    Or,
    Quantified,
    Span,
    Value,
    clauses,
)

__all__ = ["Closure", "compile_closure", "compile_value"]

Holds = Callable[[Snapshot, int], bool]
"""Whether a clause holds; the instant is in epoch milliseconds."""
Flip = Callable[[Snapshot, int], "int | None"]
"""When time alone may next change a clause, in epoch milliseconds; None if never."""


@dataclass(frozen=True)
class Closure:
    """A criterion ready to be answered.

    `properties` are the keys that it reads, with their types. `clauses` must be answered by the graph first.
    """

    text: str
    holds: Holds
    flip: Flip
    properties: Mapping[str, str]
    clauses: frozenset[Clause]


def compile_closure(criterion: Criterion) -> Closure:
    """Return the functions that answer for a criterion about one subject."""
    compiler = _ClosureCompiler({}, criterion.subject)
    holds = compiler.holds(criterion.root)
    for_graph = frozenset(each for each in _about_subject(criterion.root) if isinstance(each, Quantified | Did))
    flip = _least_of(compiler.flips(criterion.root))
    return Closure(criterion.text, holds, flip, compiler.properties, for_graph)


def compile_value(value: Value, subject: str) -> tuple[Read[Snapshot], Mapping[str, str]]:
    """Return a value of the subject as a function, and the keys that it reads with their types."""
    compiler = _ClosureCompiler({}, subject)
    return compile_read(value, compiler.read_attribute), compiler.properties


def _about_subject(clause: Clause) -> Iterable[Clause]:
    """A clause and those below it that are still about the subject."""
    beyond: set[int] = set()
    for each in clauses(clause):
        if id(each) in beyond:
            continue
        if isinstance(each, Quantified):
            beyond |= {id(below) for below in clauses(each.body)}
        yield each


def _least_of(flips: list[Flip]) -> Flip:
    if not flips:
        return lambda snapshot, now: None  # noqa: ARG005 - time alone never changes it
    if len(flips) == 1:
        return flips[0]
    return lambda snapshot, now: least([flip(snapshot, now) for flip in flips])


@dataclass(frozen=True)
class _ClosureCompiler:
    """Compiles clauses about `subject`, and notes the properties that they read."""

    properties: dict[str, str]
    subject: str

    def holds(self, clause: Clause) -> Holds:
        match clause:
            case Or():
                parts = [self.holds(part) for part in clause.parts]
                return lambda snapshot, now: any(part(snapshot, now) for part in parts)
            case And():
                parts = [self.holds(part) for part in clause.parts]
                return lambda snapshot, now: all(part(snapshot, now) for part in parts)
            case Not():
                part = self.holds(clause.part)
                return lambda snapshot, now: not part(snapshot, now)
            case Quantified() | Did():
                return lambda snapshot, now: snapshot.answers[clause].holds  # noqa: ARG005 - answered at that instant
            case _:
                condition = compile_condition(clause, self.read_attribute)
                return lambda snapshot, now: condition(snapshot, now) is True

    def read_attribute(self, attribute: Attribute | Occurred) -> Read[Snapshot]:
        """Return the function that reads an attribute from a snapshot."""
        if isinstance(attribute, Occurred):
            raise TypeError("the time of an event is read within `did` only, which the graph answers")
        definition = attribute.definition
        own, absent = key_of(attribute.entity, definition.property, self.subject), definition.absent
        self.properties[own] = definition.type
        if definition.fallback is None:
            return (lambda snapshot: snapshot.values.get(own)) if absent is None else _read_or_absent(own, absent)
        other = key_of(attribute.entity, definition.fallback, self.subject)
        self.properties[other] = "datetime"
        return _read_or_fallback(own, other, as_day=definition.type == "date")

    def flips(self, clause: Clause) -> list[Flip]:
        """Return a function for every clause that time alone can change."""
        return [flip for each in _about_subject(clause) if (flip := self._flip(each)) is not None]

    def _flip(self, clause: Clause) -> Flip | None:
        match clause:
            case Span():
                return self._flip_of_span(clause)
            case Quantified() | Did():
                return lambda snapshot, now: snapshot.answers[clause].flip  # noqa: ARG005 - answered at that instant
        return None

    def _flip_of_span(self, span: Span) -> Flip:
        read = compile_read(span.value, self.read_attribute)
        return lambda snapshot, now: None if (value := read(snapshot)) is None else next_bound(span, value, now)


def _read_or_absent(own: str, absent: Any) -> Read[Snapshot]:
    return lambda snapshot: absent if (value := snapshot.values.get(own)) is None else value


def _read_or_fallback(own: str, other: str, *, as_day: bool) -> Read[Snapshot]:
    def read(snapshot: Snapshot) -> Any:
        value = snapshot.values.get(own)
        if value is not None:
            return value
        moment = snapshot.values.get(other)
        return moment.date() if moment is not None and as_day else moment

    return read
