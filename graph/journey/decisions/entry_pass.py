"""The pass over entries: which stages are entered, and which stays of an exclusive journey end by that (J4, J7)."""

from __future__ import annotations

from collections.abc import Iterator

from graph.journey.decisions.compiled_journeys import CompiledStage
from graph.journey.decisions.stay import Stay, all_done, close, may_return
from graph.journey.decisions.step_state import StepState

__all__ = ["enter_stages"]


def enter_stages(state: StepState) -> list[Stay]:
    """Enter every live stage whose criterion holds and which may be entered, and return the new stays."""
    # One after the other: each entry is visible to the criteria of the stages after it.
    return [
        _enter(state, stage)
        for stage in state.journeys.entering
        if _may_enter(state, stage) and stage.rules_now.entry.holds(state.known, state.time.now)
    ]


def _may_enter(state: StepState, stage: CompiledStage) -> bool:
    if not stage.is_active or stage.key in state.entered:
        return False
    last = state.last_stay(stage)
    if last is not None and not may_return(stage.stage.reentry, last, state.time.now):
        return False
    if not stage.exclusive:
        return True
    return all(other.stage.position < stage.stage.position for other, _ in _open_elsewhere(state, stage))


def _open_elsewhere(state: StepState, stage: CompiledStage) -> Iterator[tuple[CompiledStage, Stay]]:
    """The open stays in other stages of the same journey, paused stages included."""
    for other in state.journeys.stages:
        if other.stage.journey == stage.stage.journey and other.key != stage.key:
            stay = state.last_stay(other)
            if stay is not None and stay.is_open:
                yield other, stay


def _enter(state: StepState, stage: CompiledStage) -> Stay:
    last, decided_at = state.last_stay(stage), state.time.decided_at
    at = decided_at if last is None or last.exited_at is None else max(decided_at, last.exited_at)
    if stage.exclusive:
        _leave_others(state, stage, at)
    state.entered.add(stage.key)
    number = 1 + max((each.number for each in state.stays.get(stage.key, ())), default=0)
    stay = Stay(stage.key, number, stage.stage.version, at, stage.key in state.backfilled)
    state.put_stay(stage, stay)
    return stay


def _leave_others(state: StepState, stage: CompiledStage, at: int) -> None:
    """Close the open stays in other live stages of the journey: the organisation moves on to this stage."""
    for other, stay in list(_open_elsewhere(state, stage)):
        if other.is_active:
            completed = all_done(other.rules_for(stay.version).counting, stay)
            state.put_stay(other, close(stay, at, completed=completed, reason="moved on"))
