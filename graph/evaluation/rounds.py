"""Calculated attributes of people and memberships, in the rounds in which they are worked out.

A round reads once what all of its attributes need of a batch of people or memberships, and writes once what changed.
What one reads of the same node is worked out before it in the same round; what it reads of others, or of the person
whose membership it is, in an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import normalise
from graph.calculated.definition import (
    Calculated,
    Calculation,
    Name,
    compile_calculations,
    in_order,
    reads,
    reads_of_others,
    sensible,
)
from graph.calculated.lateness import late
from graph.criteria.cypher_snapshot import SnapshotQuery
from graph.criteria.snapshots import least
from graph.criteria.tree import Clause
from graph.evaluation.cypher_rounds import reading_statement

__all__ = ["Round", "Rounds", "compile_rounds"]


@dataclass(frozen=True)
class Round:
    """One statement, and the attributes of one entity that are worked out from what it reads, in order."""

    entity: Literal["person", "membership"]
    calculations: tuple[Calculation, ...]
    reading: SnapshotQuery
    text: str
    parameters: Mapping[str, Any]

    def work_out(self, values: Sequence[Any], met: Sequence[Any], now: int) -> tuple[list[float | None], int | None]:
        """The values for one node of what was read of it, and when time alone may change one; epoch milliseconds."""
        known, found = self.reading.snapshot(values, met), []
        for each in self.calculations:
            value = known.values[each.property] = each.value(known, now)
            found.append(value)
        flips = (each.flip(known, now) for each in self.calculations)
        return found, least(flip for flip in flips if flip is not None and flip > now)

    @property
    def clauses(self) -> frozenset[Clause]:
        """What is asked of others, and of events."""
        return frozenset(clause for each in self.calculations for clause in each.clauses)


@dataclass(frozen=True)
class Rounds:
    """`early` come before what organisations roll up, calculate and decide; `late` read that, and come after it."""

    early: tuple[Round, ...] = ()
    late: tuple[Round, ...] = ()

    @property
    def every(self) -> tuple[Round, ...]:
        """Both, in order."""
        return (*self.early, *self.late)


def compile_rounds(calculated: Sequence[Calculated], catalogue: Catalogue) -> Rounds:
    """The rounds for calculated attributes, of which organisations' own are left out."""
    mine = [each for each in calculated if each.entity != "organisation"]
    last = late(catalogue)
    early = [each for each in mine if _name(each) not in last]
    return Rounds(_rounds(early, catalogue), _rounds([each for each in mine if _name(each) in last], catalogue))


def _name(calculated: Calculated) -> Name:
    return calculated.entity, normalise(calculated.name)


def _rounds(calculated: Sequence[Calculated], catalogue: Catalogue) -> tuple[Round, ...]:
    depths: dict[Name, int] = {}
    places: dict[tuple[int, str], list[Calculated]] = {}
    for each in in_order(calculated, catalogue):
        others = sensible(reads_of_others, each, catalogue)
        before = sensible(reads, each, catalogue) & depths.keys()
        apart = (depths[name] + (name[0] != each.entity or name in others) for name in before)
        depth = depths[_name(each)] = max(apart, default=0)
        places.setdefault((depth, each.entity), []).append(each)
    # Of one depth neither those of people nor those of memberships read the others.
    return tuple(_round(places[place], catalogue) for place in sorted(places))


def _round(calculated: Sequence[Calculated], catalogue: Catalogue) -> Round:
    calculations = compile_calculations(calculated, catalogue)
    entity: Literal["person", "membership"] = calculated[0].entity  # type: ignore[assignment]
    properties = {name: kind for each in calculations for name, kind in each.properties.items()}
    asked = frozenset(clause for each in calculations for clause in each.clauses)
    written = [each.property for each in calculations]
    return Round(entity, calculations, *reading_statement(entity, properties, asked, written))
