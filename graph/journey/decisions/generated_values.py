"""Values of the attributes that stages and objectives generate, from an organisation's stays (J10)."""

from __future__ import annotations

from collections.abc import Iterable

from graph.journey.decisions.stay import Stay
from graph.journey.definitions.generated import GeneratedNames

__all__ = ["GeneratedValues", "objective_values", "stage_values"]

GeneratedValues = dict[str, bool | int | None]
"""By property; instants in epoch milliseconds."""


def stage_values(names: GeneratedNames, stays: Iterable[Stay]) -> GeneratedValues:
    """Return what a stage generates from the stays in it."""
    is_inside = False
    entry = completion = exit_ = None
    for stay in stays:
        entry = _later(entry, stay.entered_at)
        is_inside = is_inside or stay.exited_at is None
        if stay.outcome == "COMPLETED":
            completion = _later(completion, stay.exited_at)
        elif stay.outcome == "EXITED":
            exit_ = _later(exit_, stay.exited_at)
    return _values(names, is_inside, entry, completion, exit_)


def objective_values(key: str, names: GeneratedNames, stays: Iterable[Stay]) -> GeneratedValues:
    """Return what an objective generates from the stays in its stage."""
    is_inside = False
    entry = completion = exit_ = None
    for stay in stays:
        achieved = stay.achieved.get(key)
        if achieved is None and key not in stay.applicable:
            continue
        entry = _later(entry, stay.entered_at)
        if achieved is not None:
            completion = _later(completion, achieved.at)
        elif stay.exited_at is None:
            is_inside = True
        else:
            exit_ = _later(exit_, stay.exited_at)
    return _values(names, is_inside, entry, completion, exit_)


def _values(
    names: GeneratedNames, is_inside: bool, entry: int | None, completion: int | None, exit_: int | None
) -> GeneratedValues:
    return {
        names.member: is_inside,
        names.entry: entry,
        names.completion: completion,
        names.exit: exit_,
        names.left: _later(completion, exit_),
    }


def _later(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
