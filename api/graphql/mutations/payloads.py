"""Shape payloads of mutations: plain values by name, changed nodes through the compiler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from api.graphql.compile.scope import Compilation, Field
from api.graphql.error_format import shorten_quotations
from graph.criteria import CriteriaError
from graph.errors import UserMistake


@dataclass(frozen=True, slots=True)
class Entity:
    """A node to be read after the change, by id or key. `part` is the key of a part of it, if that is meant."""

    id: str
    part: str = ""


Payload = dict[str, Any]
Reader = Callable[[Field, Entity], Awaitable[Any]]


async def shape_payload(compilation: Compilation, field: Field, value: Any, entity: Reader) -> Any:
    """Return a value of the payload, keyed by response names."""
    if isinstance(value, Entity):
        return await entity(field, value)
    if isinstance(value, list):
        return [await shape_payload(compilation, field, one, entity) for one in value]
    if field.type is None or not isinstance(value, dict):
        return value
    shaped: dict[str, Any] = {}
    for part in compilation.fields(field.type, field.nodes, field.path):
        if part.name == "__typename":
            shaped[part.key] = field.type.name
        else:
            shaped[part.key] = await shape_payload(compilation, part, value.get(part.name), entity)
    return shaped


def mistake_as_data(mistake: UserMistake) -> Payload:
    """Return a mistake as data; one in a criterion has its line and column (C4)."""
    error = user_error(mistake.code, str(mistake), mistake.field)
    if isinstance(mistake, CriteriaError):
        return {**error, "line": mistake.line, "column": mistake.column}
    return error


def user_error(code: str, message: str, field: str | None = None) -> Payload:
    """Return one entry of `userErrors` or `warnings`."""
    return {"code": code, "message": shorten_quotations(message), "field": field.split(".") if field else None}
