"""A plan: one statement, how its parameters are bound, what it costs and how its record becomes the response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.graphql.compile.request import Binder, Request, Shaper

Chain = tuple[Callable[[Request], int], ...]
"""How often something is read: the page sizes above it."""
_PART = 100


@dataclass(frozen=True, slots=True)
class Root:
    """One field of the operation: its response key, and how its value is shaped."""

    key: str
    shape: Shaper | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is selected of a value that Python holds as maps: by response key the name, and what is selected below it."""

    type: str
    fields: Mapping[str, tuple[str, Chosen | Read | None]]

    @property
    def size(self) -> int:
        """About how many characters it was written in."""
        return sum(_PART + (below.size if below else 0) for _, below in self.fields.values())

    def of(self, value: Any, request: Request) -> Any:
        """The value keyed by response names; lists item by item. What is to be read waits in the request."""
        if value is None:
            return None
        if isinstance(value, list):
            return [self.of(one, request) for one in value]
        return {
            key: self.type if name == "__typename" else below.of(value[name], request) if below else value[name]
            for key, (name, below) in self.fields.items()
        }


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Nodes that Python names by their keys: `plan` reads all that are `$asked` at once, each beside its key."""

    plan: Plan
    path: tuple[str, ...]

    @property
    def size(self) -> int:
        """About how many characters it was written in."""
        return self.plan.size

    def of(self, value: Any, request: Request) -> Any:
        """The place of each node, filled in later."""
        if isinstance(value, list):
            return [self.of(one, request) for one in value]
        return None if value is None else request.later(self, value)


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """A field that a Python function answers beside the statement; `about` names the argument that a node's key is."""

    key: str
    name: str
    arguments: Mapping[str, Binder]
    chosen: Chosen | Read | None
    path: tuple[str, ...]
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One compiled operation."""

    cypher: str | None
    parameters: Mapping[str, Binder]
    fixed: Mapping[str, Any]
    roots: tuple[Root, ...]
    constants: Mapping[str, Any]
    apart: tuple[Apart, ...]
    costs: tuple[tuple[Chain, int], ...]
    order: tuple[str, ...]
    introspected: bool
    """Whether graphql-core answers some of its fields."""
    checks: tuple[Binder, ...] = ()
    """What raises for an argument that is out of bounds, where nothing is read by it."""

    @property
    def size(self) -> int:
        """About how many characters it was written in, those of the plans below what Python answers included."""
        below = sum(each.chosen.size for each in self.apart if each.chosen is not None)
        return len(self.cypher or "") + len(repr(self.fixed)) + below + _PART * len(self.order)

    def check(self, request: Request) -> None:
        """Look at the arguments that the statement does not use. Raises GraphQLError."""
        for check in self.checks:
            check(request)

    def bind(self, request: Request) -> dict[str, Any]:
        """The statement's parameters. Raises GraphQLError for an argument that is out of bounds."""
        return {**self.fixed, **{name: binder(request) for name, binder in self.parameters.items()}}

    def cost(self, request: Request) -> int:
        """About how many rows the statement reads."""
        cost = 0
        for chain, weight in self.costs:
            rows = weight
            for size in chain:
                rows *= size(request)
            cost += rows
        return cost

    def shape(self, record: dict[str, Any], request: Request) -> dict[str, Any]:
        """The response's data from the record."""
        data = {**record, **self.constants}
        for root in self.roots:
            if root.shape is not None and data.get(root.key) is not None:
                data[root.key] = root.shape(data[root.key], request)
        return data

    def ordered(self, data: dict[str, Any]) -> dict[str, Any]:
        """The data with its fields in the order of the document."""
        return {key: data[key] for key in self.order}
