"""Compile fields that Python resolves: what is selected of their values, and the nodes that they name by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.graphql.compile.plan import MapSelection, NodeLookup, ResolvedField, Root
from api.graphql.compile.request import Shaper
from api.graphql.compile.roots import labelled_nodes
from api.graphql.compile.scope import COLUMN, Compilation, Field, Scope
from api.graphql.compile.statement import build_plan
from api.graphql.storage import Resolved

REQUESTED = "requested"
"""The parameter with the keys of nodes to look up, and the column of the nodes found."""
_KEYS = {"Organisation": "id", "Stage": "key", "Objective": "key"}
"""The key property of each type whose nodes resolvers name."""
_LOOKUP_COST = 100
"""A guess at the rows of a lookup: nobody knows beforehand how many nodes a resolver names."""
Project = Callable[..., Any]


def resolved_field(compilation: Compilation, field: Field, storage: Resolved, project: Project) -> ResolvedField:
    """Return a field of the operation, to be resolved beside its statement."""
    arguments = {argument: field.arguments.binder(argument) for argument in field.arguments}
    compilation.cost((), storage.weight)
    selection = _selection(compilation, field, project)
    return ResolvedField(field.key, field.name, arguments, selection, field.path, storage.node_argument)


def below_node(
    compilation: Compilation, scope: Scope, field: Field, storage: Resolved, project: Project
) -> tuple[str, Shaper]:
    """Return a field below a node: the statement returns the node's key, and the value is deferred."""
    target = resolved_field(compilation, field, storage, project)
    return f"{scope.alias}.key", lambda key, request: request.defer(target, key)


def _selection(compilation: Compilation, field: Field, project: Project) -> MapSelection | NodeLookup | None:
    if field.type is None:
        return None
    if field.type.name in _KEYS:
        return _lookup(compilation, field, project)
    fields = compilation.fields(field.type, field.nodes, field.path)
    return MapSelection(field.type.name, {one.key: (one.name, _selection(compilation, one, project)) for one in fields})


def _lookup(compilation: Compilation, field: Field, project: Project) -> NodeLookup:
    assert field.type is not None
    inner, scope = Compilation(compilation.schema, compilation.selector), Scope("")
    label = field.type.name
    result, shape = labelled_nodes(inner, scope, field, project, label, f"${REQUESTED}", _KEYS[label])
    inner.cost((), _LOOKUP_COST)
    compilation.costs += inner.costs
    root = Root(REQUESTED, _shape_pairs(shape))
    plan = build_plan(inner, scope, [COLUMN.format(REQUESTED, result)], [root], {}, (REQUESTED,))
    compilation.checks += plan.checks
    return NodeLookup(plan, field.path)


def _shape_pairs(shape: Shaper) -> Shaper:
    return lambda pairs, request: [[key, shape(value, request)] for key, value in pairs]
