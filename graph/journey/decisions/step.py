"""The step: one evaluation of one organisation, a pure function of definitions, what is known, its stays, and an instant (J1).

Incremental evaluation, full evaluation, preview and back-test all take this one. A step goes through objectives, exits
and entries again and again until nothing moves (J2); each move is visible at once to every criterion after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.calculated.definition import Calculation
from graph.clock import from_epoch_ms
from graph.criteria import Known
from graph.journey.decisions.dues import next_due
from graph.journey.decisions.generated_values import of_objective, of_stage
from graph.journey.decisions.program import CompiledStage, Goal, Journeys, Rules
from graph.journey.decisions.stay import Achievement, Stay, all_done, in_order, may_return
from graph.journey.definitions.exits import StayOutcome

__all__ = ["At", "Decided", "step"]


@dataclass(frozen=True)
class At:
    """When a step is taken, in epoch milliseconds.

    `facts` is the commit of the newest fact that the step takes in, None where time alone caused it; `told` is the
    newest `occurredAt` or `observedAt` among those facts (J3).
    """

    now: int
    facts: int | None = None
    told: int | None = None

    @property
    def dated(self) -> int:
        """The date of what the step decides: the commit of its facts, or its due instant (J3)."""
        return self.now if self.facts is None else min(self.facts, self.now)


@dataclass(frozen=True)
class Decided:
    """What a step decided: every stay, those that changed, what stages generate and what is calculated, and when the next step is due (T3).

    A stage in which the organisation never was generates nothing.
    """

    stays: tuple[Stay, ...]
    changed: tuple[Stay, ...]
    generated: dict[str, Any]
    calculated: dict[str, float | None]
    due: int | None


def step(
    program: Journeys, known: Known, stays: Sequence[Stay], at: At, *, backfilled: frozenset[str] = frozenset()
) -> Decided:
    """Decide an organisation's stays at an instant. `backfilled` are stages gone live since its last step (J4)."""
    walk = _Walk(program, Known(dict(known.values), known.met), at, backfilled)
    walk.begin(stays)
    walk.note_late_evidence()
    for _ in range(program.passes):
        if not walk.achieve() | walk.exit() | walk.enter():
            break
    walk.note_entries_gone()
    return walk.decided(stays)


