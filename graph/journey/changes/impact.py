"""The impact of a change of a stage, assessed before it is made: organisations that it moves at once (J9).

Occupants are taken through the step (J1), under the stage before and after the change. Nothing is written. All other
organisations are matched against the entry. The impact is the difference: what would happen anyway is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import queries
from graph.attributes.catalogue import Catalogue
from graph.criteria import CriteriaError, parse
from graph.criteria.contradiction import impossible
from graph.errors import UserMistake
from graph.journey.decisions.batch_step import simulate
from graph.journey.decisions.compiled_journeys import StageRules
from graph.journey.decisions.journey_program import compile_journey_program
from graph.journey.decisions.stay import Stay, may_return
from graph.journey.decisions.step import StepTime
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.stored import Library
from graph.journey.reports.reporting import matching_ids, visits_of
from graph.journey.reports.visits import Visit, latest_visits

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["ChangeImpact", "NeedsConfirmation", "assess_impact", "entrants", "occupants"]

_BATCH = 500
_MIN_OCCUPANTS = 5
"""A stage with fewer occupants is weighed as if it had so many: one organisation alone never needs a confirmation."""


@dataclass(frozen=True)
class ChangeImpact:
    """The organisations that a change moves at once, as ids in order.

    `occupants` is how many are in the stage. `stranded` ones could never leave it by themselves again. `resumes`: the stage
    was paused, and the impact is what fell due meanwhile.
    """

    occupants: int
    leaving: tuple[str, ...] = ()
    stranded: tuple[str, ...] = ()
    entering: tuple[str, ...] = ()
    resumes: bool = False

    @property
    def needs_confirmation(self) -> bool:
        """True if it strands or floods: more than a fifth of the occupants. Leaving on resuming is no surprise."""
        affected = (self.entering,) if self.resumes else (self.leaving, self.stranded, self.entering)
        return any(5 * len(each) > max(self.occupants, _MIN_OCCUPANTS) for each in affected)


class NeedsConfirmation(UserMistake):
    """A change that strands or floods, and is not made yet. `changes` has the impact by stage key."""

    def __init__(self, changes: Mapping[str, ChangeImpact]) -> None:
        """Describe the impact on each stage that the change strands or floods."""
        described = "; ".join(
            _described(stage, impact) for stage, impact in changes.items() if impact.needs_confirmation
        )
        super().__init__(
            "CONFIRMATION_NEEDED",
            f"{described}: more than a fifth.",
            "confirm",
            hint="Nothing is changed. Confirm to change it.",
        )
        self.changes = dict(changes)


def _described(stage: str, impact: ChangeImpact) -> str:
    return (
        f"of {impact.occupants} in stage {stage!r}, {len(impact.leaving)} would leave at once and "
        f"{len(impact.stranded)} could never leave; {len(impact.entering)} would enter at once"
    )


async def assess_impact(
    graph: Graph, library: Library, catalogue: Catalogue, stage: Stage, now: int
) -> ChangeImpact | None:
    """Return the impact of replacing a stage by `stage` at `now` (epoch milliseconds); None if the stage has no effect.

    A paused stage is assessed as if it were live: the impact then comes with resuming.
    """
    known = library.stage(stage.key)
    if known is None or not known.is_active or not stage.is_active:
        return None
    resumes = (known.status, stage.status) == ("PAUSED", "LIVE")
    if not resumes and known.to_json() == stage.to_json():
        return None
    assessment = _Assessment(graph, library, catalogue, now, await visits_of(graph, stage.key))
    if resumes:
        return await assessment.assess_resuming(stage)
    before, after = replace(known, status="LIVE"), replace(stage, status="LIVE", version=known.version + 1)
    return await assessment.assess_change(before, after)


def occupants(visits: Iterable[Visit]) -> frozenset[str]:
    """Return the organisations that are in a stage now, from its visits."""
    return frozenset(each.organisation for each in visits if each.stay.is_open)


def entrants(stage: Stage, visits: Sequence[Visit], matching: Iterable[str], now: int) -> frozenset[str]:
    """Return the `matching` organisations that are not in a stage and may enter it, for the first time or again (J4, J7)."""
    last = {each.organisation: each.stay for each in latest_visits(visits)}
    allowed = (id for id in matching if id not in last or may_return(stage.reentry, last[id], now))
    return frozenset(allowed) - occupants(visits)


@dataclass(frozen=True)
class _Simulated:
    """The occupants that a simulated step moves out, and those that could never leave by themselves."""

    leaving: frozenset[str]
    stranded: frozenset[str]


@dataclass(frozen=True)
class _Assessment:
    graph: Graph
    library: Library
    catalogue: Catalogue
    now: int
    visits: Sequence[Visit]

    @cached_property
    def occupants(self) -> frozenset[str]:
        return occupants(self.visits)

    async def assess_resuming(self, stage: Stage) -> ChangeImpact:
        """Return what fell due while the stage was paused."""
        simulated, entering = await self._simulate(stage), await self._entering(stage)
        return ChangeImpact(len(self.occupants), _sorted(simulated.leaving), (), _sorted(entering), resumes=True)

    async def assess_change(self, before: Stage, after: Stage) -> ChangeImpact:
        """Return what happens with the change and would not happen without it."""
        leaving = stranded = entering = frozenset[str]()
        # Open stays keep their rules. Of a change, only added and removed objectives reach them (J9).
        if _keys(before) != _keys(after):
            before_change, after_change = await self._simulate(before), await self._simulate(after)
            leaving = after_change.leaving - before_change.leaving
            stranded = after_change.stranded - before_change.stranded
        if (before.entry, before.reentry) != (after.entry, after.reentry):
            entering = await self._entering(after) - await self._entering(before)
        return ChangeImpact(len(self.occupants), _sorted(leaving), _sorted(stranded), _sorted(entering))

    # ------------------------------------------------------------ occupants

    async def _simulate(self, stage: Stage) -> _Simulated:
        """Take all occupants through a step. Calculated attributes are read as they are stored."""
        catalogue = Catalogue((*self.catalogue.definitions, *generated_definitions(stage)))
        program = compile_journey_program(self.library.having(stage), catalogue)
        assert program is not None, "there is at least this stage"
        compiled, impossible_keys = program.journeys.by_key[stage.key], self._impossible_objectives(stage)
        ids, leaving, stranded = sorted(self.occupants), set(), set()
        for start in range(0, len(ids), _BATCH):
            times = {id: StepTime(self.now) for id in ids[start : start + _BATCH]}
            for id, decision in (await simulate(self.graph.query, program, times, self.now)).items():
                still_open = [each for each in decision.stays if each.stage == stage.key and each.is_open]
                if not still_open:
                    leaving.add(id)
                elif any(_is_stranded(each, compiled.rules_for(each.version), impossible_keys) for each in still_open):
                    stranded.add(id)
        return _Simulated(frozenset(leaving), frozenset(stranded))

    def _impossible_objectives(self, stage: Stage) -> frozenset[str]:
        """Return the objectives that no organisation can complete."""
        criteria = {each.key: each.criteria for each in stage.objectives if each.counts and each.criteria is not None}
        return frozenset(key for key, text in criteria.items() if self._is_impossible(text))

    def _is_impossible(self, criteria: str) -> bool:
        try:
            return impossible(parse(criteria, subject="organisation", catalogue=self.catalogue).root)
        except CriteriaError:  # It names a value of the objective itself, or no longer parses. `checking` reports that.
            return False

    # ------------------------------------------------------------ entrants

    async def _entering(self, stage: Stage) -> frozenset[str]:
        """Return the organisations that are not in the stage, match now, and may enter (J4, J7)."""
        matching = await matching_ids(self.graph, stage.entry, self.catalogue, self.now)
        return entrants(stage, self.visits, matching, self.now) - await self._kept_out(stage)

    async def _kept_out(self, stage: Stage) -> frozenset[str]:
        """Return the occupants of later stages of an exclusive journey."""
        journey = next(each for each in self.library.having(stage).journeys if each.key == stage.journey)
        if not journey.exclusive:
            return frozenset()
        later = [each.key for each in journey.stages if each.key != stage.key and each.position >= stage.position]
        rows = await self.graph.query(queries.text("journey/inside"), {"stages": later})
        return frozenset(rows[0]["ids"])


def _is_stranded(stay: Stay, rules: StageRules, impossible_keys: frozenset[str]) -> bool:
    """Return whether only objectives can end a stay, and none applies or one is impossible (J5)."""
    required = stay.applicable & rules.counting
    return rules.behaviour.needs_objectives and (
        not required or bool(required & impossible_keys - stay.achieved.keys())
    )


def _sorted(ids: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))


def _keys(stage: Stage) -> set[str]:
    return {each.key for each in stage.objectives}
