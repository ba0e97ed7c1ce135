"""Checks of a mutation's payload before the mutation runs, so that no change is made whose answer fails."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import FragmentDefinitionNode, GraphQLError, GraphQLSchema

from api.auth import AccessDenied, Caller
from api.graphql.compile import compile_field
from api.graphql.compile.request import Request
from api.graphql.compile.scope import Compilation, Field
from api.graphql.storage import ChangedNode, Reference
from api.limits import Limits, check_cost

ABOUT_THE_CATALOGUE = frozenset({"INVALID_CRITERION", "UNKNOWN_ATTRIBUTE", "INVALID_ROLL_UP"})
"""Codes of mistakes that may be gone after the mutation, because it changes the catalogue."""


def check_payload(
    schema: GraphQLSchema,
    fragments: dict[str, FragmentDefinitionNode],
    compilation: Compilation,
    field: Field,
    request: Request,
    who: Caller,
    limits: Limits,
) -> None:
    """Refuse a payload that the caller may not read, or that costs too much. Raises AccessDenied, GraphQLError."""
    for part in _read_parts(compilation, field):
        if not who.allows("read"):
            message = f"The key {who.name!r} lacks the scope `read`, which `{part.name}` below `{field.name}` needs."
            raise AccessDenied(403, "FORBIDDEN", message)
        if isinstance(part.storage, ChangedNode | Reference):
            _check_plan(schema, fragments, part, request, limits)


def _read_parts(compilation: Compilation, field: Field) -> Iterator[Field]:
    """The parts of a payload that are read from the graph: those with a storage."""
    if field.type is None:
        return
    for part in compilation.fields(field.type, field.nodes, field.path):
        if part.storage is not None:
            yield part
        else:
            yield from _read_parts(compilation, part)


def _check_plan(
    schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode], part: Field, request: Request, limits: Limits
) -> None:
    try:
        plan = compile_field(schema, part, fragments, request, "")
    except GraphQLError as error:
        if (error.extensions or {}).get("code") not in ABOUT_THE_CATALOGUE:
            raise
        return
    plan.check(request)
    plan.bind(request)
    check_cost(plan.cost(request), limits)
