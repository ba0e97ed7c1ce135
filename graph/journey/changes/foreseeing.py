"""What a change of a stage does at once to who is in it and who is not, before it is made (J9).

Who is inside is taken through the step itself (J1), without writing anything, under the stage as it is and as it would
be; who would enter is asked of everybody else. Only what the change itself does is told.
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
from graph.journey.reports.visits import Visit, latest

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["Foreseen", "NeedsConfirmation", "foresee", "inside", "newcomers"]

_BATCH = 500
_FEWEST = 5
"""A stage with fewer inside is weighed as one with so many: a single organisation never needs to be confirmed."""


@dataclass(frozen=True)
class Foreseen:
    """Ids of the organisations that a change moves at once, in order; `stranded` are those that could never leave again by themselves.

    `occupants` is how many are inside. `resumes`: the stage was paused, and what is told is what fell due meanwhile.
    """

    occupants: int
    leaving: tuple[str, ...] = ()
    stranded: tuple[str, ...] = ()
    entering: tuple[str, ...] = ()
    resumes: bool = False

    @property
    def grave(self) -> bool:
        """Whether it strands or floods: more than a fifth of the occupants. On resuming who leaves is no surprise."""
        concerned = (self.entering,) if self.resumes else (self.leaving, self.stranded, self.entering)
        return any(5 * len(each) > max(self.occupants, _FEWEST) for each in concerned)


class NeedsConfirmation(UserMistake):
    """A change that strands or floods, not made yet; `changes` says of each stage whom it concerns, by the stage's key."""

    def __init__(self, changes: Mapping[str, Foreseen]) -> None:
        """Say what it would do to the stages that it strands or floods."""
        said = "; ".join(_said(stage, foreseen) for stage, foreseen in changes.items() if foreseen.grave)
        super().__init__(
            "CONFIRMATION_NEEDED",
            f"{said}: more than a fifth.",
            "confirm",
            hint="Nothing is changed. Confirm to change it.",
        )
        self.changes = dict(changes)


def _said(stage: str, foreseen: Foreseen) -> str:
    return (
        f"of {foreseen.occupants} in stage {stage!r}, {len(foreseen.leaving)} would leave at once and "
        f"{len(foreseen.stranded)} could never leave; {len(foreseen.entering)} would enter at once"
    )


async def foresee(graph: Graph, library: Library, catalogue: Catalogue, stage: Stage, now: int) -> Foreseen | None:
    """What it does at `now` (epoch milliseconds) that `stage` takes the place of what it is; None where that moves nobody.

    A paused stage that is changed is looked at as if it were live: what the change does then comes with resuming.
    """
    known = library.stage(stage.key)
    if known is None or not {known.status, stage.status} <= {"LIVE", "PAUSED"}:
        return None
    resumes = (known.status, stage.status) == ("PAUSED", "LIVE")
    if not resumes and known.to_json() == stage.to_json():
        return None
    foresight = _Foresight(graph, library, catalogue, now, await visits_of(graph, stage.key))
    if resumes:
        return await foresight.resumed(stage)
    before, after = replace(known, status="LIVE"), replace(stage, status="LIVE", version=known.version + 1)
    return await foresight.changed(before, after)


def inside(visits: Iterable[Visit]) -> frozenset[str]:
    """Who of a stage's visitors is in it."""
    return frozenset(each.organisation for each in visits if each.stay.open)


def newcomers(stage: Stage, visits: Sequence[Visit], matching: Iterable[str], now: int) -> frozenset[str]:
    """Of those who match a stage, who is not inside and may enter it, for the first time or again (J4, J7)."""
    last = {each.organisation: each.stay for each in latest(visits)}
    may = (id for id in matching if id not in last or may_return(stage.reentry, last[id], now))
    return frozenset(may) - inside(visits)


@dataclass(frozen=True)
class _Under:
    """What becomes of those inside under a stage: who has left after a step, and who never could."""

    gone: frozenset[str]
    stuck: frozenset[str]


