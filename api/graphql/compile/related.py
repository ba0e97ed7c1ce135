"""Nodes next to a node: at most one, or a short list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from api.graphql.compile.filters import matching
from api.graphql.compile.pages import size_of
from api.graphql.compile.request import Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, placed
from api.graphql.compile.shaping import each
from api.graphql.storage import Many, One

LIST_COST = 5
Project = Callable[..., Any]


def one(compilation: Compilation, scope: Scope, field: Field, project: Project) -> tuple[str, Shaper]:
    """The related node, or null. What is bound already is not read again."""
    storage = cast("One", field.storage)
    if storage.known is not None and storage.known in scope.known:
        here = Scope(scope.known[storage.known], scope.chain, {}, scope.traversals)
        projected = project(compilation, here, field.type, field.nodes, field.path)
        return projected.cypher, projected.shape()
    to, found = compilation.name(), compilation.name("o")
    inner = Scope(to, scope.chain)
    compilation.cost(scope.chain, 1)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    read = _united(scope.alias, to, [placed(source, scope.alias, to) for source in storage.sources])
    holds = matching(compilation, field, storage, to)
    read += f" WHERE {' AND '.join(holds)}" if holds else ""
    imported = ", ".join((scope.alias, *(placed(name, scope.alias) for name in storage.imports)))
    scope.calls.append(
        f"CALL ({imported}) {{ {read} WITH {to} LIMIT 1 {' '.join(inner.calls)} "
        f"RETURN collect({projected.cypher}) AS {found} }}"
    )
    return f"head({found})", _unless_null(projected.shape())


def many(compilation: Compilation, scope: Scope, field: Field, project: Project) -> tuple[str, Shaper]:
    """The list of the related nodes."""
    storage = cast("Many", field.storage)
    to, found = compilation.name(), compilation.name("l")
    limit, chain = "", scope.chain
    if storage.limited_by:
        size = size_of(field, field.arguments.later(storage.limited_by), storage.limited_by, 10)
        limit, chain = f" LIMIT {compilation.parameters.later(size)}", (*scope.chain, size)
    known = {name: placed(text, scope.alias, to) for name, text in storage.known.items()}
    inner = Scope(to, chain, known)
    compilation.cost(chain, LIST_COST)
    projected = project(compilation, inner, field.type, field.nodes, field.path)
    holds = matching(compilation, field, storage, to)
    read = placed(storage.sources[0], scope.alias, to) + (f" WHERE {' AND '.join(holds)}" if holds else "")
    carried = ", ".join(dict.fromkeys((to, *known.values())))
    scope.calls.append(
        f"CALL ({scope.alias}) {{ {read} WITH {carried} ORDER BY {placed(storage.order, scope.alias, to)}{limit} "
        f"{' '.join(inner.calls)} RETURN collect({projected.cypher}) AS {found} }}"
    )
    return found, each(projected.shape())


def _united(imported: str, to: str, reads: list[str]) -> str:
    if len(reads) == 1:
        return reads[0]
    return f"CALL ({imported}) {{ {' UNION '.join(f'{read} RETURN {to}' for read in reads)} }}"


def _unless_null(shape: Shaper) -> Shaper:
    return lambda value, request: None if value is None else shape(value, request)
