"""Everything that evaluating organisations and people takes, compiled once for one state of the definitions."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.attributes.catalogue import COMPUTED
from graph.criteria.tree import Clause, Quantified, children
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

__all__ = ["Part", "Program", "compile_program"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """The roll-ups of one entity: statements, and by property the value of nothing (R1).

    `passing` are statements for what time alone may change, and `lasting` the properties of the others: where no fact has
    come, those are as they were. `fresh` are the properties that may still hold what an earlier definition gave, of
    whatever type.
    """

    statements: tuple[SetStatement, ...]
    passing: tuple[SetStatement, ...]
    nothing: dict[str, Any]
    lasting: frozenset[str]
    fresh: frozenset[str]

    @cached_property
    def instants(self) -> frozenset[str]:
        """The properties whose values are instants, epoch milliseconds with us: the driver's take a hundred times as long."""
        columns = (column for statement in self.statements for column in statement.columns)
        return frozenset(column.property for column in columns if column.in_milliseconds)

    @cached_property
    def asked(self) -> dict[str, list[str]]:
        """The properties to read before they are written, as the statements that do so take them."""
        plain = [name for name in self.nothing if name not in self.instants]
        return {"names": plain, "instants": sorted(self.instants - self.fresh)}

    @cached_property
    def read(self) -> list[str]:
        """The properties that were asked for, in the order of their values."""
        return [*self.asked["names"], *self.asked["instants"]]


_SEEN_FROM = {"parent": "children", "child": "parents", "organisation": "sharing"}


@dataclass(frozen=True)
class Program:
    """What is worked out, people and memberships first: an organisation's roll-up may read what those have.

    `version` is that of the definitions. `upward`: an organisation's values depend on those below it. `twice`: on what is worked out for people there.
    `rounds` are the calculated attributes of people and memberships. `fresh` are the keys of all that not everyone has its value of,
    with the instants of their change in epoch milliseconds. `journeys` are taken along in the same step.
    """

    people: Part
    memberships: Part
    organisations: Part
    rounds: Rounds
    upward: bool
    twice: bool
    version: int
    fresh: tuple[tuple[str, int], ...]
    journeys: JourneyProgram | None = None

    @property
    def concerns_people(self) -> bool:
        """Whether anything is worked out for people."""
        return bool(self.people.nothing) or any(each.entity == "person" for each in self.rounds.every)

    @property
    def ordered(self) -> bool:
        """Whether it matters in which order instants are taken: what is decided at one is kept, or read at the next."""
        return self.journeys is not None or bool(self.rounds.every)

    @property
    def windows(self) -> frozenset[int]:
        """Every window, in days."""
        parts = (self.people, self.memberships, self.organisations)
        return frozenset(days for part in parts for statement in part.statements for days in statement.windows)

    @cached_property
    def reach(self) -> tuple[tuple[str, ...], ...]:
        """The ways to those whom a change of one organisation concerns besides: from one to its `children`, `parents`, or those `sharing` members."""
        ways = [way for clause in (self.journeys.journeys.clauses if self.journeys else ()) for way in _ways(clause)]
        for one in self.rounds.every:
            # A person is evaluated with each organisation of theirs: only what is asked of those leads away.
            near = 1 if one.entity == "person" else 0
            ways += [way[near:] for clause in one.clauses for way in _ways(clause)]
        back = {tuple(_SEEN_FROM[to] for to in reversed(way) if to in _SEEN_FROM) for way in ways}
        return tuple(sorted(back - {()}))

    @property
    def unsettled(self) -> list[tuple[str, str, int]]:
        """What not everyone was looked at for: the query that says they were, its key, and since when."""
        calculated = self.journeys.pending if self.journeys else ()
        stages = self.journeys.stale if self.journeys else ()
        attributes = [("rollups/settle", *each) for each in (*self.fresh, *calculated)]
        return attributes + [("journey/settle", *each) for each in stages]


def _ways(clause: Clause, behind: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The steps that lead from whom a clause is about to each of those of whom it asks something."""
    if isinstance(clause, Quantified):
        behind = (*behind, clause.to)
        yield behind
    for child in children(clause):
        yield from _ways(child, behind)


def compile_program(
    stored: Sequence[StoredRollUp],
    catalogue: Catalogue,
    version: int,
    journeys: JourneyProgram | None = None,
    calculated: Sequence[Calculated] = (),
) -> Program:
    """The program for the roll-ups in use, what is calculated of people and memberships, and the journeys that take them along.

    A roll-up that stopped making sense has no value, and the log says why.
    """
    usable = [each for each in stored if not each.removed]
    sound = [each for each in usable if _sound(each, catalogue)]
    mine = [each for each in calculated if not each.removed and each.entity != "organisation"]
    deep = [each for each in sound if each.include_descendants]
    stale: list[StoredRollUp | Calculated] = [*usable, *mine]
    return Program(
        _part(usable, sound, "person", catalogue),
        _part(usable, sound, "membership", catalogue),
        _part(usable, sound, "organisation", catalogue),
        compile_rounds(mine, catalogue),
        upward=bool(deep),
        twice=any(_reads_people(each, catalogue) for each in deep),
        version=version,
        fresh=tuple((each.key, each.stale_since) for each in stale if each.stale_since is not None),
        journeys=journeys,
    )


def _part(
    usable: Sequence[StoredRollUp],
    sound: Sequence[StoredRollUp],
    entity: Entity,
    catalogue: Catalogue,
) -> Part:
    mine = [each for each in sound if each.entity == entity]
    unknown = {each.property: None for each in usable if each.entity == entity and each not in mine}
    nothing = {each.property: each.roll_up.record.empty_value for each in mine}
    fresh = frozenset(each.property for each in mine if each.stale_since is not None)
    lasting = frozenset(each.property for each in mine if each.roll_up.is_time_independent)
    passing = [each for each in mine if not each.roll_up.is_time_independent]
    statements, by_time = (tuple(compile_set(each, entity, catalogue)) for each in (mine, passing))
    return Part(statements, by_time, {**nothing, **unknown}, lasting, fresh)


def _sound(each: StoredRollUp, catalogue: Catalogue) -> bool:
    """Whether a roll-up can be worked out still: the type of what it sums may have widened to text since (F5)."""
    try:
        validate(each.roll_up, each.entity, catalogue)
    except UserMistake as mistake:
        _log.warning("roll-up %s has no value: %s", each.key, mistake)
        return False
    return True


def _reads_people(each: StoredRollUp, catalogue: Catalogue) -> bool:
    """Whether it may read what is worked out for people and memberships."""
    target = target_of(each.roll_up, catalogue)
    own = target is not None and (target.level == "membership" or target.definition.origin in COMPUTED)
    return each.roll_up.where is not None or own
