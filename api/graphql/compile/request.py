"""What one request brings beside its document: variables, the time, and what is known."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql.execution.values import VariableValues

from graph.attributes.catalogue import Catalogue, Definition


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in a response for what is still to be found out about a node."""

    what: Hashable
    key: str
    place: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its coerced variables, the clock in epoch milliseconds, the catalogue, and what its answer waits for."""

    values: VariableValues
    now: int
    catalogue: Catalogue
    waiting: list[Waiting] = field(default_factory=list, compare=False)

    def later(self, what: Hashable, key: str) -> dict[str, Any]:
        """A place in the response that is filled in once `what` is known of the node of that key."""
        place: dict[str, Any] = {}
        self.waiting.append(Waiting(what, key, place))
        return place

    def variable(self, name: str) -> Any:
        """A variable's value; None when it was not given."""
        return self.values.coerced.get(name)

    def nested(self, entity: str) -> frozenset[str]:
        """The attributes of an entity that are kept as JSON text."""
        return nested_names(self.catalogue, entity)


@lru_cache(maxsize=64)
def _nested(definitions: tuple[Definition, ...], entity: str) -> frozenset[str]:
    return frozenset(one.name for one in definitions if one.entity == entity and one.type == "json")


def nested_names(catalogue: Catalogue, entity: str) -> frozenset[str]:
    """The names of an entity's attributes whose type is `json`."""
    return _nested(catalogue.definitions, entity)


Binder = Callable[[Request], Any]
"""How a parameter gets its value from a request."""
Shaper = Callable[[Any, Request], Any]
"""How a value of the record becomes a value of the response."""
