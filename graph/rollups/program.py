"""Everything that evaluating organisations takes, compiled once for one state of the definitions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from graph.errors import UserMistake
from graph.rollups.checking import target_of, validate
from graph.rollups.columns import SetStatement
from graph.rollups.setwise import compile_set

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.journey.deciding import JourneyProgram
    from graph.rollups.definition import StoredRollUp

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


@dataclass(frozen=True)
class Program:
    """What is worked out, memberships first: an organisation's roll-up may read what its memberships have.

    `version` is that of the definitions. `upward`: an organisation's values depend on those below it. `twice`: on what is worked out for memberships there.
    `fresh` are the roll-ups that not every organisation has its value of. `journeys` are taken along in the same step.
    """

    memberships: Part
    organisations: Part
    upward: bool
    twice: bool
    version: int
    fresh: tuple[StoredRollUp, ...]
    journeys: JourneyProgram | None = None

    @property
    def windows(self) -> frozenset[int]:
        """Every window, in days."""
        both = (*self.memberships.statements, *self.organisations.statements)
        return frozenset(days for statement in both for days in statement.windows)

    @property
    def unsettled(self) -> list[tuple[str, str, int]]:
        """What not every organisation was looked at for: the query that says it was, its key, and since when."""
        rolled_up = [(each.key, each.stale_since) for each in self.fresh if each.stale_since is not None]
        calculated = self.journeys.fresh if self.journeys else ()
        stages = self.journeys.stale if self.journeys else ()
        attributes = [("rollups/settle", *each) for each in (*rolled_up, *calculated)]
        return attributes + [("journey/settle", *each) for each in stages]


def compile_program(
    stored: Sequence[StoredRollUp], catalogue: Catalogue, version: int, journeys: JourneyProgram | None = None
) -> Program:
    """The program for the roll-ups in use, and the journeys that take them along. One that stopped making sense has no value, and the log says why."""
    usable = [each for each in stored if not each.removed]
    sound = [each for each in usable if _sound(each, catalogue)]
    deep = any(each.include_descendants for each in sound)
    return Program(
        _part(usable, sound, "membership", catalogue),
        _part(usable, sound, "organisation", catalogue),
        upward=deep,
        twice=deep and any(_reads_membership(each, catalogue) for each in sound if each.include_descendants),
        version=version,
        fresh=tuple(each for each in usable if each.stale_since is not None),
        journeys=journeys,
    )


def _part(
    usable: Sequence[StoredRollUp],
    sound: Sequence[StoredRollUp],
    entity: Literal["organisation", "membership"],
    catalogue: Catalogue,
) -> Part:
    mine = [each for each in sound if each.entity == entity]
    unknown = {each.property: None for each in usable if each.entity == entity and each not in mine}
    nothing = {each.property: each.roll_up.nothing for each in mine}
    fresh = frozenset(each.property for each in mine if each.stale_since is not None)
    lasting = frozenset(each.property for each in mine if each.roll_up.lasts)
    passing = [each for each in mine if not each.roll_up.lasts]
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


def _reads_membership(each: StoredRollUp, catalogue: Catalogue) -> bool:
    target = target_of(each.roll_up, catalogue)
    return each.roll_up.where is not None or (target is not None and target.level == "membership")
