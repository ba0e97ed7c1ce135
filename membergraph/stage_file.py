"""Stage files: a stage with its objectives as TOML, read into inputs of the API, or written."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import UserMistake
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage

__all__ = ["StageFile", "read_stage_file", "stage_file"]

_STAGE = ("key", "journey", "name", "description", "position", "entry", "exit", "reentry")
_EXIT = ("mode", "days", "criteria", "completed_when")
_REENTRY = ("mode", "days")
_ENUMERATIONS = ("mode", "kind")
"""Fields in small letters in a file, in capitals in the API."""
_REQUIRED = {
    "stage": ("key", "name", "entry", "exit"),
    "exit": ("mode",),
    "reentry": ("mode",),
    "objective": ("key", "name"),
}
_OBJECTIVE = ("key", "name", "kind", "criteria", "manual", "applies_to", "after")


@dataclass(frozen=True)
class StageFile:
    """The content of a file: a `StageInput`, and an `ObjectiveInput` for each objective in order. Absent fields stay as they are."""

    stage: dict[str, Any]
    objectives: tuple[dict[str, Any], ...]


def read_stage_file(path: Path) -> StageFile:
    """Read a stage file. Raises UserMistake that names the file, and the nearest name for a wrong one."""
    tables = _tables(path)
    objectives = tables.pop("objective", [])
    if not isinstance(objectives, list) or not all(isinstance(each, dict) for each in objectives):
        raise _wrong(path, "objectives are written as [[objective]]")
    stage = _input(path, "stage", tables, (*_STAGE, "objective"))
    for name, known in (("exit", _EXIT), ("reentry", _REENTRY)):
        if name in stage:
            stage[name] = _input(path, name, stage[name], known)
    return StageFile(stage, tuple(_input(path, "objective", each, _OBJECTIVE) for each in objectives))


def stage_file(stage: Stage) -> str:
    """Return a stage as the text of a stage file, without fields that have their default."""
    lines = [
        f"{name} = {_written(vars(stage)[name])}"
        for name in ("key", "journey", "name", "description", "position", "entry")
        if vars(stage)[name] is not None
    ]
    lines.append(f"exit = {_rule(stage.exit)}")
    if stage.reentry != Reentry():
        lines.append(f"reentry = {_rule(stage.reentry)}")
    for each in stage.objectives:
        plain = vars(Objective(each.key, ""))
        fields = {name: value for name, value in vars(each).items() if name == "key" or value != plain[name]}
        lines += [
            "",
            "[[objective]]",
            *(f"{name} = {_written(_enumeration(name, value))}" for name, value in fields.items()),
        ]
    return "\n".join(lines) + "\n"


def _rule(rule: ExitRule | Reentry) -> str:
    fields = {name: _enumeration(name, value) for name, value in vars(rule).items() if value is not None}
    return f"{{ {', '.join(f'{name} = {_written(value)}' for name, value in fields.items())} }}"


def _enumeration(name: str, value: Any) -> Any:
    return value.lower() if name in _ENUMERATIONS else value


def _written(value: Any) -> str:
    """Return a value as TOML. Text, numbers, truth values and lists of text are written as in JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(path, f"it can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"it is no TOML: {error}") from error


def _input(path: Path, kind: str, table: Any, known: Sequence[str]) -> dict[str, Any]:
    """Return a table under the names of the API: `applies_to` as `appliesTo`, modes and kinds in capitals."""
    if not isinstance(table, Mapping):
        raise _wrong(path, f"`{kind}` is a table, such as {{ mode = 'after_days', days = 30 }}")
    for name in table:
        if name not in known:
            raise _unknown(path, kind, name, known)
    for name in known:
        if name in _REQUIRED[kind] and name not in table:
            raise _wrong(path, f"{kind} needs `{name}`")
    return {_camel(name): _value(name, value) for name, value in table.items()}


def _value(name: str, value: Any) -> Any:
    return value.upper() if name in _ENUMERATIONS and isinstance(value, str) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _unknown(path: Path, kind: str, name: str, known: Sequence[str]) -> UserMistake:
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"There are: {', '.join(known)}."
    return UserMistake("INVALID_STAGE_FILE", f"{path}: {kind} has no {name!r}.", name, hint=hint)


def _wrong(path: Path, reason: str) -> UserMistake:
    return UserMistake("INVALID_STAGE_FILE", f"{path}: {reason}", "file", hint="docs/cli.md shows one that is right.")
