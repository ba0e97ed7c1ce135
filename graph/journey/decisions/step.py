"""The step: a pure function from definitions, known values, stays and an instant to new stays (J1).

Incremental evaluation, full evaluation, previews and back-tests all call it. A step passes over objectives, exits and
entries until nothing moves (J2). Criteria see each move at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.criteria import Snapshot
from graph.journey.decisions.closed_stays import mark_entry_gone, mark_late_evidence
from graph.journey.decisions.compiled_journeys import CompiledJourneys
from graph.journey.decisions.dues import next_due
from graph.journey.decisions.entry_pass import enter_stages
from graph.journey.decisions.exit_pass import close_stays
from graph.journey.decisions.objective_pass import update_objectives
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step_state import StepState, StepTime, begin_step

__all__ = ["Decision", "StepTime", "step"]


@dataclass(frozen=True)
class Decision:
    """The result of a step for one organisation.

    `changed` are the stays that are new or other than before. `generated` and `calculated` are values by property. A
    stage that the organisation never entered generates nothing. `due` is the instant of the next step (T3).
    """

    stays: tuple[Stay, ...]
    changed: tuple[Stay, ...]
    generated: dict[str, Any]
    calculated: dict[str, float | None]
    due: int | None


def step(
    journeys: CompiledJourneys,
    known: Snapshot,
    stays: Sequence[Stay],
    time: StepTime,
    *,
    backfilled: frozenset[str] = frozenset(),
) -> Decision:
    """Decide an organisation's stays at an instant. `backfilled` are stages that went live since its last step (J4)."""
    state = begin_step(journeys, known, stays, time, backfilled)
    mark_late_evidence(state)
    for _ in range(journeys.passes):
        moved = [*update_objectives(state), *close_stays(state), *enter_stages(state)]
        if not moved:
            break
    mark_entry_gone(state)
    return _decision(state, stays)


def _decision(state: StepState, before: Sequence[Stay]) -> Decision:
    stays = tuple(stay for of_stage in state.stays.values() for stay in of_stage)
    known = {each.identity: each for each in before}
    changed = tuple(each for each in stays if known.get(each.identity) != each)
    due = next_due(state.journeys, state.stays, state.known, state.time.now)
    return Decision(stays, changed, state.generated, state.calculated, due)
