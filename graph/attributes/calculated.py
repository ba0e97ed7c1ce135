"""Calculated attributes of organisations: formulas over other attributes, and scores of rules that hold.

One may read another: which reads which is a graph without cycles, and they are worked out in its order.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from graph.attributes.catalogue import Catalogue, Definition
from graph.attributes.names import normalise, stored
from graph.criteria import (
    Closure,
    CriteriaError,
    Known,
    compile_closure,
    compile_value,
    mentioned,
    parse,
    parse_formula,
)
from graph.criteria.closures import least
from graph.criteria.tree import Clause

__all__ = ["Calculated", "Calculation", "Rule", "calculated_attribute", "compile_calculations", "cycle", "reads"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """One part of a score: a criterion about an organisation, and how much it weighs where it holds."""

    name: str
    weight: float
    criterion: str

    def to_json(self) -> dict[str, Any]:
        """The same as JSON has it."""
        return {"name": self.name, "weight": self.weight, "criterion": self.criterion}


@dataclass(frozen=True)
class Calculated:
    """A calculated attribute: a formula, or else a score.

    A score is the share, from 0 to 100 %, of the rules' weights that hold. `stale_since` (epoch milliseconds): not every
    organisation has its value yet.
    """

    name: str
    formula: str | None = None
    score: tuple[Rule, ...] = ()
    description: str | None = None
    stale_since: int | None = None
    removed: bool = False

    @property
    def entity(self) -> Literal["organisation"]:
        """Whose attribute it is."""
        return "organisation"

    @property
    def key(self) -> str:
        """The key of its AttributeDefinition."""
        return f"organisation:{normalise(self.name)}"

    @property
    def definition(self) -> Definition:
        """Its entry in the catalogue."""
        score = json.dumps([each.to_json() for each in self.score], ensure_ascii=False) if self.score else None
        return Definition(
            "organisation",
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
        return stored("organisation", self.name)


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
    )


# ---------------------------------------------------------------- what reads what


def reads(calculated: Calculated, catalogue: Catalogue) -> set[tuple[str, str]]:
    """The attributes that one names, each by entity and name. Raises CriteriaError."""
    parts = [parse(each.criterion, subject="organisation", catalogue=catalogue).root for each in calculated.score]
    found = {each for part in parts for each in mentioned(part)}
    if calculated.formula is not None:
        found |= set(mentioned(parse_formula(calculated.formula, subject="organisation", catalogue=catalogue)))
    return {(each.entity, each.definition.name) for each in found}


def cycle(calculated: Iterable[Calculated], catalogue: Catalogue) -> list[str]:
    """Names of which each reads the next and the last is the first; empty where there is no such circle."""
    try:
        TopologicalSorter(_graph(calculated, catalogue)).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _graph(calculated: Iterable[Calculated], catalogue: Catalogue) -> dict[str, list[str]]:
    """By name, the calculated attributes that each reads; what makes no sense reads nothing."""
    by_name = {normalise(each.name): each for each in calculated}
    found: dict[str, list[str]] = {}
    for name, each in by_name.items():
        try:
            named = reads(each, catalogue)
        except CriteriaError:
            named = set()
        found[name] = sorted(other for entity, other in named if entity == "organisation" and other in by_name)
    return found


# ---------------------------------------------------------------- ready to be worked out


@dataclass(frozen=True)
class Calculation:
    """A calculated attribute, ready: its value of what is known at an instant (epoch milliseconds), and when time may change it."""

    property: str
    value: Callable[[Known, int], float | None]
    flip: Callable[[Known, int], int | None]
    properties: Mapping[str, str]
    clauses: frozenset[Clause]


def compile_calculations(calculated: Sequence[Calculated], catalogue: Catalogue) -> tuple[Calculation, ...]:
    """Every one in the order in which they are worked out. One that stopped making sense has no value, and the log says why."""
    by_name = {normalise(each.name): each for each in calculated}
    order = TopologicalSorter(_graph(calculated, catalogue)).static_order()
    return tuple(_compiled(by_name[name], catalogue) for name in order)


def _compiled(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    try:
        if calculated.formula is not None:
            return _of_formula(calculated.property, calculated.formula, catalogue)
        return _of_score(calculated, catalogue)
    except CriteriaError as mistake:
        _log.warning("calculated attribute %s has no value: %s", calculated.key, mistake)
        return Calculation(calculated.property, lambda known, now: None, _never, {}, frozenset())  # noqa: ARG005


def _of_formula(property: str, formula: str, catalogue: Catalogue) -> Calculation:
    read, properties = compile_value(parse_formula(formula, subject="organisation", catalogue=catalogue))

    def value(known: Known, now: int) -> float | None:  # noqa: ARG001 - time alone never changes it
        number = read(known)
        return None if number is None or not math.isfinite(number) else float(number)

    return Calculation(property, value, _never, properties, frozenset())


def _of_score(calculated: Calculated, catalogue: Catalogue) -> Calculation:
    rules = [(each.weight, _closure(each, catalogue)) for each in calculated.score]
    total = math.fsum(weight for weight, _ in rules)

    def value(known: Known, now: int) -> float:
        return 100 * math.fsum(weight for weight, rule in rules if rule.holds(known, now)) / total

    def flip(known: Known, now: int) -> int | None:
        return least(rule.flip(known, now) for _, rule in rules)

    properties = {name: kind for _, rule in rules for name, kind in rule.properties.items()}
    return Calculation(
        calculated.property, value, flip, properties, frozenset(clause for _, rule in rules for clause in rule.clauses)
    )


def _closure(rule: Rule, catalogue: Catalogue) -> Closure:
    return compile_closure(parse(rule.criterion, subject="organisation", catalogue=catalogue))


def _never(known: Known, now: int) -> int | None:  # noqa: ARG001 - time alone never changes it
    return None