@dataclass(frozen=True)
class _Foresight:
    graph: Graph
    library: Library
    catalogue: Catalogue
    now: int
    visits: Sequence[Visit]

    @cached_property
    def inside(self) -> frozenset[str]:
        """Who is in the stage."""
        return inside(self.visits)

    async def resumed(self, stage: Stage) -> Foreseen:
        """What fell due while the stage was paused."""
        leaving, entering = (await self._under(stage)).gone, await self._would_enter(stage)
        return Foreseen(len(self.inside), _sorted(leaving), (), _sorted(entering), resumes=True)

    async def changed(self, before: Stage, after: Stage) -> Foreseen:
        """What the change does that would not happen without it."""
        leaving = stranded = entering = frozenset[str]()
        # Open stays keep their rules: of a change only objectives added or taken out reach them (J9).
        if _keys(before) != _keys(after):
            without, with_it = await self._under(before), await self._under(after)
            leaving, stranded = with_it.gone - without.gone, with_it.stuck - without.stuck
        if (before.entry, before.reentry) != (after.entry, after.reentry):
            entering = await self._would_enter(after) - await self._would_enter(before)
        return Foreseen(len(self.inside), _sorted(leaving), _sorted(stranded), _sorted(entering))

    # ------------------------------------------------------------ who is inside

    async def _under(self, stage: Stage) -> _Under:
        """Take everybody inside through a step. Calculated attributes are read as they are stored."""
        catalogue = Catalogue((*self.catalogue.definitions, *generated_definitions(stage)))
        program = compile_journey_program(self.library.having(stage), catalogue)
        assert program is not None, "there is at least this stage"
        compiled, hopeless = program.journeys.by_key[stage.key], self._hopeless(stage)
        ids, gone, stuck = sorted(self.inside), set(), set()
        for start in range(0, len(ids), _BATCH):
            at = {id: StepTime(self.now) for id in ids[start : start + _BATCH]}
            for id, decided in (await simulate(self.graph.query, program, at, self.now)).items():
                mine = [each for each in decided.stays if each.stage == stage.key and each.open]
                if not mine:
                    gone.add(id)
                elif any(_waits_for_ever(each, compiled.rules_for(each.version), hopeless) for each in mine):
                    stuck.add(id)
        return _Under(frozenset(gone), frozenset(stuck))

    def _hopeless(self, stage: Stage) -> frozenset[str]:
        """The objectives that nobody can complete."""
        read = {each.key: each.criteria for each in stage.objectives if each.counts and each.criteria is not None}
        return frozenset(key for key, text in read.items() if self._impossible(text))

    def _impossible(self, criteria: str) -> bool:
        try:
            return impossible(parse(criteria, subject="organisation", catalogue=self.catalogue).root)
        except CriteriaError:  # it names something of the objective itself, or stopped making sense: left to `checking`
            return False

    # ------------------------------------------------------------ who is not

    async def _would_enter(self, stage: Stage) -> frozenset[str]:
        """Who is not inside, matches now, and may enter (J4, J7)."""
        matching = await matching_ids(self.graph, stage.entry, self.catalogue, self.now)
        return newcomers(stage, self.visits, matching, self.now) - await self._ahead(stage)

    async def _ahead(self, stage: Stage) -> frozenset[str]:
        """Who is in a stage of an exclusive journey that outranks this one."""
        journey = next(each for each in self.library.having(stage).journeys if each.key == stage.journey)
        if not journey.exclusive:
            return frozenset()
        others = [each.key for each in journey.stages if each.key != stage.key and each.position >= stage.position]
        rows = await self.graph.query(queries.text("journey/inside"), {"stages": others})
        return frozenset(rows[0]["ids"])


def _waits_for_ever(stay: Stay, rules: StageRules, hopeless: frozenset[str]) -> bool:
    """Whether a stay ends with its objectives alone, and none applies or one can never be complete (J5)."""
    awaited = stay.applicable & rules.counting
    return rules.stage.exit.behaviour.needs_objectives and (
        not awaited or bool(awaited & hopeless - stay.achieved.keys())
    )


def _sorted(ids: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))


def _keys(stage: Stage) -> set[str]:
    return {each.key for each in stage.objectives}