@dataclass
class _Walk:
    """A step under way: stays by stage in their order, and what is known, generated and calculated attributes included."""

    program: Journeys
    known: Known
    at: At
    backfilled: frozenset[str]
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    generated: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, float | None] = field(default_factory=dict)

    def begin(self, stays: Sequence[Stay]) -> None:
        """Take the stays, and say what they generate and what is calculated."""
        for stay in in_order(stays):
            self.stays.setdefault(stay.stage, []).append(stay)
        for stage in self.program.stages:
            if stage.key in self.stays:
                self._unite(stage)
                self._generate(stage)
        self._calculate(self.program.calculations)

    def _unite(self, stage: CompiledStage) -> None:
        """Of organisations that were merged, both in the stage, the stay that began first goes on (I4)."""
        mine = self.stays.get(stage.key, [])
        together = [each for each in mine if each.open]
        if not stage.live or len(together) < 2:
            return
        first, *others = together
        closed = [
            _closed(each, self.at.dated, _outcome(all_done(stage.rules(each.version).counting, each)), "merged")
            for each in others
        ]
        self.stays[stage.key] = in_order((*(each for each in mine if not each.open), *closed, first))

    # ------------------------------------------------------------ what is asked

    def _live(self) -> Iterator[tuple[CompiledStage, Stay, Rules]]:
        """The open stays that may move, with the rules they began under."""
        for stage in self.program.stages:
            stay = self._last(stage)
            if stage.live and stay is not None and stay.open:
                yield stage, stay, stage.rules(stay.version)

    def _last(self, stage: CompiledStage) -> Stay | None:
        mine = self.stays.get(stage.key)
        return mine[-1] if mine else None

    def _keep(self, stage: CompiledStage, stay: Stay) -> None:
        """Put a stay in the place of its former self, and say what follows for criteria."""
        others = (each for each in self.stays.get(stage.key, ()) if each.identity != stay.identity)
        self.stays[stage.key] = in_order((*others, stay))
        self._generate(stage)
        self._calculate(self.program.following)

    def _generate(self, stage: CompiledStage) -> None:
        mine = self.stays.get(stage.key, [])
        values: dict[str, Any] = dict(of_stage(stage.names, mine))
        for key, names in stage.goal_names.items():
            values |= of_objective(key, names, mine)
        for name, value in values.items():
            plain = value is None or value is True or value is False
            self.generated[name] = self.known.values[name] = value if plain else from_epoch_ms(value)

    def _calculate(self, calculations: Sequence[Calculation]) -> None:
        """Work out calculated attributes anew, each after those that it reads."""
        for each in calculations:
            value = each.value(self.known, self.at.now)
            self.calculated[each.property] = self.known.values[each.property] = value

    # ------------------------------------------------------------ objectives

    def achieve(self) -> bool:
        """Look at the objectives of every open stay; true where one was achieved or ceased or began to apply (J8)."""
        moved = False
        for stage, stay, rules in list(self._live()):
            moved |= self._drop_removed(stage, stay, rules)
            for goal in rules.goals:
                before = self._last(stage) or stay
                after = self._looked_at(stage, before, goal, rules)
                if after != before:
                    self._keep(stage, after)
                    moved = True
        return moved

    def _drop_removed(self, stage: CompiledStage, stay: Stay, rules: Rules) -> bool:
        """Objectives that the stage has no longer cease to apply; what was achieved stays (J9)."""
        applicable = stay.applicable & (rules.keys | stay.achieved.keys())
        kept = replace(stay, applicable=applicable, holding=stay.holding & rules.keys)
        if kept != stay:
            self._keep(stage, kept)
        return kept != stay

    def _looked_at(self, stage: CompiledStage, stay: Stay, goal: Goal, rules: Rules) -> Stay:
        if goal.key in stay.achieved:
            return self._watched(stay, goal)
        applies = goal.applies is None or goal.applies.holds(self.known, self.at.now)
        applicable = stay.applicable | {goal.key} if applies else stay.applicable - {goal.key}
        stay = stay if applicable == stay.applicable else replace(stay, applicable=applicable)
        if not applies or not self._holds(goal):
            return stay
        put_in = stay.by_hand and stay.entered_at in (self.at.now, self.at.facts)
        fresh = put_in or stage.key in self.entered
        at = stay.entered_at if fresh else self._achieved_at(stay)
        early = any(self._awaited(each, stay) for each in rules.goals if each.key in goal.objective.after)
        achieved = {**stay.achieved, goal.key: Achievement(at, instant=fresh, out_of_order=early)}
        return self._watched(replace(stay, achieved=achieved), goal)

    def _awaited(self, goal: Goal, stay: Stay) -> bool:
        """Whether it applies now and is not achieved; `applicable` may not know yet, of one later in the order."""
        applies = goal.applies is None or goal.applies.holds(self.known, self.at.now)
        return applies and goal.key not in stay.achieved

    def _holds(self, goal: Goal) -> bool:
        asked = goal.criteria is not None and not goal.objective.manual
        return asked and goal.criteria.holds(self.known, self.at.now)  # type: ignore[union-attr]

    def _watched(self, stay: Stay, goal: Goal) -> Stay:
        """A marker may cease to hold, and hold again."""
        if goal.objective.counts:
            return stay
        holding = stay.holding | {goal.key} if self._holds(goal) else stay.holding - {goal.key}
        return stay if holding == stay.holding else replace(stay, holding=holding)

    def _achieved_at(self, stay: Stay) -> int:
        told = self.at.now if self.at.facts is None or self.at.told is None else self.at.told
        return min(max(told, stay.entered_at), self.at.now)

    # ------------------------------------------------------------ exits

    def exit(self) -> bool:
        """Close every open stay whose rule says so; true where one was (J5, J6)."""
        moved = False
        for stage, stay, rules in list(self._live()):
            closed = self._exited(stay, rules)
            if closed is not None:
                self._keep(stage, closed)
                moved = True
        return moved

    def _exited(self, stay: Stay, rules: Rules) -> Stay | None:
        rule, behaviour = rules.stage.exit, rules.behaviour
        due = rule.due(stay.entered_at)
        if behaviour.ends_on_completion and all_done(rules.counting, stay):
            at = self.at.dated if due is None else min(self.at.dated, due)
            return _closed(stay, at, "COMPLETED", "objectives")
        if behaviour.outcome_by_days is not None and due is not None and due <= self.at.now:
            outcome = behaviour.outcome_by_days if rules.counting & stay.applicable else "COMPLETED"
            return _closed(stay, due, outcome, "days")
        return self._by_criteria(stay, rules) if behaviour.ends_by_criteria else None

    def _by_criteria(self, stay: Stay, rules: Rules) -> Stay | None:
        if rules.exit is None or not rules.exit.holds(self.known, self.at.now):
            return None
        if rules.completed is None:
            completed = all_done(rules.counting, stay)
        else:
            completed = rules.completed.holds(self.known, self.at.now)
        return _closed(stay, self.at.dated, _outcome(completed), "criteria")

    # ------------------------------------------------------------ entries

    def enter(self) -> bool:
        """Enter every live stage whose criterion holds and that may be entered; true where one was (J4, J7)."""
        moved = False
        for stage in self.program.entering:
            if self._may_enter(stage) and stage.now.entry.holds(self.known, self.at.now):
                self._enter(stage)
                moved = True
        return moved

    def _may_enter(self, stage: CompiledStage) -> bool:
        if not stage.live or stage.key in self.entered:
            return False
        last = self._last(stage)
        if last is not None and not may_return(stage.stage.reentry, last, self.at.now):
            return False
        return not stage.exclusive or not any(self._rivals(stage, later=True))

    def _rivals(self, stage: CompiledStage, *, later: bool) -> Iterator[tuple[CompiledStage, Stay]]:
        """The open stays in the same journey: those at the same or a later position, or all that can move."""
        for other in self.program.stages:
            stay = self._last(other)
            mine = other.stage.journey == stage.stage.journey and other.key != stage.key
            if mine and stay is not None and stay.open:
                ahead = other.stage.position >= stage.stage.position
                if ahead if later else other.live:
                    yield other, stay

    def _enter(self, stage: CompiledStage) -> None:
        last = self._last(stage)
        at = self.at.dated if last is None or last.exited_at is None else max(self.at.dated, last.exited_at)
        if stage.exclusive:
            for other, stay in list(self._rivals(stage, later=False)):
                done = all_done(other.rules(stay.version).counting, stay)
                self._keep(other, _closed(stay, at, _outcome(done), "moved on"))
        self.entered.add(stage.key)
        number = 1 + max((each.n for each in self.stays.get(stage.key, ())), default=0)
        self._keep(stage, Stay(stage.key, number, stage.stage.version, at, stage.key in self.backfilled))

    # ------------------------------------------------------------ what closed stays still learn

    def note_late_evidence(self) -> None:
        """Mark closed stays in which facts of this step, had they come in time, would have completed something (J1)."""
        told = self.at.told
        if self.at.facts is None or told is None:
            return
        for stage in self.program.stages:
            stay = self._last(stage)
            if stage.live and stay is not None and stay.exited_at is not None and told <= stay.exited_at:
                missed = [each for each in stage.rules(stay.version).goals if _missed(stay, each)]
                if not stay.late_evidence and any(self._holds(each) for each in missed):
                    self._keep(stage, replace(stay, late_evidence=True))

    def note_entries_gone(self) -> None:
        """Mark closed stays whose stage no longer calls for entry: from now on it may be entered again (J7)."""
        for stage in self.program.stages:
            stay = self._last(stage)
            if not stage.live or stay is None or stay.open or stay.entry_gone or not stage.stage.reentry.is_allowed:
                continue
            if not stage.now.entry.holds(self.known, self.at.now):
                self._keep(stage, replace(stay, entry_gone=True))

    # ------------------------------------------------------------ what follows

    def decided(self, before: Sequence[Stay]) -> Decided:
        """Everything the step decided."""
        stays = tuple(stay for mine in self.stays.values() for stay in mine)
        known = {each.identity: each for each in before}
        changed = tuple(each for each in stays if known.get(each.identity) != each)
        due = next_due(self.program, self.stays, self.known, self.at.now)
        return Decided(stays, changed, self.generated, self.calculated, due)


def _outcome(completed: bool) -> StayOutcome:
    return "COMPLETED" if completed else "EXITED"


def _closed(stay: Stay, at: int, outcome: StayOutcome, reason: str) -> Stay:
    return replace(stay, exited_at=max(at, stay.entered_at), outcome=outcome, reason=reason)


def _missed(stay: Stay, goal: Goal) -> bool:
    return goal.key in stay.applicable and goal.key not in stay.achieved and not goal.objective.manual
