"""When time alone may next move an organisation: the least of everything that is watched (T3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.criteria import Known
from graph.criteria.closures import least
from graph.journey.decisions.program import CompiledStage, Goal, Journeys, Rules
from graph.journey.decisions.stay import Stay

__all__ = ["next_due"]


def next_due(program: Journeys, stays: Mapping[str, Sequence[Stay]], known: Known, now: int) -> int | None:
    """The first instant after `now` at which time alone may move an organisation or change what is calculated of it; None if it never may.

    `stays` are those in each stage, in order; instants are epoch milliseconds. May come early, never late (C5).
    """
    moves = (
        each
        for stage in program.stages
        if stage.live
        for each in _of_stage(stage, stays.get(stage.key, ()), known, now)
    )
    values = (each.flip(known, now) for each in program.calculations)
    return least(each for each in (*moves, *values) if each is not None and each > now)


def _of_stage(stage: CompiledStage, stays: Sequence[Stay], known: Known, now: int) -> Iterator[int | None]:
    last = stays[-1] if stays else None
    if last is not None and last.open:
        yield from _of_open(last, stage.rules(last.version), known, now)
    else:
        yield from _of_entry(stage, last, known, now)


def _of_open(stay: Stay, rules: Rules, known: Known, now: int) -> Iterator[int | None]:
    yield rules.stage.exit.due(stay.entered_at)
    for closure in (rules.exit, rules.completed):
        if closure is not None:
            yield closure.flip(known, now)
    for goal in rules.goals:
        yield from _of_goal(stay, goal, known, now)


def _of_goal(stay: Stay, goal: Goal, known: Known, now: int) -> Iterator[int | None]:
    pending = goal.key not in stay.achieved
    if pending and goal.applies is not None:
        yield goal.applies.flip(known, now)
    if goal.criteria is not None and (pending or not goal.objective.counts):
        yield goal.criteria.flip(known, now)


def _of_entry(stage: CompiledStage, last: Stay | None, known: Known, now: int) -> Iterator[int | None]:
    rule = stage.stage.reentry
    if last is not None and not rule.is_allowed:
        return
    yield stage.now.entry.flip(known, now)
    if last is not None and last.exited_at is not None:
        yield rule.opens_at(last.exited_at)
