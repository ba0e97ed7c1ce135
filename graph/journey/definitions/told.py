"""Stages and objectives from what is told of them: what is absent stays as it is or takes its default, None removes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import UserMistake
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.journey.definitions.stored import Library

__all__ = ["FIRST_JOURNEY", "Told", "in_words", "objective_told", "stage_told"]

Told = Mapping[str, Any]
"""By field of `Stage` or `Objective`; `exit` and `reentry` are maps of theirs, told as a whole."""
FIRST_JOURNEY = "customer"
"""The journey of stages that name none."""


def stage_told(told: Told, library: Library) -> Stage:
    """The stage of `told["key"]` as it shall be; a new one stands at the end of its journey. Raises UserMistake."""
    known = library.stage(told["key"])
    said = {**_of(known), **told}
    journey = said.get("journey") or FIRST_JOURNEY
    return Stage(
        key=told["key"],
        journey=journey,
        name=_needed(said, "name"),
        entry=_needed(said, "entry"),
        exit=_rule(ExitRule, _needed(said, "exit")),
        position=_end(library, told["key"], journey) if said.get("position") is None else said["position"],
        description=said.get("description"),
        reentry=_rule(Reentry, said.get("reentry") or {}),
    )


def objective_told(told: Told, known: Objective | None) -> Objective:
    """The objective of `told["key"]` as it shall be. Raises UserMistake."""
    said = {**_of(known), **told}
    return Objective(
        key=told["key"],
        name=_needed(said, "name"),
        kind=said.get("kind") or "OBJECTIVE",
        criteria=said.get("criteria"),
        manual=bool(said.get("manual")),
        applies_to=said.get("applies_to"),
        after=tuple(said.get("after") or ()),
    )


def in_words(key: str) -> str:
    """A name for what has only a key."""
    return key.replace("_", " ").capitalize()


def _of(known: Stage | Objective | None) -> dict[str, Any]:
    return {} if known is None else vars(known)


def _needed(said: Told, field: str) -> Any:
    if said.get(field) is None:
        raise UserMistake("MISSING", f"{field!r} is missing: a new stage or objective needs it", field)
    return said[field]


def _rule(kind: type[ExitRule | Reentry], said: Any) -> Any:
    """A rule that is known already as it is, or made of what is told."""
    return said if isinstance(said, kind) else kind(**said)


def _end(library: Library, key: str, journey: str) -> int:
    """The place after all other stages of a journey."""
    return max((each.position for each in library.stages if each.journey == journey and each.key != key), default=0) + 1
