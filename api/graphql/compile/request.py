"""The state of one request beside its document: variables, time and catalogue."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql.execution.values import VariableValues

from graph.attributes.catalogue import Catalogue, Definition


@dataclass(frozen=True, slots=True)
class PendingPlace:
    """A map in the response that is filled later: `target` is what to read of the node with this key."""

    target: Hashable
    key: str
    place: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its coerced variables, the clock in epoch milliseconds, the catalogue and its pending places."""

    values: VariableValues
    now: int
    catalogue: Catalogue
    pending_places: list[PendingPlace] = field(default_factory=list, compare=False)

    def defer(self, target: Hashable, key: str) -> dict[str, Any]:
        """Return an empty map for the response; it is filled when `target` has been read of the node with this key."""
        place: dict[str, Any] = {}
        self.pending_places.append(PendingPlace(target, key, place))
        return place

    def json_attributes(self, entity: str) -> frozenset[str]:
        """Return the names of an entity's attributes that are stored as JSON text."""
        return _json_names(self.catalogue.definitions, entity)


@lru_cache(maxsize=64)
def _json_names(definitions: tuple[Definition, ...], entity: str) -> frozenset[str]:
    return frozenset(one.name for one in definitions if one.entity == entity and one.type == "json")


Binder = Callable[[Request], Any]
"""Takes a parameter's value from a request."""
Shaper = Callable[[Any, Request], Any]
"""Turns a value of the record into a value of the response."""
