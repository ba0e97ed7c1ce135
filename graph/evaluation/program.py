"""The program of the evaluator: everything that evaluation needs, compiled once for one state of the definitions."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.attributes.catalogue import COMPUTED
from graph.criteria.tree import Clause, Quantified, Relation, children
from graph.errors import UserMistake
from graph.evaluation.rounds import Rounds, compile_rounds
from graph.rollups.checking import target_of, validate
from graph.rollups.columns import SetStatement
from graph.rollups.cypher_set_wise import compile_set

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.calculated.definition import Calculated
    from graph.journey.decisions.journey_program import JourneyProgram
    from graph.rollups.rollup import Entity
    from graph.rollups.stored import StoredRollUp

__all__ = ["EntityRollUps", "Program", "compile_program"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EntityRollUps:
    """The stored roll-ups of one entity: the statements that compute them, and by property the empty value (R1).

    The statements `time_dependent` compute the roll-ups that time alone may change. The others, `time_independent` by
    property, stay as they are where no fact has come. `pending` properties may still hold a value that an earlier
    definition gave, of whatever type.
    """

    statements: tuple[SetStatement, ...]
    time_dependent: tuple[SetStatement, ...]
    empty_values: dict[str, Any]
    time_independent: frozenset[str]
    pending: frozenset[str]

    @cached_property
    def instants(self) -> frozenset[str]:
        """The properties whose values are instants. We take them as epoch milliseconds: the driver's take a hundred times as long."""
        columns = (column for statement in self.statements for column in statement.columns)
        return frozenset(column.property for column in columns if column.in_milliseconds)

    @cached_property
    def read_parameters(self) -> dict[str, list[str]]:
        """The properties to read before they are written, as parameters of the statements that read them."""
        names = [name for name in self.empty_values if name not in self.instants]
        return {"names": names, "instants": sorted(self.instants - self.pending)}

    @cached_property
    def properties_read(self) -> list[str]:
        """The same properties, in the order of their values."""
        return [*self.read_parameters["names"], *self.read_parameters["instants"]]


_REVERSED: Mapping[Relation, str] = {"parent": "children", "child": "parents", "organisation": "sharing"}


