"""Bound the lists in arguments before they are coerced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_list_type,
    type_from_ast,
)

from api.limits import LimitExceeded, Limits

MOST_LEVELS = 100
"""Levels of JSON in one value."""
_NESTING = (list, dict)


def check_lists(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any], limits: Limits
) -> None:
    """Refuse variables whose lists are too long or whose JSON nests too deep. Raises LimitExceeded."""
    lengths: ListLengths | None = None
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        value = variables.get(name)
        if isinstance(value, _NESTING):
            lengths = lengths or ListLengths(limits, writes=operation.operation is OperationType.MUTATION)
            lengths.check(value, type_from_ast(schema, definition.type), f"${name}")


@dataclass(slots=True)
class ListLengths:
    """Checks the lists of one request. Lists of rows, and of ids, have the bound of rows."""

    limits: Limits
    writes: bool
    items: int = 0

    def check(self, value: Any, type_: Any, where: str) -> None:
        """Check one argument or variable. Raises LimitExceeded."""
        named = get_named_type(type_)
        if isinstance(value, list) and named is not None and named.name != "JSON":
            self._check_length(value, *self._bound(named), where)
        self._check_inside(value, type_, named, where)

    def _check_inside(self, value: Any, type_: Any, named: GraphQLNamedType | None, where: str) -> None:
        if isinstance(named, GraphQLInputObjectType):
            nested = _nested_fields(named)
            rows = value if isinstance(value, list) else (value,)
            for row in rows if nested else ():
                if isinstance(row, dict):
                    self._check_fields(row, nested, where)
        elif named is not None and named.name == "JSON":
            self._check_json(value, where)
        elif isinstance(value, list) and is_list_type(_nullable(type_)):
            for one in value:
                if isinstance(one, list):
                    self._check_length(one, "TOO_MANY_VALUES", self.limits.values, where)

    def _check_fields(
        self, row: dict[str, Any], nested: Mapping[str, tuple[Any, GraphQLNamedType]], where: str
    ) -> None:
        for name, value in row.items():
            if isinstance(value, _NESTING) and name in nested:
                type_, named = nested[name]
                if isinstance(value, list) and named.name != "JSON":
                    self._check_length(value, "TOO_MANY_VALUES", self.limits.values, where)
                self._check_inside(value, type_, named, where)

    def _check_json(self, value: Any, where: str) -> None:
        """Check JSON level by level. JSON to be stored may be as long as all lists together."""
        most = self.limits.items if self.writes else self.limits.values
        values, depth = [value], 0
        while values:
            depth += 1
            if depth > MOST_LEVELS:
                raise LimitExceeded("TOO_DEEP", f"`{where}` nests too deep", depth, MOST_LEVELS)
            below: list[Any] = []
            for one in values:
                if isinstance(one, list):
                    self._check_length(one, "TOO_MANY_VALUES", most, where)
                below += [
                    inner for inner in (one.values() if isinstance(one, dict) else one) if isinstance(inner, _NESTING)
                ]
            values = below

    def _check_length(self, value: list[Any], code: str, most: int, where: str) -> None:
        if len(value) > most:
            raise LimitExceeded(code, f"A list in `{where}` is too long", len(value), most)
        self.items += len(value)
        if self.items > self.limits.items:
            what = "The lists of the request are too long together; send fewer rows at once"
            raise LimitExceeded("TOO_MANY_VALUES", what, self.items, self.limits.items)

    def _bound(self, named: GraphQLNamedType | None) -> tuple[str, int]:
        if isinstance(named, GraphQLInputObjectType):
            return "TOO_MANY_ROWS", self.limits.rows
        if named is not None and named.name == "ID":
            return ("TOO_MANY_ROWS" if self.writes else "TOO_MANY_IDS"), self.limits.rows
        return "TOO_MANY_VALUES", self.limits.values


def _nullable(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


@lru_cache(maxsize=256)
def _nested_fields(type_: GraphQLInputObjectType) -> Mapping[str, tuple[Any, GraphQLNamedType]]:
    """Return the fields of an input that may hold lists or objects, with their types."""
    named = {name: (field.type, get_named_type(field.type)) for name, field in type_.fields.items()}
    return {
        name: (field_type, inner)
        for name, (field_type, inner) in named.items()
        if is_list_type(_nullable(field_type)) or isinstance(inner, GraphQLInputObjectType) or inner.name == "JSON"
    }
