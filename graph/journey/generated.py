"""What stages and objectives say of an organisation as attributes, for criteria, roll-ups and the API (J10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def of_stage(names: Names, stays: Sequence[Stay]) -> Generated:
    """What the stays in one stage say of it."""
    completed = _last(each.exited_at for each in stays if each.outcome == "COMPLETED")
    exited = _last(each.exited_at for each in stays if each.outcome == "EXITED")
    return {
        names.member: any(each.open for each in stays),
        names.entry: _last(each.entered_at for each in stays),
        names.completion: completed,
        names.exit: exited,
        names.left: _last((completed, exited)),
    }


def of_objective(key: str, names: Names, stays: Sequence[Stay]) -> Generated:
    """What the stays in its stage say of one objective."""
    had = [each for each in stays if key in each.applicable or key in each.achieved]
    missed = [each for each in had if key not in each.achieved]
    completed = _last(each.achieved[key].at for each in had if key in each.achieved)
    exited = _last(each.exited_at for each in missed if not each.open)
    return {
        names.member: any(each.open for each in missed),
        names.entry: _last(each.entered_at for each in had),
        names.completion: completed,
        names.exit: exited,
        names.left: _last((completed, exited)),
    }


def _last(instants: Iterable[int | None]) -> int | None:
    known = [each for each in instants if each is not None]
    return max(known) if known else None
