"""A payload as the document selects it: plain values by name, entities through the compiler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from api.graphql.compile.scope import Compilation, Field
from api.graphql.error_format import worded
from graph.criteria import CriteriaError
from graph.errors import UserMistake


@dataclass(frozen=True, slots=True)
class Entity:
    """What is to be read as it is after the change: its id or key, and where a part of it is meant, that one's."""

    id: str
    part: str = ""


Payload = dict[str, Any]
Reader = Callable[[Field, Entity], Awaitable[Any]]


async def projected(compilation: Compilation, field: Field, value: Any, entity: Reader) -> Any:
    """A value of the payload, keyed by response names."""
    if isinstance(value, Entity):
        return await entity(field, value)
    if isinstance(value, list):
        return [await projected(compilation, field, one, entity) for one in value]
    if field.type is None or not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for part in compilation.fields(field.type, field.nodes, field.path):
        if part.name == "__typename":
            found[part.key] = field.type.name
        else:
            found[part.key] = await projected(compilation, part, value.get(part.name), entity)
    return found


def corrected(mistake: UserMistake) -> Payload:
    """A mistake as data; of a criterion with its line and column (C4)."""
    told = user_error(mistake.code, str(mistake), mistake.field)
    if isinstance(mistake, CriteriaError):
        return {**told, "line": mistake.line, "column": mistake.column}
    return told


def user_error(code: str, message: str, field: str | None = None) -> Payload:
    """What a person or program can correct."""
    return {"code": code, "message": worded(message), "field": field.split(".") if field else None}
