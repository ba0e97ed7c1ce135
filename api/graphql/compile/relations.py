"""Compile fields that lead to related nodes: at most one, or a short list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.graphql.compile.filters import list_predicates
from api.graphql.compile.pages import size_binder
from api.graphql.compile.projection import shape_each
from api.graphql.compile.request import Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, fill_names
from api.graphql.storage import Many, One

LIST_COST = 5
"""A guess at the rows of a short list."""
LIST_SIZE = 10
"""The length of a list whose argument `limited_by` is absent."""
Project = Callable[..., Any]


def one(compilation: Compilation, scope: Scope, field: Field, storage: One, project: Project) -> tuple[str, Shaper]:
    """Return the related node or null. A node that the way here has bound is not read again."""
    if storage.relation is not None and storage.relation in scope.variables:
        here = Scope(scope.variables[storage.relation], scope.chain, {}, scope.traversals)
        projected = project(compilation, here, field.type, field.nodes, field.path)
        return projected.cypher, projected.shaper()
    to, found = compilation.name(), compilation.name("o")
    inner = Scope(to, scope.chain)
    compilation.cost(scope.chain, 1)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    read = _unite(scope.alias, to, [fill_names(source, scope.alias, to) for source in storage.sources])
    read += _where(list_predicates(compilation, field, storage, to))
    imported = ", ".join((scope.alias, *(fill_names(name, scope.alias) for name in storage.imports)))
    scope.calls.append(
        f"CALL ({imported}) {{ {read} WITH {to} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {found} }}"
    )
    return f"head({found})", _shape_unless_null(projected.shaper())


def many(compilation: Compilation, scope: Scope, field: Field, storage: Many, project: Project) -> tuple[str, Shaper]:
    """Return the list of related nodes."""
    to, found = compilation.name(), compilation.name("l")
    limit, chain = "", scope.chain
    if storage.limited_by:
        size = size_binder(field, field.arguments.binder(storage.limited_by), storage.limited_by, LIST_SIZE)
        limit, chain = f" LIMIT {compilation.parameters.bind(size)}", (*scope.chain, size)
    variables = {name: fill_names(text, scope.alias, to) for name, text in storage.variables.items()}
    inner = Scope(to, chain, variables)
    compilation.cost(chain, LIST_COST)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    read = fill_names(storage.source, scope.alias, to) + _where(list_predicates(compilation, field, storage, to))
    carried = ", ".join(dict.fromkeys((to, *variables.values())))
    scope.calls.append(
        f"CALL ({scope.alias}) {{ {read} WITH {carried} ORDER BY {fill_names(storage.order, scope.alias, to)}{limit} "
        f"{' '.join(inner.calls)} RETURN collect({projected.cypher}) AS {found} }}"
    )
    return found, shape_each(projected.shaper())


def _where(predicates: list[str]) -> str:
    return f" WHERE {' AND '.join(predicates)}" if predicates else ""


def _unite(imported: str, to: str, reads: list[str]) -> str:
    if len(reads) == 1:
        return reads[0]
    return f"CALL ({imported}) {{ {' UNION '.join(f'{read} RETURN {to}' for read in reads)} }}"


def _shape_unless_null(shape: Shaper) -> Shaper:
    return lambda value, request: None if value is None else shape(value, request)
