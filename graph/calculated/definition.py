"""Calculated attributes of organisations, people and memberships: formulas over other attributes, and scores of rules.

One may read another. They form a graph without cycles, and are computed in its order.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, get_args

from graph.attributes.catalogue import Catalogue, Definition
from graph.attributes.names import normalise, stored
from graph.attributes.rounding import rounded
from graph.criteria import (
    Closure,
    CriteriaError,
    Snapshot,
    compile_closure,
    compile_value,
    mentioned,
    parse,
    parse_formula,
)
from graph.criteria.snapshots import least
from graph.criteria.tree import Attribute, Clause, Quantified, Value, clauses
from graph.errors import UserMistake

__all__ = [
    "Calculated",
    "Calculation",
    "Holder",
    "Name",
    "Rule",
    "calculated_attribute",
    "compile_calculations",
    "cycle",
    "holder",
    "in_order",
    "read_or_none",
    "reads",
    "reads_of_others",
]

Holder = Literal["organisation", "person", "membership"]
"""The entities whose attributes may be calculated."""
Name = tuple[str, str]
"""The entity and name of an attribute."""

_log = logging.getLogger(__name__)


def holder(entity: str, field: str = "entity") -> Holder:
    """Return the entity, if its attributes may be calculated. Raises UserMistake."""
    if entity not in get_args(Holder):
        raise UserMistake("UNKNOWN_ENTITY", f"{field} is organisation, person or membership; found {entity!r}", field)
    return entity  # type: ignore[return-value]


@dataclass(frozen=True)
class Rule:
    """One part of a score: a criterion about the score's subject, and its weight."""

    name: str
    weight: float
    criterion: str

    def to_json(self) -> dict[str, Any]:
        """Return the rule as JSON has it."""
        return {"name": self.name, "weight": self.weight, "criterion": self.criterion}


@dataclass(frozen=True)
class Calculated:
    """A calculated attribute: a formula, or else a score.

    A score is the share of the weights of rules that hold, from 0 to 100 %.
    `stale_since` (epoch milliseconds) is set while not every node has its value yet. `entity` holds the attribute.
    """

    name: str
    formula: str | None = None
    score: tuple[Rule, ...] = ()
    description: str | None = None
    stale_since: int | None = None
    removed: bool = False
    entity: Holder = "organisation"

    @property
    def key(self) -> str:
        """The key of its AttributeDefinition."""
        return f"{self.entity}:{normalise(self.name)}"

    @property
    def definition(self) -> Definition:
        """Its entry in the catalogue."""
        score = json.dumps([each.to_json() for each in self.score], ensure_ascii=False) if self.score else None
        return Definition(
            self.entity,
            normalise(self.name),
            "float",
            "calculated",
            description=self.description,
            formula=self.formula,
            score=score,
        )

    @property
    def property(self) -> str:
        """The property that holds its value."""
        return stored(self.entity, self.name)


def calculated_attribute(definition: Definition, stale_since: int | None = None, removed: bool = False) -> Calculated:
    """Return the calculated attribute of an entry in the catalogue."""
    rules = json.loads(definition.score) if definition.score else ()
    return Calculated(
        definition.name,
        definition.formula,
        tuple(Rule(**each) for each in rules),
        definition.description,
        stale_since,
        removed,
        definition.entity,  # type: ignore[arg-type]
    )


# ---------------------------------------------------------------- dependencies


def reads(calculated: Calculated, catalogue: Catalogue) -> set[Name]:
    """Return the attributes that a calculated attribute names, at any depth. Raises CriteriaError."""
    parts: list[Clause | Value] = list(_criteria(calculated, catalogue))
    if calculated.formula is not None:
        parts.append(parse_formula(calculated.formula, subject=calculated.entity, catalogue=catalogue))
    return _names(mentioned(each) for each in parts)


def reads_of_others(calculated: Calculated, catalogue: Catalogue) -> set[Name]:
    """Return the attributes of others that it names. A formula names none. Raises CriteriaError."""
    every = (clause for root in _criteria(calculated, catalogue) for clause in clauses(root))
    return _names(mentioned(each.body) for each in every if isinstance(each, Quantified))


def _criteria(calculated: Calculated, catalogue: Catalogue) -> Iterator[Clause]:
    for each in calculated.score:
        yield parse(each.criterion, subject=calculated.entity, catalogue=catalogue).root


