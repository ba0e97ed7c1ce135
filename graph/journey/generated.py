"""What stages and objectives say of an organisation as attributes, for criteria, roll-ups and the API (J10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from graph.attributes.catalogue import Definition
from graph.attributes.names import normalise, stored
from graph.journey.definition import Stage
from graph.journey.stay import Stay

__all__ = ["Names", "definitions", "names_of", "of_objective", "of_stage"]

Kind = Literal["stage", "objective"]
Generated = dict[str, bool | int | None]
"""By property; instants in epoch milliseconds."""


@dataclass(frozen=True)
class Names:
    """The properties that one stage or objective generates."""

    member: str
    entry: str
    completion: str
    exit: str
    left: str


_WORDS = {
    "member": ("currently_member_of", "boolean", "is in {} now"),
    "entry": ("last_entry_to", "datetime", "when last in {}, from when"),
    "completion": ("last_completion_of", "datetime", "when {} was last completed"),
    "exit": ("last_exit_from", "datetime", "when {} was last left without completion"),
    "left": ("last_left", "datetime", "when {} was last left, completed or not"),
}


def object_name(key: str, kind: Kind) -> str:
    """The name of a stage or objective in generated attributes: `onboarding_stage`, `first_project_objective`."""
    plain = normalise(key)
    return plain if plain.endswith(f"_{kind}") else f"{plain}_{kind}"


def names_of(key: str, kind: Kind) -> Names:
    """The properties that the stage or objective of this key generates."""
    name = object_name(key, kind)
    return Names(**{field: stored("organisation", f"{word}_{name}") for field, (word, *_) in _WORDS.items()})


def definitions(stage: Stage) -> list[Definition]:
    """The catalogue's entries for a stage and its objectives."""
    keys: list[tuple[str, str, Kind]] = [(stage.key, stage.name, "stage")]
    keys += [(each.key, each.name, "objective") for each in stage.objectives]
    return [
        Definition(
            "organisation",
            f"{word}_{object_name(key, kind)}",
            type_,
            "generated",
            category=f"stage {stage.name}",
            description=said.format(f"{kind} {name}"),
        )
        for key, name, kind in keys
        for word, type_, said in _WORDS.values()
    ]


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
