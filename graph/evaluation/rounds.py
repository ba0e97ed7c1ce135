"""Calculated attributes of people and memberships, in the rounds in which they are computed.

A round reads once everything that its attributes need of a batch of people or memberships, and writes once.
An attribute that reads another one of the same node comes after it in the same round.
One that reads attributes of other nodes comes in a later round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import normalise
from graph.calculated.computing_order import computed_last
from graph.calculated.definition import (
    Calculated,
    Calculation,
    Name,
    compile_calculations,
    in_order,
    read_or_none,
    reads,
    reads_of_others,
)
from graph.criteria.cypher_snapshot import SnapshotQuery
from graph.criteria.snapshots import least
from graph.criteria.tree import Clause
from graph.evaluation.cypher_rounds import reading_statement

__all__ = ["Round", "Rounds", "compile_rounds"]


@dataclass(frozen=True)
class Round:
    """One statement, and the attributes of one entity that are computed from its rows, in order."""

    entity: Literal["person", "membership"]
    calculations: tuple[Calculation, ...]
    query: SnapshotQuery
    text: str
    parameters: Mapping[str, Any]

    def compute(self, values: Sequence[Any], answers: Sequence[Any], now: int) -> tuple[list[float | None], int | None]:
        """Return the values of one node, and when time alone may next change one; instants are epoch milliseconds."""
        snapshot, found = self.query.snapshot(values, answers), []
        for each in self.calculations:
            value = snapshot.values[each.property] = each.value(snapshot, now)
            found.append(value)
        flips = (each.flip(snapshot, now) for each in self.calculations)
        return found, least(flip for flip in flips if flip is not None and flip > now)

    @property
    def clauses(self) -> frozenset[Clause]:
        """The clauses about others and events."""
        return frozenset(clause for each in self.calculations for clause in each.clauses)


@dataclass(frozen=True)
class Rounds:
    """The rounds before organisations are computed and decide, and those after, which read their values."""

    before_organisations: tuple[Round, ...] = ()
    after_organisations: tuple[Round, ...] = ()

    @property
    def every(self) -> tuple[Round, ...]:
        """All rounds, in order."""
        return (*self.before_organisations, *self.after_organisations)


def compile_rounds(calculated: Sequence[Calculated], catalogue: Catalogue) -> Rounds:
    """Return the rounds for calculated attributes. Those of organisations are left out."""
    member_attributes = [each for each in calculated if each.entity != "organisation"]
    last = computed_last(catalogue)
    before = [each for each in member_attributes if _name(each) not in last]
    after = [each for each in member_attributes if _name(each) in last]
    return Rounds(_rounds(before, catalogue), _rounds(after, catalogue))


def _name(calculated: Calculated) -> Name:
    return calculated.entity, normalise(calculated.name)


def _rounds(calculated: Sequence[Calculated], catalogue: Catalogue) -> tuple[Round, ...]:
    depths: dict[Name, int] = {}
    places: dict[tuple[int, str], list[Calculated]] = {}
    for each in in_order(calculated, catalogue):
        others = read_or_none(reads_of_others, each, catalogue)
        before = read_or_none(reads, each, catalogue) & depths.keys()
        earliest = (depths[name] + (name[0] != each.entity or name in others) for name in before)
        depth = depths[_name(each)] = max(earliest, default=0)
        places.setdefault((depth, each.entity), []).append(each)
    # Of one depth, attributes of people and of memberships do not read each other.
    return tuple(_round(places[place], catalogue) for place in sorted(places))


def _round(calculated: Sequence[Calculated], catalogue: Catalogue) -> Round:
    calculations = compile_calculations(calculated, catalogue)
    entity: Literal["person", "membership"] = calculated[0].entity  # type: ignore[assignment]
    properties = {name: kind for each in calculations for name, kind in each.properties.items()}
    clauses = frozenset(clause for each in calculations for clause in each.clauses)
    written = [each.property for each in calculations]
    return Round(entity, calculations, *reading_statement(entity, properties, clauses, written))
