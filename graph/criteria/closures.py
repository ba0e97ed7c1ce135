"""A criterion as Python functions over values already fetched: for whoever asks many criteria of one organisation.

Values of the subject itself come once for all criteria, by property; what only the graph can tell, a step to others or
a count of events, comes as an answer with its next flip. Says exactly what the compiled Cypher says (a test holds that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.criteria.evaluation import COMPARISONS, calculated, contains, written
from graph.criteria.spans import instant, spans
from graph.criteria.tree import (
    Among,
    And,
    Arithmetic,
    Attribute,
    Clause,
    Compare,
    Contains,
    Criterion,
    DayOf,
    Did,
    HasValue,
    Literal,
    Not,
    Or,
    Span,
    Step,
    Truth,
    Value,
    clauses,
)

__all__ = ["Closure", "Known", "Met", "compile_closure", "compile_value", "key_of", "least"]


class Met(NamedTuple):
    """What the graph says of a clause about others or events: whether it holds, and until when at the least."""

    holds: bool
    flip: int | None = None


@dataclass(frozen=True)
class Known:
    """What is known of one subject at an instant: its values by `key_of` each attribute, and what was met behind clauses."""

    values: dict[str, Any]
    met: Mapping[Clause, Met] = field(default_factory=dict)


Holds = Callable[[Known, int], bool]
"""Whether a clause holds; the instant is in epoch milliseconds."""
Condition = Callable[[Known, int], bool | None]
Read = Callable[[Known], Any]
Flip = Callable[[Known, int], int | None]


@dataclass(frozen=True)
class Closure:
    """A criterion ready to be asked. `properties` are what it reads by key, with their types."""

    text: str
    holds: Holds
    flip: Flip
    properties: Mapping[str, str]
    clauses: frozenset[Clause]
    """What has to be met in the graph before it can be asked."""


def compile_closure(criterion: Criterion) -> Closure:
    """The functions that answer for a criterion about one entity by itself."""
    reads: dict[str, str] = {}
    builder = _Builder(reads, criterion.subject)
    holds = builder.holds(criterion.root)
    abroad = frozenset(each for each in _near(criterion.root) if isinstance(each, Step | Did))
    return Closure(criterion.text, holds, _least_of(builder.flips(criterion.root)), reads, abroad)


def compile_value(value: Value, subject: str) -> tuple[Read, Mapping[str, str]]:
    """A value of the subject as a function, and what it reads by key with its type."""
    reads: dict[str, str] = {}
    return _Builder(reads, subject).read(value), reads


def key_of(entity: str, property: str, subject: str) -> str:
    """Under what name closures know a property: its own for the subject's, `person.plan` for those of whom stands beside it."""
    return property if entity == subject else f"{entity}.{property}"


def _near(clause: Clause) -> Iterable[Clause]:
    """A clause and those below it that are about the subject still."""
    behind: set[int] = set()
    for each in clauses(clause):
        if id(each) in behind:
            behind |= {id(below) for below in clauses(each)}
            continue
        if isinstance(each, Step):
            behind |= {id(below) for below in clauses(each.body)}
        yield each


def least(instants: Iterable[int | None]) -> int | None:
    """The first of some instants, of which any may be missing."""
    return min((each for each in instants if each is not None), default=None)


def _least_of(flips: list[Flip]) -> Flip:
    if not flips:
        return lambda known, now: None  # noqa: ARG005 - time alone never changes it
    if len(flips) == 1:
        return flips[0]
    return lambda known, now: least([flip(known, now) for flip in flips])


