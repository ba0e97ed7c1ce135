"""A criterion as a tree: values below, clauses above, every clause with the words it was written in.

Everything that depends on time is one kind of clause, `Span`. It holds from the instant `begins(value)` until the
instant `ends(value)`. So the compiler, the explanation and the next flip (C5) all read the same two instants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal as Choice

from graph.attributes.catalogue import Definition
from graph.criteria.operators import Comparison, TextOperator

__all__ = [
    "Among",
    "And",
    "Arithmetic",
    "ArithmeticOperator",
    "Attribute",
    "Clause",
    "Compare",
    "Comparing",
    "Contains",
    "Criterion",
    "DayOf",
    "Did",
    "HasValue",
    "HowMany",
    "Literal",
    "Not",
    "Occurred",
    "Or",
    "Quantified",
    "Shift",
    "Span",
    "Subject",
    "Truth",
    "Value",
    "children",
    "clauses",
]

Subject = Choice["person", "organisation", "membership", "event"]
Unit = Choice["day", "week", "month", "quarter", "year"]
ArithmeticOperator = Choice["+", "-", "*", "/"]
Relation = Choice["member", "organisation", "parent", "child"]
"""The others that a clause may be about, seen from its subject."""

NUMBERS = frozenset({"integer", "float"})
TIMES = frozenset({"date", "datetime"})


# ---------------------------------------------------------------- values


@dataclass(frozen=True)
class Attribute:
    """An attribute of the nearest `entity` in scope."""

    entity: str
    definition: Definition

    @property
    def type(self) -> str:
        """The catalogue's type."""
        return self.definition.type


@dataclass(frozen=True)
class Literal:
    """A value written out. A datetime is aware."""

    type: str
    value: float | str | bool | date | datetime


@dataclass(frozen=True)
class Arithmetic:
    """Arithmetic on two numbers in floating point; unknown where either is, or on division by zero (C1)."""

    operator: ArithmeticOperator
    left: Value
    right: Value

    @property
    def type(self) -> str:
        """Arithmetic gives a float."""
        return "float"


@dataclass(frozen=True)
class DayOf:
    """The UTC day of a datetime (C2)."""

    value: Value

    @property
    def type(self) -> str:
        """A day is a date."""
        return "date"


@dataclass(frozen=True)
class Occurred:
    """The time of an event, within `did`: its UTC day or its instant."""

    type: Choice["date", "datetime"]


Value = Attribute | Literal | Arithmetic | DayOf | Occurred


# ---------------------------------------------------------------- clauses


@dataclass(frozen=True)
class Shift:
    """The way from one time to another: to the start of its `unit`, then by calendar months, days and milliseconds."""

    unit: Unit | None = None
    months: int = 0
    days: int = 0
    milliseconds: int = 0


@dataclass(frozen=True)
class Or:
    """At least one part holds."""

    text: str
    parts: tuple[Clause, ...]


@dataclass(frozen=True)
class And:
    """Every part holds."""

    text: str
    parts: tuple[Clause, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold: plain negation (C1)."""

    text: str
    part: Clause


@dataclass(frozen=True)
class Compare:
    """A comparison of two values of comparable types. `!=` is a `Not` of `=`."""

    text: str
    operator: Comparison
    left: Value
    right: Value


@dataclass(frozen=True)
class Among:
    """The value is known and is one of these."""

    text: str
    value: Value
    choices: tuple[Literal, ...]


@dataclass(frozen=True)
class Contains:
    """A text contains, starts with or ends with another text; or a list contains a value."""

    text: str
    operator: TextOperator
    value: Value
    part: Value


@dataclass(frozen=True)
class HasValue:
    """The attribute is known; a list must not be empty."""

    text: str
    value: Attribute


@dataclass(frozen=True)
class Truth:
    """A boolean that is true."""

    text: str
    value: Value


@dataclass(frozen=True)
class Span:
    """Holds while now is at or after `begins(value)` and before `ends(value)`; an absent bound is no bound.

    Shifts of a date give a day, which begins at its UTC midnight.
    """

    text: str
    value: Value
    begins: Shift | None
    ends: Shift | None


@dataclass(frozen=True)
class HowMany:
    """A comparison of a count with a whole number."""

    operator: Choice[">=", "<=", "="]
    count: int


@dataclass(frozen=True)
class Quantified:
    """A clause about others: current members, their organisations, the parent, the children.

    It holds for any of them, for all (of at least one), for none, or for so many.
    """

    text: str
    to: Relation
    quantifier: Choice["any", "all", "no"] | HowMany
    body: Clause


@dataclass(frozen=True)
class Did:
    """So many events of a name, at times for which `when` holds, with properties for which `where` holds."""

    text: str
    event: str
    times: HowMany
    when: Clause | None = None
    where: Clause | None = None


Comparing = Compare | Among | Contains | HasValue | Truth | Span
"""Clauses that compare values of their subject."""
Clause = Or | And | Not | Comparing | Quantified | Did


@dataclass(frozen=True)
class Criterion:
    """A whole criterion about one subject, with its text."""

    text: str
    subject: Subject
    root: Clause
    entities: frozenset[str] = field(default_factory=frozenset)
    """The entities whose attributes it names, the subject included."""


def children(clause: Clause) -> tuple[Clause, ...]:
    """Return the clauses right below one. The body of a clause about others is included, conditions on events are not."""
    match clause:
        case Or() | And():
            return clause.parts
        case Not():
            return (clause.part,)
        case Quantified():
            return (clause.body,)
        case _:
            return ()


def clauses(clause: Clause) -> Iterator[Clause]:
    """Yield a clause and all clauses below it, parents first."""
    yield clause
    for child in children(clause):
        yield from clauses(child)
