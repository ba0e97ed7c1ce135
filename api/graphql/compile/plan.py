"""A plan: one compiled operation, with its statement, bindings, cost and the shape of its response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.graphql.compile.request import Binder, Request, Shaper

Chain = tuple[Callable[[Request], int], ...]
"""The page sizes above a field. Their product is how often the field is read."""
_CHARACTERS_PER_FIELD = 100


@dataclass(frozen=True, slots=True)
class Root:
    """One field of the operation: its response key, and the shaper of its value."""

    key: str
    shape: Shaper | None


@dataclass(frozen=True, slots=True)
class MapSelection:
    """The fields selected of a resolver's maps: by response key, the name and the selection below it."""

    type: str
    fields: Mapping[str, tuple[str, MapSelection | NodeLookup | None]]

    @property
    def size(self) -> int:
        """Return about how many characters the selection had in the document."""
        return sum(_CHARACTERS_PER_FIELD + (below.size if below else 0) for _, below in self.fields.values())

    def select(self, value: Any, request: Request) -> Any:
        """Return the value keyed by response names, lists item by item. Nodes to be looked up are deferred."""
        if value is None:
            return None
        if isinstance(value, list):
            return [self.select(one, request) for one in value]
        return {
            key: self.type if name == "__typename" else below.select(value[name], request) if below else value[name]
            for key, (name, below) in self.fields.items()
        }


@dataclass(frozen=True, slots=True, eq=False)
class NodeLookup:
    """Nodes that resolvers name by their keys: `plan` reads all nodes of `$requested` at once, each beside its key."""

    plan: Plan
    path: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return about how many characters the selection had in the document."""
        return self.plan.size

    def select(self, value: Any, request: Request) -> Any:
        """Return an empty place for each key; the runner fills them."""
        if isinstance(value, list):
            return [self.select(one, request) for one in value]
        return None if value is None else request.defer(self, value)


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedField:
    """A field whose value a resolver returns. `node_argument` names the argument that gets the key of the node above."""

    key: str
    name: str
    arguments: Mapping[str, Binder]
    selection: MapSelection | NodeLookup | None
    path: tuple[str, ...]
    node_argument: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One compiled operation."""

    cypher: str | None
    binders: Mapping[str, Binder]
    fixed_bindings: Mapping[str, Any]
    roots: tuple[Root, ...]
    constants: Mapping[str, Any]
    resolved: tuple[ResolvedField, ...]
    costs: tuple[tuple[Chain, int], ...]
    order: tuple[str, ...]
    """The response keys in the order of the document."""
    introspected: bool
    """True if graphql-core answers some of the fields."""
    checks: tuple[Binder, ...] = ()
    """Binders of arguments that the statement does not use. They raise for values out of bounds."""

    @property
    def size(self) -> int:
        """Return about how many characters the plan holds, with the plans of its node lookups."""
        below = sum(each.selection.size for each in self.resolved if each.selection is not None)
        return len(self.cypher or "") + len(repr(self.fixed_bindings)) + below + _CHARACTERS_PER_FIELD * len(self.order)

    def check(self, request: Request) -> None:
        """Check the arguments that the statement does not use. Raises GraphQLError."""
        for check in self.checks:
            check(request)

    def bind(self, request: Request) -> dict[str, Any]:
        """Return the statement's bindings. Raises GraphQLError for an argument out of bounds."""
        return {**self.fixed_bindings, **{name: binder(request) for name, binder in self.binders.items()}}

    def cost(self, request: Request) -> int:
        """Return about how many rows the statement reads."""
        cost = 0
        for chain, weight in self.costs:
            rows = weight
            for size in chain:
                rows *= size(request)
            cost += rows
        return cost

    def shape(self, record: dict[str, Any], request: Request) -> dict[str, Any]:
        """Return the response's data from the statement's record."""
        data = {**record, **self.constants}
        for root in self.roots:
            if root.shape is not None and data.get(root.key) is not None:
                data[root.key] = root.shape(data[root.key], request)
        return data

    def ordered(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data with its fields in the order of the document."""
        return {key: data[key] for key in self.order}
