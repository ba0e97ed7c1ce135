"""Calculated attributes of organisations, people and memberships: formulas over other attributes, and scores of rules that hold.

One may read another: which reads which is a graph without cycles, and they are worked out in its order.
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
    "reads",
    "reads_of_others",
    "sensible",
]

Holder = Literal["organisation", "person", "membership"]
"""Whose attributes may be calculated."""
Name = tuple[str, str]
"""An attribute's entity and name."""

_log = logging.getLogger(__name__)


def holder(entity: str, field: str = "entity") -> Holder:
    """The entity, as one whose attributes are worked out. Raises UserMistake."""
    if entity not in get_args(Holder):
        raise UserMistake("UNKNOWN_ENTITY", f"{field} is organisation, person or membership; found {entity!r}", field)
    return entity  # type: ignore[return-value]


@dataclass(frozen=True)
class Rule:
    """One part of a score: a criterion about whom the score is of, and how much it weighs where it holds."""

    name: str
    weight: float
    criterion: str

    def to_json(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {"name": self.name, "weight": self.weight, "criterion": self.criterion}


@dataclass(frozen=True)
class Calculated:
    """A calculated attribute: a formula, or else a score.

    A score is the share, from 0 to 100 %, of the rules' weights that hold. `stale_since` (epoch milliseconds): not everyone
    has its value yet. `entity` says whose attribute it is.
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
    """The calculated attribute of an entry in the catalogue."""
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


# ---------------------------------------------------------------- what reads what


def reads(calculated: Calculated, catalogue: Catalogue) -> set[Name]:
    """The attributes that one names, at any depth. Raises CriteriaError."""
    parts: list[Clause | Value] = list(_criteria(calculated, catalogue))
    if calculated.formula is not None:
        parts.append(parse_formula(calculated.formula, subject=calculated.entity, catalogue=catalogue))
    return _names(mentioned(each) for each in parts)


def reads_of_others(calculated: Calculated, catalogue: Catalogue) -> set[Name]:
    """The attributes that one names behind steps to others; a formula takes none. Raises CriteriaError."""
    every = (clause for root in _criteria(calculated, catalogue) for clause in clauses(root))
    return _names(mentioned(each.body) for each in every if isinstance(each, Quantified))


def _criteria(calculated: Calculated, catalogue: Catalogue) -> Iterator[Clause]:
    for each in calculated.score:
        yield parse(each.criterion, subject=calculated.entity, catalogue=catalogue).root


def _names(found: Iterable[Iterable[Attribute]]) -> set[Name]:
    return {(each.entity, each.definition.name) for part in found for each in part}


def cycle(calculated: Iterable[Calculated], catalogue: Catalogue) -> list[str]:
    """Names of which each reads the next and the last is the first; empty where there is no such circle."""
    try:
        TopologicalSorter(_graph(calculated, catalogue)).prepare()
    except CycleError as error:
        return [_written(each) for each in reversed(error.args[1])]
    return []


def _written(name: Name) -> str:
    """A name as a criterion about an organisation may write it."""
    entity, plain = name
    return plain if entity == "organisation" else f"{entity}.{plain}"


def _graph(calculated: Iterable[Calculated], catalogue: Catalogue) -> dict[Name, list[Name]]:
    """By name, the calculated attributes that each reads; what makes no sense reads nothing."""
    by_name = _by_name(calculated)
    return {name: sorted(sensible(reads, each, catalogue) & by_name.keys()) for name, each in by_name.items()}


def sensible(
    which: Callable[[Calculated, Catalogue], set[Name]], calculated: Calculated, catalogue: Catalogue
) -> set[Name]:
    """What one reads; nothing where it stopped making sense."""
    try:
        return which(calculated, catalogue)
    except CriteriaError:
        return set()


def _by_name(calculated: Iterable[Calculated]) -> dict[Name, Calculated]:
    return {(each.entity, normalise(each.name)): each for each in calculated}


# ---------------------------------------------------------------- ready to be worked out


@dataclass(frozen=True)
class Calculation:
    """A calculated attribute, ready: its value of what is known at an instant (epoch milliseconds), and when time may change it."""

    property: str
    value: Callable[[Snapshot, int], float | None]
    flip: Callable[[Snapshot, int], int | None]
    properties: Mapping[str, str]
    clauses: frozenset[Clause]


def in_order(calculated: Iterable[Calculated], catalogue: Catalogue) -> list[Calculated]:
    """Each after those that it reads."""
    by_name = _by_name(calculated)
    return [by_name[name] for name in TopologicalSorter(_graph(by_name.values(), catalogue)).static_order()]


def compile_calculations(calculated: Sequence[Calculated], catalogue: Catalogue) -> tuple[Calculation, ...]:
    """Every one in the order in which they are worked out. One that stopped making sense has no value, and the log says why."""
    return tuple(_compiled(each, catalogue) for each in in_order(calculated, catalogue))


def _compiled(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    try:
        if calculated.formula is not None:
            return _of_formula(calculated, calculated.formula, catalogue)
        return _of_score(calculated, catalogue)
    except CriteriaError as mistake:
        _log.warning("calculated attribute %s has no value: %s", calculated.key, mistake)
        return Calculation(calculated.property, _never, _never, {}, frozenset())


def _of_formula(calculated: Calculated, formula: str, catalogue: Catalogue) -> Calculation:
    entity = calculated.entity
    read, properties = compile_value(parse_formula(formula, subject=entity, catalogue=catalogue), entity)

    def value(known: Snapshot, now: int) -> float | None:  # noqa: ARG001 - time alone never changes it
        number = read(known)
        return None if number is None else rounded(float(number))

    return Calculation(calculated.property, value, _never, properties, frozenset())


def _of_score(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    rules = [(each.weight, _closure(each, calculated.entity, catalogue)) for each in calculated.score]
    total = math.fsum(weight for weight, _ in rules)

    def value(known: Snapshot, now: int) -> float | None:
        score: float | None = rounded(
            100 * math.fsum(weight for weight, rule in rules if rule.holds(known, now)) / total
        )
        return score

    def flip(known: Snapshot, now: int) -> int | None:
        return least(rule.flip(known, now) for _, rule in rules)

    properties = {name: kind for _, rule in rules for name, kind in rule.properties.items()}
    clauses = frozenset(clause for _, rule in rules for clause in rule.clauses)
    return Calculation(calculated.property, value, flip, properties, clauses)


def _closure(rule: Rule, subject: Holder, catalogue: Catalogue) -> Closure:
    return compile_closure(parse(rule.criterion, subject=subject, catalogue=catalogue))


def _never(known: Snapshot, now: int) -> int | None:  # noqa: ARG001 - time alone never changes it
    return None
