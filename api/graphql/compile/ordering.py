"""The order of a connection, and predicates for the rows on one side of a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.graphql.compile.request import Binder
from api.graphql.compile.scope import Compilation, Field, Parameters
from api.graphql.storage import PagedList

_SORTABLE = {"integer", "float", "boolean", "text", "date", "datetime"}


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order by a value, then by id. Without a value it is by id alone. Nulls come last in either direction."""

    node: str
    value: str | None = None
    kind: str = "text"
    descending: bool = False
    nullable: bool = True

    def clause(self, *, backwards: bool) -> str:
        """Return the expressions of ORDER BY."""
        by_id = f"{self.node}.id{' DESC' if backwards else ''}"
        if self.value is None:
            return by_id
        by_value = f"{self.value}{' DESC' if self.descending != backwards else ''}, {by_id}"
        if not self.nullable:
            return by_value
        nulls = f"CASE WHEN {self.value} IS NULL THEN 1 ELSE 0 END{' DESC' if backwards else ''}"
        return f"{nulls}, {by_value}"

    def index_predicates(self) -> tuple[str, ...]:
        """Return predicates that hold for every row.

        They let Neo4j read an index in its order and stop at the end of the page.
        """
        if self.value is None:
            return (f"{self.node}.id IS NOT NULL",)
        return () if self.nullable else (f"{self.value} IS NOT NULL",)

    def cursor_value(self) -> str:
        """Return the sort value as a cursor stores it: instants in epoch milliseconds, days as text."""
        if self.value is None:
            return "null"
        if self.kind == "datetime":
            return f"{self.value}.epochMillis"
        return f"toString({self.value})" if self.kind == "date" else self.value

    def beyond(self, parameters: Parameters, place: Binder, *, forwards: bool) -> str:
        """Return the predicate of rows after (`forwards`) or before a place `[sort value, id]`."""
        id_ = parameters.bind(lambda request: place(request)[1])
        later_id = f"{self.node}.id {'>' if forwards else '<'} {id_}"
        if self.value is None:
            return later_id
        key = parameters.bind(lambda request: place(request)[0])
        value, place_value = self.value, self._from_cursor(key)
        past = f"{value} {'<' if self.descending == forwards else '>'} {place_value}"
        same = f"({value} = {place_value} AND {later_id})"
        if not self.nullable:
            return f"({past} OR {same})"
        if forwards:
            return (
                f"(({key} IS NULL AND {value} IS NULL AND {later_id}) OR "
                f"({key} IS NOT NULL AND ({value} IS NULL OR {past} OR {same})))"
            )
        return (
            f"(({key} IS NULL AND ({value} IS NOT NULL OR {later_id})) OR "
            f"({key} IS NOT NULL AND {value} IS NOT NULL AND ({past} OR {same})))"
        )

    def _from_cursor(self, key: str) -> str:
        if self.kind == "datetime":
            return f"datetime({{epochMillis: {key}}})"
        return f"date({key})" if self.kind == "date" else key


def ordering(compilation: Compilation, field: Field, storage: PagedList, node: str) -> Ordering:
    """Return the order of a connection: `orderBy` if the document has it, else the storage's."""
    order_by = field.arguments.read("orderBy") if "orderBy" in field.arguments else None
    if order_by is not None:
        return _by_attribute(compilation, field, storage, node, order_by)
    if storage.order == "id":
        return Ordering(node)
    return Ordering(node, f"{node}.{storage.order}", "datetime", descending=True, nullable=False)


def _by_attribute(
    compilation: Compilation, field: Field, storage: PagedList, node: str, order_by: dict[str, Any]
) -> Ordering:
    catalogue, name = compilation.request.catalogue, order_by["attribute"]
    definition = catalogue.find(storage.entity, name)
    if definition is None:
        nearest = catalogue.nearest(storage.entity, name)
        hint = f" Did you mean {nearest!r}?" if nearest else ""
        message = f"There is no attribute {name!r} of {storage.entity}.{hint}"
        raise field.error("UNKNOWN_ATTRIBUTE", message, suggestion=nearest)
    if definition.type not in _SORTABLE:
        raise field.error("BAD_ORDER", f"{name!r} is of type {definition.type}, which has no order.")
    value = f"{node}.`{definition.property}`"
    if definition.fallback:
        value = f"coalesce({value}, {node}.`{definition.fallback}`)"
    descending = getattr(order_by.get("direction"), "value", order_by.get("direction")) == "DESC"
    return Ordering(node, value, definition.type, descending)
