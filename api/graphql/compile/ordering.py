"""How a connection is sorted, and what lies beyond a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.graphql.compile.request import Binder
from api.graphql.compile.scope import Compilation, Field, Parameters
from api.graphql.storage import Page

_SORTABLE = {"integer", "float", "boolean", "text", "date", "datetime"}


@dataclass(frozen=True, slots=True)
class Ordering:
    """By a value (none: by id alone), one way or the other, then by id; nulls last either way."""

    node: str
    value: str | None = None
    kind: str = "text"
    descending: bool = False
    nullable: bool = True

    def clause(self, *, backwards: bool) -> str:
        """What follows ORDER BY."""
        by_id = f"{self.node}.id{' DESC' if backwards else ''}"
        if self.value is None:
            return by_id
        by_value = f"{self.value}{' DESC' if self.descending != backwards else ''}, {by_id}"
        if not self.nullable:
            return by_value
        nulls = f"CASE WHEN {self.value} IS NULL THEN 1 ELSE 0 END{' DESC' if backwards else ''}"
        return f"{nulls}, {by_value}"

    def walked(self) -> tuple[str, ...]:
        """What holds of every row, said so that Neo4j walks an index in its order and reads no more than the page."""
        if self.value is None:
            return (f"{self.node}.id IS NOT NULL",)
        return () if self.nullable else (f"{self.value} IS NOT NULL",)

    def written(self) -> str:
        """The sort value as a cursor keeps it: instants in epoch milliseconds, days as text."""
        if self.value is None:
            return "null"
        if self.kind == "datetime":
            return f"{self.value}.epochMillis"
        return f"toString({self.value})" if self.kind == "date" else self.value

    def beyond(self, parameters: Parameters, place: Binder, *, forwards: bool) -> str:
        """What holds of rows after (`forwards`) or before a place in the list."""
        at = parameters.later(lambda request: place(request)[1])
        further = f"{self.node}.id {'>' if forwards else '<'} {at}"
        if self.value is None:
            return further
        key = parameters.later(lambda request: place(request)[0])
        value, then = self.value, self._read(key)
        past = f"{value} {'<' if self.descending == forwards else '>'} {then}"
        same = f"({value} = {then} AND {further})"
        if not self.nullable:
            return f"({past} OR {same})"
        if forwards:
            return (
                f"(({key} IS NULL AND {value} IS NULL AND {further}) OR "
                f"({key} IS NOT NULL AND ({value} IS NULL OR {past} OR {same})))"
            )
        return (
            f"(({key} IS NULL AND ({value} IS NOT NULL OR {further})) OR "
            f"({key} IS NOT NULL AND {value} IS NOT NULL AND ({past} OR {same})))"
        )

    def _read(self, key: str) -> str:
        if self.kind == "datetime":
            return f"datetime({{epochMillis: {key}}})"
        return f"date({key})" if self.kind == "date" else key


def ordering(compilation: Compilation, field: Field, storage: Page, node: str) -> Ordering:
    """The order of a connection: what the document asks for, else the storage's own."""
    asked = field.arguments.known("orderBy") if "orderBy" in field.arguments else None
    if asked is not None:
        return _by_attribute(compilation, field, storage, node, asked)
    if storage.order == "id":
        return Ordering(node)
    return Ordering(node, f"{node}.{storage.order}", "datetime", descending=True, nullable=False)


def _by_attribute(compilation: Compilation, field: Field, storage: Page, node: str, asked: dict[str, Any]) -> Ordering:
    catalogue, name = compilation.request.catalogue, asked["attribute"]
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
    descending = getattr(asked.get("direction"), "value", asked.get("direction")) == "DESC"
    return Ordering(node, value, definition.type, descending)
