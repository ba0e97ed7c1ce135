"""What a criterion says, as a tree: values below, clauses above, every node with the words it was written in.

Everything that depends on time is one kind of clause, `Span`: it holds from the instant `begins(value)` until the
instant `ends(value)`. So the compiler, the explanation and the next flip (C5) all read the same two instants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal as Choice

from graph.attributes.catalogue import Definition

__all__ = [
    "Among",
    "And",
    "Arithmetic",
    "Attribute",
    "Clause",
    "Compare",
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
    "Shift",
    "Span",
    "Step",
    "Subject",
    "Truth",
    "Value",
    "children",
    "clauses",
]

Subject = Choice["person", "organisation", "membership", "event"]
Unit = Choice["day", "week", "month", "quarter", "year"]

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
    """Two numbers made one, in floating point; unknown if either is, or on division by zero (C1)."""

    operator: Choice["+", "-", "*", "/"]
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
    """When an event happened, within `did`: its UTC day or its instant."""

    type: Choice["date", "datetime"]


Value = Attribute | Literal | Arithmetic | DayOf | Occurred


# ---------------------------------------------------------------- clauses


@dataclass(frozen=True)
class Shift:
    """From a time to another: to the start of its `unit`, then by calendar months, days and milliseconds."""

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
    """Two known values of comparable types stand so to each other. `!=` is a `Not` of `=`."""

    text: str
    operator: Choice["=", "<", "<=", ">", ">="]
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
    """Text holds, starts with or ends with a text; or a list has a member."""

    text: str
    operator: Choice["contains", "starts with", "ends with"]
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
    """How many: a comparison with a whole number."""

    operator: Choice[">=", "<=", "="]
    count: int


@dataclass(frozen=True)
class Step:
    """A clause about others: current members, their organisations, the parent, the children.

    `quantifier` is any, all (of at least one), no, or how many.
    """

    text: str
    to: Choice["member", "organisation", "parent", "child"]
    quantifier: Choice["any", "all", "no"] | HowMany
    body: Clause


@dataclass(frozen=True)
class Did:
    """How many events of a name there are, at times for which `when` holds, for which `where` holds."""

    text: str
    event: str
    times: HowMany
    when: Clause | None = None
    where: Clause | None = None


Clause = Or | And | Not | Compare | Among | Contains | HasValue | Truth | Span | Step | Did


@dataclass(frozen=True)
class Criterion:
    """A whole criterion about one subject, and the text it was written as."""

    text: str
    subject: Subject
    root: Clause
    entities: frozenset[str] = field(default_factory=frozenset)
    """Entities whose attributes it names, the subject's own included."""


def children(clause: Clause) -> tuple[Clause, ...]:
    """The clauses right below one; what is on the far side of a step included, conditions on events not."""
    match clause:
        case Or() | And():
            return clause.parts
        case Not():
            return (clause.part,)
        case Step():
            return (clause.body,)
        case _:
            return ()


def clauses(clause: Clause) -> Iterator[Clause]:
    """A clause and everything below it, parents first."""
    yield clause
    for child in children(clause):
        yield from clauses(child)
