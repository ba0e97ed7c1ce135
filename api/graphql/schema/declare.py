"""The few words the schema is declared with: a stored field, an argument, an input's field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.graphql.storage import KEY, Storage


def argument(
    python_name: str,
    annotation: object,
    description: str,
    default: object = strawberry.UNSET,
    *,
    name: str | None = None,
) -> StrawberryArgument:
    """An argument of a field: its Python name (camel-cased in the schema unless `name` is given), type and default."""
    return StrawberryArgument(
        python_name=python_name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=default,
    )


def stored_field(how: Storage, description: str, arguments: Sequence[StrawberryArgument] = ()) -> Any:
    """A field that the compiler reads as `how` says; Strawberry declares it and never resolves it."""
    made = StrawberryField(description=description, metadata={KEY: how})
    made.arguments = list(arguments)
    return made


def plain_field(description: str, arguments: Sequence[StrawberryArgument] = (), *, name: str | None = None) -> Any:
    """A field that some Python value holds under its own name: payloads, connections, pages."""
    made = StrawberryField(description=description, graphql_name=name)
    made.arguments = list(arguments)
    return made


def optional_input(description: str, default: object = strawberry.UNSET) -> Any:
    """A field of an input; without a default it may be left out when its type allows null."""
    return strawberry.field(description=description, default=default)


def required_input(description: str) -> Any:
    """A field of an input that must be there."""
    return strawberry.field(description=description)
