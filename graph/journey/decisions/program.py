"""Journeys compiled for evaluation: every criterion ready to be asked, every version that a stay may have begun under."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from graph.attributes.catalogue import Catalogue
from graph.calculated.definition import Calculated, Calculation, compile_calculations
from graph.criteria import Closure, CriteriaError, compile_closure, parse
from graph.criteria.tree import Clause
from graph.journey.definitions.definition import Journey, Objective, Stage
from graph.journey.definitions.exits import ExitBehaviour
from graph.journey.definitions.generated import Names, names_of

__all__ = ["CompiledStage", "Goal", "Journeys", "Rules", "compile_journeys"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Goal:
    """An objective with its criteria compiled, and the attributes it generates."""

    objective: Objective
    criteria: Closure | None
    applies: Closure | None
    names: Names

    @property
    def key(self) -> str:
        """The objective's key."""
        return self.objective.key


@dataclass(frozen=True)
class Rules:
    """What holds for the stays of one version of a stage."""

    stage: Stage
    entry: Closure
    exit: Closure | None
    completed: Closure | None
    goals: tuple[Goal, ...]

    @cached_property
    def behaviour(self) -> ExitBehaviour:
        """What its exit mode does."""
        return self.stage.exit.behaviour

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every objective."""
        return frozenset(each.key for each in self.goals)

    @cached_property
    def counting(self) -> frozenset[str]:
        """The objectives that count for completion."""
        return frozenset(each.key for each in self.goals if each.objective.counts)

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """Every criterion."""
        of_goals = [closure for each in self.goals for closure in (each.criteria, each.applies)]
        return tuple(each for each in (self.entry, self.exit, self.completed, *of_goals) if each is not None)


@dataclass(frozen=True)
class CompiledStage:
    """A stage, its rules now, and the rules of stays that began under earlier versions.

    `current` is None for a stage that moves nobody.
    """

    stage: Stage
    exclusive: bool
    names: Names
    goal_names: Mapping[str, Names]
    current: Rules | None
    earlier: Mapping[int, Rules]

    @property
    def key(self) -> str:
        """The stage's key."""
        return self.stage.key

    @property
    def live(self) -> bool:
        """Whether it moves anybody: it is LIVE, and its criteria make sense still."""
        return self.stage.status == "LIVE" and self.current is not None

    @property
    def now(self) -> Rules:
        """The rules for whoever enters now."""
        assert self.current is not None, "only stages that move anybody are asked for their rules"
        return self.current

    def rules(self, version: int) -> Rules:
        """The rules for a stay that began under a version (J9)."""
        return self.earlier.get(version, self.now)


@dataclass(frozen=True)
class Journeys:
    """Every stage in the order of evaluation (J2), and in the order of entry, exclusive journeys backwards.

    `calculations` are the calculated attributes in the order in which they are worked out.
    """

    stages: tuple[CompiledStage, ...]
    entering: tuple[CompiledStage, ...]
    by_key: Mapping[str, CompiledStage] = field(repr=False)
    calculations: tuple[Calculation, ...] = ()

    @cached_property
    def passes(self) -> int:
        """How often a step goes round at most: each stage moves twice, each objective applies and completes.

        Only definitions that contradict themselves would go on for ever.
        """
        return 3 + sum(2 + 2 * len(each.goal_names) for each in self.stages)

    @cached_property
    def generated(self) -> dict[str, str]:
        """The properties that stages and objectives generate, with their types."""
        names = [one for each in self.stages for one in (each.names, *each.goal_names.values())]
        return {
            name: "boolean" if field == "member" else "datetime" for one in names for field, name in vars(one).items()
        }

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties of an organisation that criteria read, with their types; what stages generate is among them."""
        return {name: kind for each in self._asked() for name, kind in each.properties.items()}

    @cached_property
    def clauses(self) -> frozenset[Clause]:
        """What has to be met in the graph: counts of events, conditions on members, parents, children."""
        return frozenset(clause for each in self._asked() for clause in each.clauses)

    @cached_property
    def following(self) -> tuple[Calculation, ...]:
        """The calculated attributes that a move may change: those that read, of each other too, what stages generate."""
        moving, found = set(self.generated), []
        for each in self.calculations:
            if moving & each.properties.keys():
                moving.add(each.property)
                found.append(each)
        return tuple(found)

    def _asked(self) -> Iterable[Closure | Calculation]:
        yield from self.calculations
        for each in self.stages:
            if each.live:
                for rules in (each.now, *each.earlier.values()):
                    yield from rules.closures


def compile_journeys(
    journeys: Sequence[Journey],
    versions: Mapping[tuple[str, int], Stage],
    catalogue: Catalogue,
    calculated: Sequence[Calculated] = (),
) -> Journeys:
    """The journeys, ready for steps; `versions` are the remembered earlier ones, by stage and number.

    `calculated` are the calculated attributes that steps work out.

    Drafts are left out. A live stage with a criterion that stopped making sense moves nobody, and the log says why.
    """
    compiler = _Compiler(catalogue, {})
    stages: list[CompiledStage] = []
    entering: list[CompiledStage] = []
    for journey in sorted(journeys, key=lambda one: one.key):
        begun = [each for each in journey.stages if each.status != "DRAFT"]
        ordered = sorted(begun, key=lambda one: (one.position, one.key))
        compiled = [compiler.stage(each, journey.exclusive, versions) for each in ordered]
        stages += compiled
        entering += reversed(compiled) if journey.exclusive else compiled
    calculations = compile_calculations(calculated, catalogue)
    return Journeys(tuple(stages), tuple(entering), {each.key: each for each in stages}, calculations)


@dataclass(frozen=True)
class _Compiler:
    catalogue: Catalogue
    known: dict[str, Closure]
    """Criteria by text: many stages ask the same."""

    def stage(self, stage: Stage, exclusive: bool, versions: Mapping[tuple[str, int], Stage]) -> CompiledStage:
        mine = {number: kept for (key, number), kept in versions.items() if key == stage.key}
        ever = [each.key for one in (stage, *mine.values()) for each in one.objectives]
        goal_names = {key: names_of(key, "objective") for key in ever}
        current, earlier = self.sound(stage, mine) if stage.status == "LIVE" else (None, {})
        return CompiledStage(stage, exclusive, names_of(stage.key, "stage"), goal_names, current, earlier)

    def sound(self, stage: Stage, versions: Mapping[int, Stage]) -> tuple[Rules | None, dict[int, Rules]]:
        try:
            current = self.rules(stage)
        except CriteriaError as mistake:
            _log.warning("stage %s moves nobody: %s", stage.key, mistake)
            return None, {}
        earlier: dict[int, Rules] = {}
        for number, kept in versions.items():
            try:
                if number != stage.version:
                    earlier[number] = self.rules(stage.for_stay(kept))
            except CriteriaError as mistake:
                _log.warning("stays of stage %s version %d go by its rules of now: %s", stage.key, number, mistake)
        return current, earlier

    def rules(self, stage: Stage) -> Rules:
        goals = tuple(
            Goal(each, self.closure(each.criteria), self.closure(each.applies_to), names_of(each.key, "objective"))
            for each in stage.objectives
        )
        entry = self.closure(stage.entry)
        assert entry is not None
        return Rules(stage, entry, self.closure(stage.exit.criteria), self.closure(stage.exit.completed_when), goals)

    def closure(self, text: str | None) -> Closure | None:
        if text is None:
            return None
        if text not in self.known:
            self.known[text] = compile_closure(parse(text, subject="organisation", catalogue=self.catalogue))
        return self.known[text]
