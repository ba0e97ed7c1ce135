"""From a validated operation to one Cypher statement whose single record is the response.

`compile_operation` reads the schema's storage metadata and nothing else: what a field means stands on the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode

from api.graphql.compile import apart, pages, related, roots, values
from api.graphql.compile.observed import Observed
from api.graphql.compile.plan import Plan, Root
from api.graphql.compile.request import Request, Shaper
from api.graphql.compile.scope import COLUMN, Compilation, Field, Parameters, Scope
from api.graphql.compile.selection import Selector
from api.graphql.compile.shaping import Part, Projection
from api.graphql.compile.statement import finished
from api.graphql.storage import (
    Aggregate,
    Attributes,
    Expression,
    Itself,
    Many,
    Nodes,
    One,
    Page,
    Property,
    Provenance,
    Reference,
    Unavailable,
)
from api.graphql.storage import Apart as StoredApart

_SIMPLE = {
    Property: values.property_,
    Expression: values.expression,
    Attributes: values.attributes,
    Provenance: values.provenance,
    Aggregate: values.roll_up,
}
_NESTED: Mapping[type, Any] = {
    StoredApart: apart.below,
    One: related.one,
    Many: related.many,
    Page: pages.page,
    Reference: roots.reference,
    Nodes: roots.nodes,
}


def compile_operation(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    request: Observed,
) -> Plan:
    """The plan of a query for requests alike in what it reads of this one. Raises GraphQLError."""
    compilation = Compilation(schema, Selector(fragments, request))
    assert schema.query_type is not None
    selected = compilation.selector.root(schema.query_type.name, operation.selection_set)
    fields = [compilation.field(schema.query_type, key, nodes, ()) for key, nodes in selected.items()]
    return _planned(compilation, schema.query_type, fields)


def compile_field(
    schema: GraphQLSchema,
    field: Field,
    fragments: Mapping[str, FragmentDefinitionNode],
    request: Request,
    id_: str,
    part: str = "",
) -> Plan:
    """The plan of what stands under a mutation's payload: the same way of reading, by id."""
    compilation = Compilation(schema, Selector(fragments, Observed(request)))
    scope = Scope("")
    if isinstance(field.storage, Reference):
        found = f"MATCH (found:{field.storage.label} {{id: {compilation.parameters.add(id_)}}})"
        text, shape = roots.single(compilation, scope, field, project, field.storage.label, found)
    else:
        text, shape = roots.changed(compilation, scope, field, project, id_, part)
    return finished(compilation, scope, [COLUMN.format(field.key, text)], [Root(field.key, shape)], {}, (field.key,))


def project(
    compilation: Compilation, scope: Scope, type_: GraphQLObjectType, nodes: list[Any], path: tuple[str, ...]
) -> Projection:
    """What is selected on one object."""
    parts = []
    for field in compilation.fields(type_, nodes, path):
        if field.name == "__typename":
            parts.append(Part(field.key, None, constant=field.parent))
        else:
            parts.append(Part(field.key, *_value(compilation, scope, field)))
    return Projection(parts)


def _value(compilation: Compilation, scope: Scope, field: Field) -> tuple[str, Shaper | None]:
    storage = field.storage
    if isinstance(storage, Unavailable):
        what = f"`{field.name}` is not available yet: {storage.since} are to come."
        raise field.error("NOT_AVAILABLE", what)
    if isinstance(storage, Itself):
        projected = project(compilation, scope, field.type, field.nodes, field.path)  # type: ignore[arg-type]
        compilation.cost((), 10)
        return projected.cypher, projected.shape()
    if simple := _SIMPLE.get(type(storage)):
        return simple(compilation, scope, field)
    value: tuple[str, Shaper | None] = _NESTED[type(storage)](compilation, scope, field, project)
    return value


def _planned(compilation: Compilation, type_: GraphQLObjectType, fields: list[Field]) -> Plan:
    scope = Scope("")
    columns: list[str] = []
    shaped: list[Root] = []
    constants: dict[str, Any] = {}
    for field in fields:
        if field.name == "__typename":
            constants[field.key] = type_.name
        elif isinstance(field.storage, StoredApart):
            compilation.apart.append(apart.field(compilation, field, field.storage, project))
        elif not field.name.startswith("__"):
            text, shape = _value(compilation, scope, field)
            columns.append(COLUMN.format(field.key, text))
            shaped.append(Root(field.key, shape))
    return finished(compilation, scope, columns, shaped, constants, tuple(field.key for field in fields))


__all__ = ["Parameters", "Plan", "compile_field", "compile_operation"]
