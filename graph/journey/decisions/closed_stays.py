"""Marks that closed stays still take: late evidence (J1), and the entry criterion seen false (J7)."""

from __future__ import annotations

from dataclasses import replace

from graph.journey.decisions.compiled_journeys import CompiledObjective
from graph.journey.decisions.objective_pass import holds
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step_state import StepState

__all__ = ["mark_entry_gone", "mark_late_evidence"]


def mark_late_evidence(state: StepState) -> None:
    """Mark closed stays in which facts of this step would have completed an objective, had they come in time (J1)."""
    stated_at = state.time.stated_at
    if state.time.facts_at is None or stated_at is None:
        return
    for stage in state.journeys.stages:
        stay = state.last_stay(stage)
        if (
            not stage.is_active
            or stay is None
            or stay.exited_at is None
            or stay.late_evidence
            or stated_at > stay.exited_at
        ):
            continue
        missed = [each for each in stage.rules_for(stay.version).objectives if _is_missed(stay, each)]
        if any(holds(state, each) for each in missed):
            state.put_stay(stage, replace(stay, late_evidence=True))


def _is_missed(stay: Stay, objective: CompiledObjective) -> bool:
    return objective.key in stay.applicable and objective.key not in stay.achieved


def mark_entry_gone(state: StepState) -> None:
    """Mark closed stays whose entry criterion no longer holds: from now on the stage may be entered again (J7)."""
    for stage in state.journeys.stages:
        stay = state.last_stay(stage)
        if stay is None or stay.is_open or stay.entry_gone or not stage.is_active or not stage.stage.reentry.is_allowed:
            continue
        if not stage.rules_now.entry.holds(state.known, state.time.now):
            state.put_stay(stage, replace(stay, entry_gone=True))