@dataclass(frozen=True)
class Program:
    """The roll-ups of people and memberships, which come first, and of organisations, which may read those.

    `version` is that of the definitions. `rounds` are the calculated attributes of people and memberships.
    `counts_hierarchy` is true if an organisation's values depend on organisations below it. `reads_people_below` is true
    if they depend on values of people there: then a sweep evaluates the organisations above others a second time.
    `pending` are the keys of definitions not yet evaluated for every node, with the instants of their change in epoch
    milliseconds. `journeys` take their step in the same transaction.
    """

    people: EntityRollUps
    memberships: EntityRollUps
    organisations: EntityRollUps
    rounds: Rounds
    counts_hierarchy: bool
    reads_people_below: bool
    version: int
    pending: tuple[tuple[str, int], ...]
    journeys: JourneyProgram | None = None

    @property
    def concerns_people(self) -> bool:
        """Return whether people have stored roll-ups or calculated attributes."""
        return bool(self.people.empty_values) or any(each.entity == "person" for each in self.rounds.every)

    @property
    def ordered(self) -> bool:
        """Return whether due instants must be evaluated in time order: a decision at one is kept, or read at the next."""
        return self.journeys is not None or bool(self.rounds.every)

    @property
    def windows(self) -> frozenset[int]:
        """Every window, in days."""
        entities = (self.people, self.memberships, self.organisations)
        return frozenset(days for each in entities for statement in each.statements for days in statement.windows)

    @cached_property
    def affected_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths from a changed organisation to those whose criteria read it.

        Each hop leads to `children`, to `parents`, or to organisations `sharing` members.
        """
        clauses = self.journeys.journeys.clauses if self.journeys else ()
        paths = [path for clause in clauses for path in _paths(clause)]
        for one in self.rounds.every:
            # A person is evaluated with each organisation of theirs: only clauses about those lead away.
            skipped = 1 if one.entity == "person" else 0
            paths += [path[skipped:] for clause in one.clauses for path in _paths(clause)]
        reversed_paths = {tuple(_REVERSED[to] for to in reversed(path) if to in _REVERSED) for path in paths}
        return tuple(sorted(reversed_paths - {()}))

    @property
    def pending_definitions(self) -> list[tuple[str, str, int]]:
        """The definitions not yet evaluated for every node: the query that marks one as evaluated, its key, and since when."""
        calculated = self.journeys.pending if self.journeys else ()
        stages = self.journeys.stale if self.journeys else ()
        attributes = [("rollups/mark_evaluated", *each) for each in (*self.pending, *calculated)]
        return attributes + [("journey/mark_evaluated", *each) for each in stages]


def _paths(clause: Clause, before: tuple[Relation, ...] = ()) -> Iterator[tuple[Relation, ...]]:
    """The paths from the subject of a clause to each of the others that it is about."""
    if isinstance(clause, Quantified):
        before = (*before, clause.to)
        yield before
    for child in children(clause):
        yield from _paths(child, before)


def compile_program(
    stored: Sequence[StoredRollUp],
    catalogue: Catalogue,
    version: int,
    journeys: JourneyProgram | None = None,
    calculated: Sequence[Calculated] = (),
) -> Program:
    """Return the program for the roll-ups in use, calculated attributes of people and memberships, and journeys.

    A roll-up that makes no sense any more has no value, and the log says why.
    """
    in_use = [each for each in stored if not each.removed]
    valid = [each for each in in_use if _is_valid(each, catalogue)]
    member_attributes = [each for each in calculated if not each.removed and each.entity != "organisation"]
    over_hierarchy = [each for each in valid if each.include_descendants]
    definitions: list[StoredRollUp | Calculated] = [*in_use, *member_attributes]
    return Program(
        _entity_roll_ups(in_use, valid, "person", catalogue),
        _entity_roll_ups(in_use, valid, "membership", catalogue),
        _entity_roll_ups(in_use, valid, "organisation", catalogue),
        compile_rounds(member_attributes, catalogue),
        counts_hierarchy=bool(over_hierarchy),
        reads_people_below=any(_reads_people(each, catalogue) for each in over_hierarchy),
        version=version,
        pending=tuple((each.key, each.stale_since) for each in definitions if each.stale_since is not None),
        journeys=journeys,
    )


def _entity_roll_ups(
    in_use: Sequence[StoredRollUp], valid: Sequence[StoredRollUp], entity: Entity, catalogue: Catalogue
) -> EntityRollUps:
    chosen = [each for each in valid if each.entity == entity]
    without_value = {each.property: None for each in in_use if each.entity == entity and each not in chosen}
    empty_values = {each.property: each.roll_up.record.empty_value for each in chosen}
    time_dependent = [each for each in chosen if not each.roll_up.is_time_independent]
    return EntityRollUps(
        tuple(compile_set(chosen, entity, catalogue)),
        tuple(compile_set(time_dependent, entity, catalogue)),
        {**empty_values, **without_value},
        frozenset(each.property for each in chosen if each.roll_up.is_time_independent),
        frozenset(each.property for each in chosen if each.stale_since is not None),
    )


def _is_valid(each: StoredRollUp, catalogue: Catalogue) -> bool:
    """Return whether a roll-up can still be computed: the type of its attribute may have widened to text since (F5)."""
    try:
        validate(each.roll_up, each.entity, catalogue)
    except UserMistake as mistake:
        _log.warning("roll-up %s has no value: %s", each.key, mistake)
        return False
    return True


def _reads_people(each: StoredRollUp, catalogue: Catalogue) -> bool:
    """Return whether it may read computed values of people and memberships."""
    target = target_of(each.roll_up, catalogue)
    reads_target = target is not None and (target.level == "membership" or target.definition.origin in COMPUTED)
    return each.roll_up.where is not None or reads_target
