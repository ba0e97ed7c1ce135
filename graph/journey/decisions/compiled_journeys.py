"""Journeys compiled for steps: every criterion as a function, in every version under which a stay may have begun."""

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
from graph.journey.definitions.generated import GeneratedNames, generated_names

__all__ = ["CompiledJourneys", "CompiledObjective", "CompiledStage", "StageRules", "compile_journeys"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CompiledObjective:
    """An objective with its criteria as functions. Its key and flags are copied: steps read them often."""

    key: str
    counts: bool
    manual: bool
    after: tuple[str, ...]
    criteria: Closure | None
    applies: Closure | None


@dataclass(frozen=True)
class StageRules:
    """The compiled rules of one version of a stage."""

    stage: Stage
    entry: Closure
    exit: Closure | None
    completed: Closure | None
    objectives: tuple[CompiledObjective, ...]

    @cached_property
    def behaviour(self) -> ExitBehaviour:
        """The behaviour of its exit mode."""
        return self.stage.exit.behaviour

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all objectives."""
        return frozenset(each.key for each in self.objectives)

    @cached_property
    def counting(self) -> frozenset[str]:
        """The keys of the objectives that count for completion."""
        return frozenset(each.key for each in self.objectives if each.counts)

    @cached_property
    def closures(self) -> tuple[Closure, ...]:
        """Every criterion of the stage and its objectives."""
        objective_closures = [closure for each in self.objectives for closure in (each.criteria, each.applies)]
        return tuple(each for each in (self.entry, self.exit, self.completed, *objective_closures) if each is not None)


@dataclass(frozen=True)
class CompiledStage:
    """A stage, its rules now, and the rules of stays that began under earlier versions.

    `current` is None for a stage that moves no organisation. `objective_names` cover the objectives of all versions.
    """

    stage: Stage
    exclusive: bool
    names: GeneratedNames
    objective_names: Mapping[str, GeneratedNames]
    current: StageRules | None
    earlier: Mapping[int, StageRules]

    @cached_property
    def key(self) -> str:
        """The stage's key."""
        return self.stage.key

    @cached_property
    def is_active(self) -> bool:
        """True if it moves organisations: it is LIVE, and its criteria still parse."""
        return self.stage.is_live and self.current is not None

    @property
    def rules_now(self) -> StageRules:
        """The rules of stays that begin now."""
        assert self.current is not None, "only live stages are asked for their rules"
        return self.current

    def rules_for(self, version: int) -> StageRules:
        """Return the rules for a stay that began under a version (J9)."""
        return self.earlier.get(version, self.rules_now)


@dataclass(frozen=True)
class CompiledJourneys:
    """Every stage in the order of evaluation (J2), and in the order of entry, exclusive journeys backwards.

    `calculations` are the calculated attributes in their order of evaluation.
    """

    stages: tuple[CompiledStage, ...]
    entering: tuple[CompiledStage, ...]
    by_key: Mapping[str, CompiledStage] = field(repr=False)
    calculations: tuple[Calculation, ...] = ()

    @cached_property
    def passes(self) -> int:
        """The most passes of a step: each stage moves twice, each objective applies and completes.

        Only definitions that contradict themselves would need more, and would never end.
        """
        return 3 + sum(2 + 2 * len(each.objective_names) for each in self.stages)

    @cached_property
    def generated(self) -> dict[str, str]:
        """The properties that stages and objectives generate, with their types."""
        names = [one for each in self.stages for one in (each.names, *each.objective_names.values())]
        return {
            name: "boolean" if field == "member" else "datetime" for one in names for field, name in vars(one).items()
        }

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties of an organisation that criteria read, with their types; generated ones are among them."""
        return {name: kind for each in self._readers() for name, kind in each.properties.items()}

    @cached_property
    def clauses(self) -> frozenset[Clause]:
        """The clauses that only the graph can answer: counts of events, conditions on members, parents, children."""
        return frozenset(clause for each in self._readers() for clause in each.clauses)

    @cached_property
    def following(self) -> tuple[Calculation, ...]:
        """The calculated attributes that a move may change: they read generated values, or each other."""
        moving, found = set(self.generated), []
        for each in self.calculations:
            if moving & each.properties.keys():
                moving.add(each.property)
                found.append(each)
        return tuple(found)

    def _readers(self) -> Iterable[Closure | Calculation]:
        yield from self.calculations
        for each in self.stages:
            if each.is_active:
                for rules in (each.rules_now, *each.earlier.values()):
                    yield from rules.closures


def compile_journeys(
    journeys: Sequence[Journey],
    versions: Mapping[tuple[str, int], Stage],
    catalogue: Catalogue,
    calculated: Sequence[Calculated] = (),
) -> CompiledJourneys:
    """Return the journeys compiled for steps, drafts left out.

    `versions` are the earlier versions by stage and number. `calculated` are the calculated attributes that steps evaluate.
    A live stage with a criterion that no longer parses moves no organisation, and the log says why.
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
    return CompiledJourneys(tuple(stages), tuple(entering), {each.key: each for each in stages}, calculations)


@dataclass(frozen=True)
class _Compiler:
    catalogue: Catalogue
    known: dict[str, Closure]
    """Criteria by text: many stages share one."""

    def stage(self, stage: Stage, exclusive: bool, versions: Mapping[tuple[str, int], Stage]) -> CompiledStage:
        kept = {number: version for (key, number), version in versions.items() if key == stage.key}
        keys = [each.key for one in (stage, *kept.values()) for each in one.objectives]
        names = {key: generated_names(key, "objective") for key in keys}
        current, earlier = self.parsing_rules(stage, kept) if stage.is_live else (None, {})
        return CompiledStage(stage, exclusive, generated_names(stage.key, "stage"), names, current, earlier)

    def parsing_rules(
        self, stage: Stage, versions: Mapping[int, Stage]
    ) -> tuple[StageRules | None, dict[int, StageRules]]:
        """Return the rules now and of earlier versions, without those whose criteria no longer parse."""
        try:
            current = self.rules(stage)
        except CriteriaError as mistake:
            _log.warning("stage %s moves no organisation: %s", stage.key, mistake)
            return None, {}
        earlier: dict[int, StageRules] = {}
        for number, kept in versions.items():
            try:
                if number != stage.version:
                    earlier[number] = self.rules(stage.for_stay(kept))
            except CriteriaError as mistake:
                _log.warning("stays of stage %s version %d follow its current rules: %s", stage.key, number, mistake)
        return current, earlier

    def rules(self, stage: Stage) -> StageRules:
        entry = self.closure(stage.entry)
        assert entry is not None
        objectives = tuple(self.objective(each) for each in stage.objectives)
        return StageRules(
            stage, entry, self.closure(stage.exit.criteria), self.closure(stage.exit.completed_when), objectives
        )

    def objective(self, objective: Objective) -> CompiledObjective:
        return CompiledObjective(
            objective.key,
            objective.counts,
            objective.manual,
            objective.after,
            self.closure(objective.criteria),
            self.closure(objective.applies_to),
        )

    def closure(self, text: str | None) -> Closure | None:
        if text is None:
            return None
        if text not in self.known:
            self.known[text] = compile_closure(parse(text, subject="organisation", catalogue=self.catalogue))
        return self.known[text]
