"""Scalars. Instants stay text until a rule needs them, so that one bad row does not spoil a batch (F9)."""

from __future__ import annotations

import math
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
JSON = NewType("JSON", object)
Criteria = NewType("Criteria", str)


def text(what: str, example: str) -> Any:
    """Return a parser that accepts only text; `what` and `example` are for its error."""

    def parse(value: object) -> str:
        if isinstance(value, str):
            return value
        raise GraphQLError(f"{what} is text such as {example!r}, not {type(value).__name__}.")

    return parse


def any_json(value: object) -> object:
    """Return any JSON value. NaN and infinite numbers are refused."""
    if isinstance(value, float) and not math.isfinite(value):
        raise GraphQLError("NaN and infinite numbers are not JSON.")
    return value


def json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> object:
    """Return a JSON value from the document, with the variables inside it."""
    return any_json(value_from_ast_untyped(node, variables))


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant: RFC 3339 with an offset, such as `2026-03-01T09:30:00Z`. Responses are in UTC.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        parse_value=text("An instant", "2026-03-01T09:30:00Z"),
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day, `YYYY-MM-DD`.",
        parse_value=text("A day", "2026-03-01"),
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value. For objects with names that the graph's owner chooses: attributes and event properties.",
        parse_value=any_json,
        parse_literal=json_literal,
    ),
    Criteria: strawberry.scalar(
        name="Criteria",
        description="A condition in the criteria language, such as `arr >= 1000 and first_seen_date within last 30 days`.",
        parse_value=text("A criterion", "arr >= 1000"),
    ),
}
