"""Functions that declare fields and arguments of the schema."""

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
    """Return an argument of a field; its name in the schema is `name`, or the Python name in camel case."""
    return StrawberryArgument(
        python_name=python_name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=default,
    )


def stored_field(storage: Storage, description: str, arguments: Sequence[StrawberryArgument] = ()) -> Any:
    """Return a field that the compiler reads from the graph. Strawberry declares it and never resolves it."""
    declared = StrawberryField(description=description, metadata={KEY: storage})
    declared.arguments = list(arguments)
    return declared


def plain_field(description: str, arguments: Sequence[StrawberryArgument] = (), *, name: str | None = None) -> Any:
    """Return a field without storage: a Python map holds its value under the field's name, as in payloads."""
    declared = StrawberryField(description=description, graphql_name=name)
    declared.arguments = list(arguments)
    return declared


def optional_input(description: str, default: object = strawberry.UNSET) -> Any:
    """Return a field of an input. Without a default it is optional if its type allows null."""
    return strawberry.field(description=description, default=default)


def required_input(description: str) -> Any:
    """Return a required field of an input."""
    return strawberry.field(description=description)
