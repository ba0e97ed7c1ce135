"""Compile a validated operation to one Cypher statement whose single record is the response.

The compiler reads nothing about a field but its storage, which the schema declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from graphql import FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode

from api.graphql.compile import pages, relations, resolved, roots, values
from api.graphql.compile.dependencies import ObservedRequest
from api.graphql.compile.plan import Plan, Root
from api.graphql.compile.projection import ProjectedField, Projection
from api.graphql.compile.request import Request, Shaper
from api.graphql.compile.scope import COLUMN, Compilation, Field, Parameters, Scope
from api.graphql.compile.selection import Selector
from api.graphql.compile.statement import build_plan
from api.graphql.storage import (
    Aggregate,
    Attributes,
    ChangedNode,
    Expression,
    Group,
    Many,
    Nodes,
    One,
    PagedList,
    Property,
    Provenance,
    Reference,
    Resolved,
    Unavailable,
)

_GROUP_COST = 10


def compile_operation(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    request: ObservedRequest,
) -> Plan:
    """Return the plan of a query, for all requests that agree in what it read of this one. Raises GraphQLError."""
    compilation = Compilation(schema, Selector(fragments, request))
    assert schema.query_type is not None
    selected = compilation.selector.root(schema.query_type.name, operation.selection_set)
    fields = [compilation.field(schema.query_type, key, nodes, ()) for key, nodes in selected.items()]
    return _plan_of_fields(compilation, schema.query_type, fields)


def compile_field(
    schema: GraphQLSchema,
    field: Field,
    fragments: Mapping[str, FragmentDefinitionNode],
    request: Request,
    id_: str,
    part: str = "",
) -> Plan:
    """Return the plan of a node in a mutation's payload, by its id and its `part`, if it has one."""
    compilation = Compilation(schema, Selector(fragments, ObservedRequest(request)))
    scope, storage = Scope(""), field.storage
    if isinstance(storage, Reference):
        text, shape = roots.node_by_id(compilation, scope, field, storage, project, id_)
    else:
        assert isinstance(storage, ChangedNode)
        text, shape = roots.changed_node(compilation, scope, field, storage, project, id_, part)
    return build_plan(compilation, scope, [COLUMN.format(field.key, text)], [Root(field.key, shape)], {}, (field.key,))


def project(
    compilation: Compilation, scope: Scope, type_: GraphQLObjectType, nodes: list[Any], path: tuple[str, ...]
) -> Projection:
    """Return the projection of the fields selected on one object."""
    fields = []
    for field in compilation.fields(type_, nodes, path):
        if field.name == "__typename":
            fields.append(ProjectedField(field.key, None, constant=field.parent))
        else:
            fields.append(ProjectedField(field.key, *_value(compilation, scope, field)))
    return Projection(fields)


def _value(  # noqa: C901, PLR0911, PLR0912 - one case for each kind of storage
    compilation: Compilation, scope: Scope, field: Field
) -> tuple[str, Shaper | None]:
    """Return a field's Cypher expression and shaper. A new kind of storage gets its case here."""
    storage = field.storage
    match storage:
        case Property():
            return values.property_(scope, storage)
        case Expression():
            return values.expression(compilation, scope, field, storage)
        case Attributes():
            return values.attributes(compilation, scope, field, storage)
        case Provenance():
            return values.provenance(compilation, scope, field, storage)
        case Aggregate():
            return values.roll_up(compilation, scope, field, storage)
        case One():
            return relations.one(compilation, scope, field, storage, project)
        case Many():
            return relations.many(compilation, scope, field, storage, project)
        case PagedList():
            return pages.page(compilation, scope, field, storage, project)
        case Reference():
            return roots.reference(compilation, scope, field, storage, project)
        case Nodes():
            return roots.nodes(compilation, scope, field, storage, project)
        case Group():
            return _group(compilation, scope, field)
        case Resolved():
            return resolved.below_node(compilation, scope, field, storage, project)
        case Unavailable():
            message = f"`{field.name}` is not available yet: {storage.missing} are to come."
            raise field.error("NOT_AVAILABLE", message)
        case ChangedNode() | None:
            raise AssertionError(f"{field.coordinate} is read in payloads only")
        case _:
            assert_never(storage)


def _group(compilation: Compilation, scope: Scope, field: Field) -> tuple[str, Shaper]:
    assert field.type is not None
    projected = project(compilation, scope, field.type, field.nodes, field.path)
    compilation.cost((), _GROUP_COST)
    return projected.cypher, projected.shaper()


def _plan_of_fields(compilation: Compilation, type_: GraphQLObjectType, fields: list[Field]) -> Plan:
    scope = Scope("")
    columns: list[str] = []
    shaped_roots: list[Root] = []
    constants: dict[str, Any] = {}
    for field in fields:
        if field.name == "__typename":
            constants[field.key] = type_.name
        elif isinstance(field.storage, Resolved):
            compilation.resolved.append(resolved.resolved_field(compilation, field, field.storage, project))
        elif not field.name.startswith("__"):
            text, shape = _value(compilation, scope, field)
            columns.append(COLUMN.format(field.key, text))
            shaped_roots.append(Root(field.key, shape))
    return build_plan(compilation, scope, columns, shaped_roots, constants, tuple(field.key for field in fields))


__all__ = ["Parameters", "Plan", "compile_field", "compile_operation"]
