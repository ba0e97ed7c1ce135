"""Stages and objectives from partial inputs: an absent field keeps its value or takes its default, None removes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import UserMistake
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.journey.definitions.stored import Library

__all__ = ["FIRST_JOURNEY", "DefinitionInput", "name_from_key", "objective_from_input", "stage_from_input"]

DefinitionInput = Mapping[str, Any]
"""By field of `Stage` or `Objective`. `exit` and `reentry` are maps of their own, each given as a whole."""
FIRST_JOURNEY = "customer"
"""The journey of stages that name none."""


def stage_from_input(given: DefinitionInput, library: Library) -> Stage:
    """Return the stage of `given["key"]` with the input applied. A new one is last in its journey. Raises UserMistake."""
    fields = {**_fields(library.stage(given["key"])), **given}
    journey = fields.get("journey") or FIRST_JOURNEY
    position = fields.get("position")
    return Stage(
        key=given["key"],
        journey=journey,
        name=_required(fields, "name"),
        entry=_required(fields, "entry"),
        exit=_rule(ExitRule, _required(fields, "exit")),
        position=_last_position(library, given["key"], journey) if position is None else position,
        description=fields.get("description"),
        reentry=_rule(Reentry, fields.get("reentry") or {}),
    )


def objective_from_input(given: DefinitionInput, known: Objective | None) -> Objective:
    """Return the objective of `given["key"]` with the input applied to the `known` one. Raises UserMistake."""
    fields = {**_fields(known), **given}
    return Objective(
        key=given["key"],
        name=_required(fields, "name"),
        kind=fields.get("kind") or "OBJECTIVE",
        criteria=fields.get("criteria"),
        manual=bool(fields.get("manual")),
        applies_to=fields.get("applies_to"),
        after=tuple(fields.get("after") or ()),
    )


def name_from_key(key: str) -> str:
    """Return a name for something that has only a key."""
    return key.replace("_", " ").capitalize()


def _fields(known: Stage | Objective | None) -> dict[str, Any]:
    return {} if known is None else vars(known)


def _required(fields: DefinitionInput, name: str) -> Any:
    if fields.get(name) is None:
        raise UserMistake("MISSING", f"{name!r} is missing: a new stage or objective needs it", name)
    return fields[name]


def _rule(kind: type[ExitRule | Reentry], given: Any) -> Any:
    """Return a rule as it is, or make one from a map."""
    return given if isinstance(given, kind) else kind(**given)


def _last_position(library: Library, key: str, journey: str) -> int:
    """Return the position after all other stages of a journey."""
    return max((each.position for each in library.stages if each.journey == journey and each.key != key), default=0) + 1