@dataclass(frozen=True)
class _Builder:
    """Builds functions and notes what they read."""

    reads: dict[str, str]
    subject: str

    # ------------------------------------------------------------ values

    def read(self, value: Value) -> Read:
        match value:
            case Attribute():
                return self._attribute(value)
            case Literal():
                constant = written(value)
                return lambda known: constant  # noqa: ARG005 - the same for all
            case DayOf():
                moment = self.read(value.value)
                return lambda known: None if (at := moment(known)) is None else at.date()
            case Arithmetic():
                left, right = self.read(value.left), self.read(value.right)
                return lambda known: calculated(value, left(known), right(known))
        raise TypeError(f"not a value of an entity: {value}")

    def _attribute(self, attribute: Attribute) -> Read:
        definition = attribute.definition
        own, absent = key_of(attribute.entity, definition.property, self.subject), definition.absent
        self.reads[own] = definition.type
        if definition.fallback is None:
            return (lambda known: known.values.get(own)) if absent is None else _or_absent(own, absent)
        other, as_day = key_of(attribute.entity, definition.fallback, self.subject), definition.type == "date"
        self.reads[other] = "datetime"
        return _with_fallback(own, other, as_day=as_day)

    # ------------------------------------------------------------ clauses

    def holds(self, clause: Clause) -> Holds:
        match clause:
            case Or():
                parts = [self.holds(part) for part in clause.parts]
                return lambda known, now: any(part(known, now) for part in parts)
            case And():
                parts = [self.holds(part) for part in clause.parts]
                return lambda known, now: all(part(known, now) for part in parts)
            case Not():
                part = self.holds(clause.part)
                return lambda known, now: not part(known, now)
            case Step() | Did():
                return lambda known, now: known.met[clause].holds  # noqa: ARG005 - met at that instant
            case HasValue():
                value = self.read(clause.value)
                return lambda known, now: value(known) not in (None, [])  # noqa: ARG005 - not about time
        condition = self._condition(clause)
        return lambda known, now: condition(known, now) is True

    def _condition(self, clause: Clause) -> Condition:
        match clause:
            case Compare():
                return _compared(COMPARISONS[clause.operator], self.read(clause.left), self.read(clause.right))
            case Among():
                value, choices = self.read(clause.value), [written(choice) for choice in clause.choices]
                return lambda known, now: None if (met := value(known)) is None else met in choices  # noqa: ARG005
            case Contains():
                how = clause.operator
                return _compared(lambda a, b: contains(how, a, b), self.read(clause.value), self.read(clause.part))
            case Truth():
                value = self.read(clause.value)
                return lambda known, now: value(known)  # noqa: ARG005 - not about time
            case Span():
                value = self.read(clause.value)
                return lambda known, now: None if (met := value(known)) is None else spans(clause, met, now)
        raise TypeError(f"not a condition: {clause}")

    # ------------------------------------------------------------ time

    def flips(self, clause: Clause) -> list[Flip]:
        """For every clause that time alone can change, when it next may."""
        return [flip for each in _near(clause) if (flip := self._flip(each)) is not None]

    def _flip(self, clause: Clause) -> Flip | None:
        match clause:
            case Span():
                return self._of_span(clause)
            case Step() | Did():
                return lambda known, now: known.met[clause].flip  # noqa: ARG005 - met at that instant
        return None

    def _of_span(self, span: Span) -> Flip:
        value, bounds = self.read(span.value), [each for each in (span.begins, span.ends) if each is not None]

        def flip(known: Known, now: int) -> int | None:
            met = value(known)
            if met is None:
                return None
            ahead = [at for bound in bounds if now < (at := instant(met, bound)) < _NEVER]
            return round(min(ahead)) if ahead else None

        return flip


_NEVER = float("inf")


def _compared(stands: Callable[[Any, Any], bool], left: Read, right: Read) -> Condition:
    def condition(known: Known, now: int) -> bool | None:  # noqa: ARG001 - not about time
        one, other = left(known), right(known)
        return None if one is None or other is None else stands(one, other)

    return condition


def _or_absent(own: str, absent: Any) -> Read:
    return lambda known: absent if (value := known.values.get(own)) is None else value


def _with_fallback(own: str, other: str, *, as_day: bool) -> Read:
    def read(known: Known) -> Any:
        value = known.values.get(own)
        if value is not None:
            return value
        moment = known.values.get(other)
        return moment.date() if moment is not None and as_day else moment

    return read
