"""Values of the attributes that stages and objectives generate, from an organisation's stays (J10)."""

from __future__ import annotations

from collections.abc import Iterable

from graph.journey.decisions.stay import Stay
from graph.journey.definitions.generated import Names

__all__ = ["Generated", "of_objective", "of_stage"]

Generated = dict[str, bool | int | None]
"""By property; instants in epoch milliseconds."""


def of_stage(names: Names, stays: Iterable[Stay]) -> Generated:
    """What the stays in one stage say of it."""
    inside = False
    entry = completed = exited = None
    for stay in stays:
        entry = _later(entry, stay.entered_at)
        inside = inside or stay.exited_at is None
        if stay.outcome == "COMPLETED":
            completed = _later(completed, stay.exited_at)
        elif stay.outcome == "EXITED":
            exited = _later(exited, stay.exited_at)
    return _said(names, inside, entry, completed, exited)


def of_objective(key: str, names: Names, stays: Iterable[Stay]) -> Generated:
    """What the stays in its stage say of one objective."""
    inside = False
    entry = completed = exited = None
    for stay in stays:
        achieved = stay.achieved.get(key)
        if achieved is None and key not in stay.applicable:
            continue
        entry = _later(entry, stay.entered_at)
        if achieved is not None:
            completed = _later(completed, achieved.at)
        elif stay.exited_at is None:
            inside = True
        else:
            exited = _later(exited, stay.exited_at)
    return _said(names, inside, entry, completed, exited)


def _said(names: Names, inside: bool, entry: int | None, completed: int | None, exited: int | None) -> Generated:
    return {
        names.member: inside,
        names.entry: entry,
        names.completion: completed,
        names.exit: exited,
        names.left: _later(completed, exited),
    }


def _later(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
