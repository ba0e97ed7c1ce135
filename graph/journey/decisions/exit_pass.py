"""The pass over exits: which open stays end, when, and with which outcome (J5, J6)."""

from __future__ import annotations

from graph.journey.decisions.compiled_journeys import StageRules
from graph.journey.decisions.stay import Stay, all_done, close
from graph.journey.decisions.step_state import StepState

__all__ = ["close_stays"]


def close_stays(state: StepState) -> list[Stay]:
    """Close every open stay whose exit rule is met, and return the closed stays."""
    closed = []
    for stage, stay, rules in state.open_stays():
        ended = _ended(state, stay, rules)
        if ended is not None:
            state.put_stay(stage, ended)
            closed.append(ended)
    return closed


def _ended(state: StepState, stay: Stay, rules: StageRules) -> Stay | None:
    """Return the stay as it ends now; None if it goes on."""
    behaviour, due = rules.behaviour, rules.stage.exit.due(stay.entered_at)
    if behaviour.ends_on_completion and all_done(rules.counting, stay):
        # Facts may come after the last day: the stay then ends as of that day.
        at = state.time.decided_at if due is None else min(state.time.decided_at, due)
        return close(stay, at, completed=True, reason="objectives")
    if behaviour.takes_days and due is not None and due <= state.time.now:
        completed = behaviour.completes_without_objectives or not rules.counting & stay.applicable
        return close(stay, due, completed=completed, reason="days")
    if behaviour.ends_by_criteria and rules.exit is not None and rules.exit.holds(state.known, state.time.now):
        return close(stay, state.time.decided_at, completed=_completed(state, stay, rules), reason="criteria")
    return None


def _completed(state: StepState, stay: Stay, rules: StageRules) -> bool:
    """Return whether a stay that criteria end is completed: by `completed_when` if the rule has it, else by objectives."""
    if rules.completed is None:
        return all_done(rules.counting, stay)
    return rules.completed.holds(state.known, state.time.now)
