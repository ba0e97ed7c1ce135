"""The implementation as the simulation calls it: compiled once for each state of the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.criteria.snapshots import ClauseAnswer, Snapshot
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import Decision, StepTime, step
from graph.journey.definitions.definition import Journey, Stage
from tests.graph.journey.oracle import generated
from tests.graph.journey.rules import Rule
from tests.graph.journey.simulation import Answers, Asked
from tests.graph.journey.worlds import INGESTED, catalogue, rules_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_python(name: str, value: Any) -> Any:
    """Instants are datetimes where the step takes and gives values."""
    if value is None or isinstance(value, bool) or INGESTED.get(name, "datetime") != "datetime":
        return value
    return _EPOCH + timedelta(milliseconds=value)


class Implementation:
    """Decides by `step`; what is about events and members is answered from the world."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        """`stages`: every one that will be asked about, in every version."""
        self._catalogue = catalogue(stages)
        self._programs: dict[int, tuple[tuple[Journey, ...], CompiledJourneys]] = {}
        self._answers = Answers()
        rules = [rule for stage in stages for rule in rules_of(stage)]
        self._clauses: dict[str, Rule] = {str(clause): clause for rule in rules for clause in rule.clauses()}

    def __call__(self, asked: Asked) -> tuple[Sequence[Stay], int | None]:
        decided = self.step(asked)
        self._is_consistent(asked, decided)
        return decided.stays, decided.due

    def step(self, asked: Asked) -> Decision:
        program = self._program(asked)
        values = {name: as_python(name, value) for name, value in asked.organisation.values.items()}
        answers = {
            clause: ClauseAnswer(*self._answers.ask(asked.organisation, self._clauses[clause.text], asked.now))
            for clause in program.clauses
        }
        known = Snapshot({name: value for name, value in values.items() if name in program.properties}, answers)
        at = StepTime(asked.now, asked.facts, asked.stated_at)
        return step(program, known, asked.stays, at, backfilled=asked.backfilled)

    def _program(self, asked: Asked) -> CompiledJourneys:
        if id(asked.journeys) not in self._programs:
            stages = {stage.key: stage for journey in asked.journeys for stage in journey.stages}
            earlier = {(key, n): stage for (key, n), stage in asked.versions.items() if n <= stages[key].version}
            program = compile_journeys(asked.journeys, earlier, self._catalogue)
            self._programs[id(asked.journeys)] = (asked.journeys, program)
        return self._programs[id(asked.journeys)][1]

    @staticmethod
    def _is_consistent(asked: Asked, decided: Decision) -> None:
        """Check that the changed stays did change, and that generated values follow from the stays (J10)."""
        before = {each.identity: each for each in asked.stays}
        after = {each.identity: each for each in decided.stays}
        changed = {each.identity: each for each in decided.changed}
        assert changed == {key: stay for key, stay in after.items() if before.get(key) != stay}
        begun = [
            replace(journey, stages=tuple(each for each in journey.stages if each.status != "DRAFT"))
            for journey in asked.journeys
        ]
        expected = generated(begun, decided.stays)
        # a stage that was never entered generates nothing, and no value of a membership means that there is none
        absent = {name: False if name.startswith("currently_member_of_") else None for name in expected}
        given = {name: decided.generated.get(name, absent[name]) for name in expected}
        assert given == {name: as_python(name, value) for name, value in expected.items()}
