"""From a validated operation to one Cypher statement whose single record is the response.

`compile_operation` reads the schema's storage metadata and nothing else: what a field means stands on the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode

from api.graphql.compile import pages, related, roots, values
from api.graphql.compile.arguments import Dependences
from api.graphql.compile.plan import Apart, Chosen, Plan, Root
from api.graphql.compile.request import Request, Shaper
from api.graphql.compile.scope import COLUMN, Compilation, Field, Parameters, Projection, Scope
from api.graphql.compile.selection import Selector
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
    request: Request,
    dependences: Dependences,
) -> tuple[Plan, bool]:
    """The plan of a query for requests like this one, and whether it depends on the catalogue.

    What else the statement's text depends on is added to `dependences`. Raises GraphQLError.
    """
    compilation = Compilation(schema, Selector(fragments, request, dependences), request)
    assert schema.query_type is not None
    selected = compilation.selector.root(schema.query_type.name, operation.selection_set)
    fields = [compilation.field(schema.query_type, key, nodes, ()) for key, nodes in selected.items()]
    return _planned(compilation, schema.query_type, fields), compilation.reads_catalogue


def compile_field(
    schema: GraphQLSchema,
    field: Field,
    fragments: Mapping[str, FragmentDefinitionNode],
    request: Request,
    id_: str,
    part: str = "",
) -> Plan:
    """The plan of what stands under a mutation's payload: the same way of reading, by id."""
    compilation = Compilation(schema, Selector(fragments, request, set()), request)
    scope = Scope("")
    if isinstance(field.storage, Reference):
        found = f"MATCH (found:{field.storage.label} {{id: {compilation.parameters.add(id_)}}})"
        text, shape = roots.single(compilation, scope, field, project, field.storage.label, found)
    else:
        text, shape = roots.changed(compilation, scope, field, project, id_, part)
    return _finished(compilation, scope, [COLUMN.format(field.key, text)], [Root(field.key, shape)], {}, (field.key,))


def project(
    compilation: Compilation, scope: Scope, type_: GraphQLObjectType, nodes: list[Any], path: tuple[str, ...]
) -> Projection:
    """The map of what is selected on one object, keyed by response names."""
    columns: list[str] = []
    shapers: list[tuple[str, Shaper]] = []
    for field in compilation.fields(type_, nodes, path):
        text, shape = _value(compilation, scope, field)
        columns.append(COLUMN.format(field.key, text))
        if shape is not None:
            shapers.append((field.key, shape))
    return Projection("{" + ", ".join(columns) + "}", tuple(shapers))


def _value(compilation: Compilation, scope: Scope, field: Field) -> tuple[str, Shaper | None]:
    storage = field.storage
    if field.name == "__typename":
        return f"'{field.parent}'", None
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
            compilation.apart.append(_apart(compilation, field, field.storage.name))
        elif not field.name.startswith("__"):
            text, shape = _value(compilation, scope, field)
            columns.append(COLUMN.format(field.key, text))
            shaped.append(Root(field.key, shape))
    return _finished(compilation, scope, columns, shaped, constants, tuple(field.key for field in fields))


def _finished(
    compilation: Compilation,
    scope: Scope,
    columns: list[str],
    shaped: list[Root],
    constants: dict[str, Any],
    order: tuple[str, ...],
) -> Plan:
    cypher = f"{' '.join(scope.calls)} RETURN {{{', '.join(columns)}}} AS data".strip() if columns else None
    bound = compilation.parameters.binders
    used = {name: binder for name, binder in bound.items() if cypher and f"${name}" in cypher}
    fixed = compilation.parameters.values if cypher else {}
    apart, costs = tuple(compilation.apart), tuple(compilation.costs)
    return Plan(cypher, used, fixed, tuple(shaped), constants, apart, costs, order)


def _apart(compilation: Compilation, field: Field, name: str) -> Apart:
    assert field.type is not None
    arguments = {argument: field.arguments.later(argument) for argument in field.arguments}
    return Apart(field.key, name, arguments, _chosen(compilation, field, field.type), field.path)


def _chosen(compilation: Compilation, field: Field, type_: GraphQLObjectType) -> Chosen:
    fields = {}
    for one in compilation.fields(type_, field.nodes, field.path):
        fields[one.key] = (one.name, _chosen(compilation, one, one.type) if one.type is not None else None)
    return Chosen(type_.name, fields)


__all__ = ["Parameters", "Plan", "compile_field", "compile_operation"]
