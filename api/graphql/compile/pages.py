"""Relay connections: a keyset page in one subquery, `totalCount` in another and only when selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from api.graphql.compile import cursors, filters
from api.graphql.compile.observed import by_presence
from api.graphql.compile.ordering import Ordering, ordering
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, placed
from api.graphql.compile.shapes import PageShape
from api.graphql.storage import Page

DEFAULT_SIZE = 20
MOST = 200
PAGING = frozenset({"first", "after", "last", "before"})


@dataclass(frozen=True, slots=True)
class _Where:
    """The rows a connection is about: where they come from and what must hold."""

    scope: Scope
    to: str
    sources: tuple[str, ...]
    holds: tuple[str, ...]
    carried: tuple[str, ...]

    def read(self, *more: str) -> str:
        """Clauses that bind the node for each row; several ways there are united, each row once."""
        branches = [self._branch(source, more) for source in self.sources]
        if len(branches) == 1:
            return branches[0]
        imported = self.scope.alias
        united = " UNION ".join(f"{branch} RETURN {', '.join((self.to, *self.carried))}" for branch in branches)
        return f"CALL ({imported}) {{ {united} }}"

    def _branch(self, source: str, more: tuple[str, ...]) -> str:
        text = placed(source, self.scope.alias, self.to)
        holds = " AND ".join((*self.holds, *more))
        last = text[text.rfind("MATCH") :]
        return f"{text} {'AND' if ' WHERE ' in last else 'WHERE'} {holds}" if holds else text


def page(compilation: Compilation, scope: Scope, field: Field, project: Callable[..., Any]) -> tuple[str, Shaper]:
    """The list that holds a connection, and what makes the connection of it."""
    storage = cast("Page", field.storage)
    to = compilation.name()
    narrowed = filters.narrow(compilation, scope, field, storage, to)
    carried = tuple(
        sorted({v for v in (placed(k, scope.alias, to) for k in storage.known.values()) if v != scope.alias})
    )
    where = _Where(scope, to, narrowed.sources, narrowed.holds, carried)
    order = ordering(compilation, field, storage, to)
    paging = _paging(field)
    assert field.type is not None
    shape = PageShape(paging.size, paging.backwards, paging.mark, paging.after, paging.before, not scope.alias)
    for part in compilation.fields(field.type, field.nodes, field.path):
        shape.select(compilation, part)
    columns = _rows(compilation, scope, where, order, paging, shape, storage, project)
    if shape.counts:
        columns.append(_count(compilation, scope, where))
    return f"[{', '.join(columns)}]", shape.shaper()


@dataclass(frozen=True, slots=True)
class _Paging:
    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None


def _paging(field: Field) -> _Paging:
    arguments = field.arguments
    last = arguments.known("last", by_presence)
    first = arguments.known("first", by_presence)
    if first is not None and last is not None:
        raise field.error("BAD_PAGE", "Give `first` or `last`, not both.")
    backwards = last is not None
    mark = _mark(field)
    ends = [
        _place(field, end, mark) if arguments.known(end, by_presence) is not None else None
        for end in ("after", "before")
    ]
    name = "last" if backwards else "first"
    return _Paging(size_of(field, arguments.later(name), name), backwards, mark, ends[0], ends[1])


def size_of(field: Field, given: Binder, name: str, default: int = DEFAULT_SIZE) -> Callable[[Request], int]:
    """A page's size; the error for one that is out of bounds names the limit."""

    def size(request: Request) -> int:
        asked = given(request)
        if asked is None:
            return default
        if not 0 <= asked <= MOST:
            raise field.error("BAD_PAGE", f"`{name}` must be from 0 to {MOST}, not {asked}.", limit=MOST)
        return int(asked)

    return size


def _mark(field: Field) -> Callable[[Request], str]:
    names = [name for name in sorted(field.arguments) if name not in PAGING]
    given = [field.arguments.later(name) for name in names]
    return lambda request: cursors.fingerprint(field.coordinate, names, [one(request) for one in given])


def _place(field: Field, end: str, mark: Callable[[Request], str]) -> Binder:
    given = field.arguments.later(end)

    def place(request: Request) -> list[Any]:
        try:
            return cursors.read(mark(request), given(request))
        except cursors.CursorError as reason:
            raise field.error("BAD_CURSOR", f"`{end}` {reason}; use one that this query returned.") from None

    return place


def _count(compilation: Compilation, scope: Scope, where: _Where) -> str:
    total = compilation.name("t")
    compilation.cost(scope.chain, 1)
    scope.calls.append(f"CALL ({_imported(scope)}) {{ {where.read()} RETURN count(*) AS {total} }}")
    return total


def _rows(
    compilation: Compilation,
    scope: Scope,
    where: _Where,
    order: Ordering,
    paging: _Paging,
    shape: PageShape,
    storage: Page,
    project: Callable[..., Any],
) -> list[str]:
    keys = compilation.name("k") if shape.needs_keys else None
    if not (shape.edges or keys):
        compilation.checks += [paging.size, *(place for place in (paging.after, paging.before) if place is not None)]
        return []
    inner = Scope(
        where.to, (*scope.chain, paging.size), {k: placed(v, scope.alias, where.to) for k, v in storage.known.items()}
    )
    compilation.cost(inner.chain, 1)
    edges = shape.edges.values()
    returned = [f"collect({edge.project(compilation, inner, project)}) AS {edge.name}" for edge in edges]
    columns = [edge.returned() for edge in edges]
    if keys:
        returned.append(f"collect([{order.written()}, {where.to}.id]) AS {keys}")
        columns.append(keys)
    ends = [
        order.beyond(compilation.parameters, place, forwards=forwards)
        for place, forwards in ((paging.after, True), (paging.before, False))
        if place is not None
    ]
    everything = not scope.alias and where.sources == storage.sources
    walked = order.walked() if everything else ()
    further = int(shape.looks_further)
    limit = compilation.parameters.later(lambda request: paging.size(request) + further)
    carried = ", ".join(dict.fromkeys((where.to, *_own(scope), *where.carried)))
    scope.calls.append(
        f"CALL ({_imported(scope)}) {{ {where.read(*walked, *ends)} WITH {carried} ORDER BY {order.clause(backwards=paging.backwards)} "
        f"LIMIT {limit} {' '.join(inner.calls)} RETURN {', '.join(returned)} }}"
    )
    return columns


def _own(scope: Scope) -> tuple[str, ...]:
    return (scope.alias,) if scope.alias else ()


def _imported(scope: Scope) -> str:
    return scope.alias
