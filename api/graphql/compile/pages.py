"""Compile Relay connections: a keyset page in one subquery, and `totalCount` in another only if it is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.graphql.compile import cursors
from api.graphql.compile.dependencies import by_presence
from api.graphql.compile.filters import FilteredRows, filter_page
from api.graphql.compile.ordering import Ordering, ordering
from api.graphql.compile.page_shape import PageShape
from api.graphql.compile.request import Binder, Request, Shaper
from api.graphql.compile.scope import Compilation, Field, Scope, fill_names
from api.graphql.storage import PagedList

DEFAULT_SIZE = 20
MOST = 200
"""The largest page."""
PAGING = frozenset({"first", "after", "last", "before"})


@dataclass(frozen=True, slots=True)
class _Rows:
    """All rows of a connection; `carried` are variables of the sources that the rows' fields use."""

    scope: Scope
    to: str
    filtered: FilteredRows
    carried: tuple[str, ...]

    def read(self, *more: str) -> str:
        """Return clauses that bind `to` for each row that also meets the predicates in `more`.

        Several sources are united, so that each row comes once.
        """
        branches = [self._branch(source, more) for source in self.filtered.sources]
        if len(branches) == 1:
            return branches[0]
        united = " UNION ".join(f"{branch} RETURN {', '.join((self.to, *self.carried))}" for branch in branches)
        return f"CALL ({self.scope.alias}) {{ {united} }}"

    def _branch(self, source: str, more: tuple[str, ...]) -> str:
        text = fill_names(source, self.scope.alias, self.to)
        predicates = " AND ".join((*self.filtered.predicates, *more))
        last_match = text[text.rfind("MATCH") :]
        return f"{text} {'AND' if ' WHERE ' in last_match else 'WHERE'} {predicates}" if predicates else text


def page(
    compilation: Compilation, scope: Scope, field: Field, storage: PagedList, project: Callable[..., Any]
) -> tuple[str, Shaper]:
    """Return the list that holds a connection's values, and its shaper."""
    to = compilation.name()
    filtered = filter_page(compilation, scope, field, storage, to)
    variables = {name: fill_names(text, scope.alias, to) for name, text in storage.variables.items()}
    rows = _Rows(scope, to, filtered, tuple(sorted({one for one in variables.values() if one != scope.alias})))
    order = ordering(compilation, field, storage, to)
    paging = _paging(field)
    assert field.type is not None
    shape = PageShape(paging.size, paging.backwards, paging.mark, paging.after, paging.before, not scope.alias)
    for part in compilation.fields(field.type, field.nodes, field.path):
        shape.select(compilation, part)
    inner = Scope(to, (*scope.chain, paging.size), variables)
    columns = _page_columns(compilation, rows, order, paging, shape, storage, inner, project)
    if shape.counts:
        columns.append(_count(compilation, rows))
    return f"[{', '.join(columns)}]", shape.shaper()


@dataclass(frozen=True, slots=True)
class _Paging:
    """The paging arguments of a connection; `mark` is the fingerprint of its cursors."""

    size: Callable[[Request], int]
    backwards: bool
    mark: Callable[[Request], str]
    after: Binder | None
    before: Binder | None


def _paging(field: Field) -> _Paging:
    arguments = field.arguments
    last = arguments.read("last", by_presence)
    first = arguments.read("first", by_presence)
    if first is not None and last is not None:
        raise field.error("BAD_PAGE", "Give `first` or `last`, not both.")
    backwards = last is not None
    mark = _mark(field)
    after, before = (
        _place(field, end, mark) if arguments.read(end, by_presence) is not None else None
        for end in ("after", "before")
    )
    name = "last" if backwards else "first"
    return _Paging(size_binder(field, arguments.binder(name), name), backwards, mark, after, before)


def size_binder(field: Field, binder: Binder, name: str, default: int = DEFAULT_SIZE) -> Callable[[Request], int]:
    """Return a binder for the number of rows. It raises GraphQLError for a number out of bounds."""

    def size(request: Request) -> int:
        value = binder(request)
        if value is None:
            return default
        if not 0 <= value <= MOST:
            raise field.error("BAD_PAGE", f"`{name}` must be from 0 to {MOST}, not {value}.", limit=MOST)
        return int(value)

    return size


def _mark(field: Field) -> Callable[[Request], str]:
    names = [name for name in sorted(field.arguments) if name not in PAGING]
    binders = [field.arguments.binder(name) for name in names]
    return lambda request: cursors.fingerprint(field.coordinate, names, [binder(request) for binder in binders])


def _place(field: Field, end: str, mark: Callable[[Request], str]) -> Binder:
    cursor = field.arguments.binder(end)

    def place(request: Request) -> list[Any]:
        try:
            return cursors.decode(mark(request), cursor(request))
        except cursors.CursorError as reason:
            raise field.error("BAD_CURSOR", f"`{end}` {reason}; use one that this query returned.") from None

    return place


def _count(compilation: Compilation, rows: _Rows) -> str:
    total, scope = compilation.name("t"), rows.scope
    compilation.cost(scope.chain, 1)
    scope.calls.append(f"CALL ({scope.alias}) {{ {rows.read()} RETURN count(*) AS {total} }}")
    return total


def _page_columns(
    compilation: Compilation,
    rows: _Rows,
    order: Ordering,
    paging: _Paging,
    shape: PageShape,
    storage: PagedList,
    inner: Scope,
    project: Callable[..., Any],
) -> list[str]:
    """Add the subquery of the page's rows, and return its columns. Without edges and cursors there is none."""
    scope, to = rows.scope, rows.to
    keys = compilation.name("k") if shape.needs_keys else None
    if not (shape.edges or keys):
        compilation.checks += [paging.size, *(place for place in (paging.after, paging.before) if place is not None)]
        return []
    compilation.cost(inner.chain, 1)
    edges = shape.edges.values()
    returned = [f"collect({edge.project(compilation, inner, project)}) AS {edge.name}" for edge in edges]
    columns = [edge.column() for edge in edges]
    if keys:
        returned.append(f"collect([{order.cursor_value()}, {to}.id]) AS {keys}")
        columns.append(keys)
    ends = [
        order.beyond(compilation.parameters, place, forwards=forwards)
        for place, forwards in ((paging.after, True), (paging.before, False))
        if place is not None
    ]
    reads_all = not scope.alias and rows.filtered.sources == storage.sources
    index_predicates = order.index_predicates() if reads_all else ()
    extra = int(shape.needs_next_row)
    limit = compilation.parameters.bind(lambda request: paging.size(request) + extra)
    above = (scope.alias,) if scope.alias else ()
    carried = ", ".join(dict.fromkeys((to, *above, *rows.carried)))
    scope.calls.append(
        f"CALL ({scope.alias}) {{ {rows.read(*index_predicates, *ends)} "
        f"WITH {carried} ORDER BY {order.clause(backwards=paging.backwards)} "
        f"LIMIT {limit} {' '.join(inner.calls)} RETURN {', '.join(returned)} }}"
    )
    return columns