def _names(found: Iterable[Iterable[Attribute]]) -> set[Name]:
    return {(each.entity, each.definition.name) for part in found for each in part}


def cycle(calculated: Iterable[Calculated], catalogue: Catalogue) -> list[str]:
    """Return names of which each reads the next and the last is the first; an empty list where there is no cycle."""
    try:
        TopologicalSorter(_graph(calculated, catalogue)).prepare()
    except CycleError as error:
        return [_in_words(each) for each in reversed(error.args[1])]
    return []


def _in_words(name: Name) -> str:
    """A name as a criterion about an organisation may write it."""
    entity, plain = name
    return plain if entity == "organisation" else f"{entity}.{plain}"


def _graph(calculated: Iterable[Calculated], catalogue: Catalogue) -> dict[Name, list[Name]]:
    """The calculated attributes that each reads, by name."""
    by_name = _by_name(calculated)
    return {name: sorted(read_or_none(reads, each, catalogue) & by_name.keys()) for name, each in by_name.items()}


def read_or_none(
    which: Callable[[Calculated, Catalogue], set[Name]], calculated: Calculated, catalogue: Catalogue
) -> set[Name]:
    """Return what `which` says that an attribute reads; nothing where its criteria make no sense any more."""
    try:
        return which(calculated, catalogue)
    except CriteriaError:
        return set()


def _by_name(calculated: Iterable[Calculated]) -> dict[Name, Calculated]:
    return {(each.entity, normalise(each.name)): each for each in calculated}


# ---------------------------------------------------------------- compiled


@dataclass(frozen=True)
class Calculation:
    """A compiled attribute: its value from a snapshot at an instant (epoch milliseconds), and when time may change it."""

    property: str
    value: Callable[[Snapshot, int], float | None]
    flip: Callable[[Snapshot, int], int | None]
    properties: Mapping[str, str]
    clauses: frozenset[Clause]


def in_order(calculated: Iterable[Calculated], catalogue: Catalogue) -> list[Calculated]:
    """Return calculated attributes in an order in which each comes after those that it reads."""
    by_name = _by_name(calculated)
    return [by_name[name] for name in TopologicalSorter(_graph(by_name.values(), catalogue)).static_order()]


def compile_calculations(calculated: Sequence[Calculated], catalogue: Catalogue) -> tuple[Calculation, ...]:
    """Compile calculated attributes, in the order in which they are computed.

    One that makes no sense any more has no value, and the log says why.
    """
    return tuple(_compiled(each, catalogue) for each in in_order(calculated, catalogue))


def _compiled(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    try:
        if calculated.formula is not None:
            return _compile_formula(calculated, calculated.formula, catalogue)
        return _compile_score(calculated, catalogue)
    except CriteriaError as mistake:
        _log.warning("calculated attribute %s has no value: %s", calculated.key, mistake)
        return Calculation(calculated.property, _never, _never, {}, frozenset())


def _compile_formula(calculated: Calculated, formula: str, catalogue: Catalogue) -> Calculation:
    entity = calculated.entity
    read, properties = compile_value(parse_formula(formula, subject=entity, catalogue=catalogue), entity)

    def value(snapshot: Snapshot, now: int) -> float | None:  # noqa: ARG001 - time alone never changes it
        number = read(snapshot)
        return None if number is None else rounded(float(number))

    return Calculation(calculated.property, value, _never, properties, frozenset())


def _compile_score(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    rules = [(each.weight, _closure(each, calculated.entity, catalogue)) for each in calculated.score]
    total = math.fsum(weight for weight, _ in rules)

    def value(snapshot: Snapshot, now: int) -> float | None:
        score: float | None = rounded(
            100 * math.fsum(weight for weight, rule in rules if rule.holds(snapshot, now)) / total
        )
        return score

    def flip(snapshot: Snapshot, now: int) -> int | None:
        return least(rule.flip(snapshot, now) for _, rule in rules)

    properties = {name: kind for _, rule in rules for name, kind in rule.properties.items()}
    clauses = frozenset(clause for _, rule in rules for clause in rule.clauses)
    return Calculation(calculated.property, value, flip, properties, clauses)


def _closure(rule: Rule, subject: Holder, catalogue: Catalogue) -> Closure:
    return compile_closure(parse(rule.criterion, subject=subject, catalogue=catalogue))


def _never(snapshot: Snapshot, now: int) -> int | None:  # noqa: ARG001 - time alone never changes it
    return None
