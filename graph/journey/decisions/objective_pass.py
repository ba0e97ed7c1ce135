"""The pass over objectives: which apply, which are achieved, which markers hold (J8)."""

from __future__ import annotations

from dataclasses import replace

from graph.journey.decisions.compiled_journeys import CompiledObjective, CompiledStage, StageRules
from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.decisions.step_state import StepState, StepTime

__all__ = ["holds", "update_objectives"]

# A stay that does not change is returned as the same object: comparing whole stays would cost more than evaluating them.


def update_objectives(state: StepState) -> list[Stay]:
    """Evaluate the objectives of every open stay, and return the stays that changed, once for each change."""
    moved = []
    for stage, stay, rules in state.open_stays():
        current = _without_removed(stay, rules)
        if current is not stay:
            state.put_stay(stage, current)
            moved.append(current)
        for objective in rules.objectives:
            updated = _evaluated(state, stage, current, objective, rules)
            if updated is not current:
                current = updated
                state.put_stay(stage, current)
                moved.append(current)
    return moved


def holds(state: StepState, objective: CompiledObjective) -> bool:
    """Return whether an objective's criteria hold now; those of a manual objective never do."""
    criteria = objective.criteria
    return criteria is not None and not objective.manual and criteria.holds(state.known, state.time.now)


def _without_removed(stay: Stay, rules: StageRules) -> Stay:
    """Return the stay without objectives that the stage no longer has. Achieved ones are kept (J9)."""
    if stay.applicable <= rules.keys and stay.holding <= rules.keys:
        return stay
    applicable = stay.applicable & (rules.keys | stay.achieved.keys())
    kept = replace(stay, applicable=applicable, holding=stay.holding & rules.keys)
    return stay if kept == stay else kept


def _evaluated(
    state: StepState, stage: CompiledStage, stay: Stay, objective: CompiledObjective, rules: StageRules
) -> Stay:
    if objective.key in stay.achieved:
        return _set_marker(state, stay, objective)
    applies = _applies(state, objective)
    stay = _set_applicability(stay, objective.key, applies=applies)
    if not applies or not holds(state, objective):
        return stay
    is_instant = stage.key in state.entered or _is_put_in_now(stay, state.time)
    at = stay.entered_at if is_instant else _achieved_at(stay, state.time)
    is_early = any(_is_awaited(state, each, stay) for each in rules.objectives if each.key in objective.after)
    achieved = {**stay.achieved, objective.key: Achievement(at, instant=is_instant, out_of_order=is_early)}
    return _set_marker(state, replace(stay, achieved=achieved), objective)


def _applies(state: StepState, objective: CompiledObjective) -> bool:
    return objective.applies is None or objective.applies.holds(state.known, state.time.now)


def _set_applicability(stay: Stay, key: str, *, applies: bool) -> Stay:
    if applies == (key in stay.applicable):
        return stay
    return replace(stay, applicable=stay.applicable | {key} if applies else stay.applicable - {key})


def _is_put_in_now(stay: Stay, time: StepTime) -> bool:
    """Return whether a person put the organisation in just before this step."""
    return stay.by_hand and stay.entered_at in (time.now, time.facts_at)


def _is_awaited(state: StepState, objective: CompiledObjective, stay: Stay) -> bool:
    """Return whether an objective applies now and is not achieved.

    `stay.applicable` may lag behind: objectives later in the order are evaluated after this one.
    """
    return _applies(state, objective) and objective.key not in stay.achieved


def _set_marker(state: StepState, stay: Stay, objective: CompiledObjective) -> Stay:
    """Return the stay with a marker as it holds now. A marker may cease to hold, and hold again."""
    if objective.counts:
        return stay
    is_met = holds(state, objective)
    if is_met == (objective.key in stay.holding):
        return stay
    return replace(stay, holding=stay.holding | {objective.key} if is_met else stay.holding - {objective.key})


def _achieved_at(stay: Stay, time: StepTime) -> int:
    """Return the date of a completion: as the sources state it, not before entry and not after now (J3)."""
    stated_at = time.now if time.facts_at is None or time.stated_at is None else time.stated_at
    return min(max(stated_at, stay.entered_at), time.now)
