"""The attributes that stages and objectives generate: their names and catalogue entries (J10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.attributes.catalogue import Definition
from graph.attributes.names import normalise, stored
from graph.journey.definitions.definition import Stage

__all__ = ["Kind", "Names", "definitions", "names_of", "object_name"]

Kind = Literal["stage", "objective"]


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
