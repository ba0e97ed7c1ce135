"""The due instant: when time alone may next move an organisation (T3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.criteria import Snapshot
from graph.criteria.snapshots import least
from graph.journey.decisions.compiled_journeys import CompiledJourneys, CompiledObjective, CompiledStage, StageRules
from graph.journey.decisions.stay import Stay

__all__ = ["next_due"]


def next_due(journeys: CompiledJourneys, stays: Mapping[str, Sequence[Stay]], known: Snapshot, now: int) -> int | None:
    """Return the first instant after `now` at which time alone may move a stay or change a calculated value.

    `stays` are those in each stage, in order. Instants are epoch milliseconds; None means never. The result may be early
    but is never late (C5).
    """
    moves = (
        instant
        for stage in journeys.stages
        if stage.is_active
        for instant in _stage_instants(stage, stays.get(stage.key, ()), known, now)
    )
    flips = (each.flip(known, now) for each in journeys.calculations)
    return least(each for each in (*moves, *flips) if each is not None and each > now)


def _stage_instants(stage: CompiledStage, stays: Sequence[Stay], known: Snapshot, now: int) -> Iterator[int | None]:
    last = stays[-1] if stays else None
    if last is not None and last.is_open:
        yield from _open_stay_instants(last, stage.rules_for(last.version), known, now)
    else:
        yield from _entry_instants(stage, last, known, now)


def _open_stay_instants(stay: Stay, rules: StageRules, known: Snapshot, now: int) -> Iterator[int | None]:
    yield rules.stage.exit.due(stay.entered_at)
    for closure in (rules.exit, rules.completed):
        if closure is not None:
            yield closure.flip(known, now)
    for objective in rules.objectives:
        yield from _objective_instants(stay, objective, known, now)


def _objective_instants(stay: Stay, objective: CompiledObjective, known: Snapshot, now: int) -> Iterator[int | None]:
    is_pending = objective.key not in stay.achieved
    if is_pending and objective.applies is not None:
        yield objective.applies.flip(known, now)
    if objective.criteria is not None and (is_pending or not objective.counts):
        yield objective.criteria.flip(known, now)


def _entry_instants(stage: CompiledStage, last: Stay | None, known: Snapshot, now: int) -> Iterator[int | None]:
    reentry = stage.stage.reentry
    if last is not None and not reentry.is_allowed:
        return
    yield stage.rules_now.entry.flip(known, now)
    if last is not None and last.exited_at is not None:
        yield reentry.opens_at(last.exited_at)
