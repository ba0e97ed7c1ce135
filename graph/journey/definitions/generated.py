"""The attributes that stages and objectives generate: their names and catalogue entries (J10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.attributes.catalogue import Definition
from graph.attributes.names import normalise, stored
from graph.journey.definitions.definition import Stage

__all__ = ["DefinitionKind", "GeneratedNames", "generated_definitions", "generated_names", "object_name"]

DefinitionKind = Literal["stage", "objective"]


@dataclass(frozen=True)
class GeneratedNames:
    """The properties that one stage or objective generates."""

    member: str
    entry: str
    completion: str
    exit: str
    left: str


_ATTRIBUTES = {
    "member": ("currently_member_of", "boolean", "is in {} now"),
    "entry": ("last_entry_to", "datetime", "when last in {}, from when"),
    "completion": ("last_completion_of", "datetime", "when {} was last completed"),
    "exit": ("last_exit_from", "datetime", "when {} was last left without completion"),
    "left": ("last_left", "datetime", "when {} was last left, completed or not"),
}
"""By field of `GeneratedNames`: how the attribute's name begins, its type, and its description."""


def object_name(key: str, kind: DefinitionKind) -> str:
    """Return the name of a stage or objective in generated attributes: `onboarding_stage`, `first_project_objective`."""
    plain = normalise(key)
    return plain if plain.endswith(f"_{kind}") else f"{plain}_{kind}"


def generated_names(key: str, kind: DefinitionKind) -> GeneratedNames:
    """Return the properties that the stage or objective of this key generates."""
    name = object_name(key, kind)
    return GeneratedNames(
        **{field: stored("organisation", f"{prefix}_{name}") for field, (prefix, *_) in _ATTRIBUTES.items()}
    )


def generated_definitions(stage: Stage) -> list[Definition]:
    """Return the catalogue entries of a stage and its objectives."""
    keys: list[tuple[str, str, DefinitionKind]] = [(stage.key, stage.name, "stage")]
    keys += [(each.key, each.name, "objective") for each in stage.objectives]
    return [
        Definition(
            "organisation",
            f"{prefix}_{object_name(key, kind)}",
            type_,
            "generated",
            category=f"stage {stage.name}",
            description=description.format(f"{kind} {name}"),
        )
        for key, name, kind in keys
        for prefix, type_, description in _ATTRIBUTES.values()
    ]
