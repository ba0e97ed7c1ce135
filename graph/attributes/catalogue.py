"""The catalogue of attributes: those that sources report, computed ones, and built-in ones.

A `Catalogue` is a snapshot. It finds an attribute by any spelling of its name.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.names import ENTITIES, normalise, stored
from graph.attributes.types import PLURAL, SCALARS
from graph.schema.vocabulary import OwnProperty, properties_of, shared_names

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["COMPUTED", "Catalogue", "Definition", "load_catalogue"]

COMPUTED = frozenset({"rolled_up", "calculated", "generated"})
"""The origins of computed attributes."""


@dataclass(frozen=True)
class Definition:
    """One attribute of one entity. `sources` are in order of precedence.

    `roll_up` is JSON text. A calculated attribute has a `formula`, or in `score` its rules as JSON text.

    `property` is its name on a node. `fallback` is the property that stands in where a node has no value.
    """

    entity: str
    name: str
    type: str
    origin: str = "ingested"
    category: str | None = None
    description: str | None = None
    source: str | None = None
    sources: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    roll_up: str | None = None
    include_descendants: bool = False
    formula: str | None = None
    score: str | None = None
    built_in_property: str | None = None
    fallback: str | None = None

    @property
    def absent(self) -> bool | None:
        """Return the value of a node without one: False for membership of a stage that it never entered (J10)."""
        return False if self.origin == "generated" and self.type == "boolean" else None

    @cached_property
    def property(self) -> str:
        """Return the name of the property on a node."""
        return self.built_in_property or stored(self.entity, self.name)


_FIRST_SEEN_DATE = "an ingested value where there is one, else when first seen (F8)"


def _built_ins(entity: str) -> tuple[Definition, ...]:
    """Return the properties of our own that criteria may name, under the names that criteria use."""
    built_ins = []
    for each in properties_of(entity):
        if each.shown is not None:
            built_ins.append(_built_in(entity, normalise(each.name), each, each.shown))
        if each.shown_date is not None:
            built_ins.append(_built_in(entity, each.shown_date, each, _FIRST_SEEN_DATE))
    return tuple(built_ins)


def _built_in(entity: str, name: str, stored_as: OwnProperty, description: str) -> Definition:
    return Definition(
        entity, name, stored_as.type, "built_in", description=description, built_in_property=stored_as.name
    )


_BUILT_IN: Mapping[str, tuple[Definition, ...]] = {entity: _built_ins(entity) for entity in ENTITIES}

_KINDS = (*SCALARS, *PLURAL.values(), "json")

# A definition of sources may replace these: they are ours and an attribute of sources at once.
_SHARED_NAMES: Mapping[str, frozenset[str]] = {
    entity: frozenset((*shared_names(entity), *(each.shown_date for each in properties_of(entity) if each.shown_date)))
    for entity in ENTITIES
}

# Guides write either name. The second is generated (J10).
_GENERATED = {"last_completed_": "last_completion_of_", "last_entered_": "last_entry_to_"}
_OF_OBJECTIVES = ("currently_member_of_", "last_entry_to_", "last_exit_from_", "last_completion_of_", "last_left_")


@dataclass(frozen=True)
class Catalogue:
    """All attributes at one moment, built-in ones included."""

    definitions: tuple[Definition, ...] = field(default=())

    @cached_property
    def _by_name(self) -> Mapping[str, Mapping[str, Definition]]:
        known: dict[str, dict[str, Definition]] = {entity: {} for entity in ENTITIES}
        for definition in self.definitions:
            known[definition.entity][stored(definition.entity, definition.name)] = definition
        for entity, built_in in _BUILT_IN.items():
            for definition in built_in:
                known[entity][definition.name] = _joined(known[entity].get(definition.name), definition)
        return known

    @cached_property
    def reported_names(self) -> Mapping[str, frozenset[str]]:
        """Return by entity the names of all attributes that are reported or defined."""
        return {
            entity: frozenset(each.name for each in self.definitions if each.entity == entity) for entity in ENTITIES
        }

    @cached_property
    def names_by_source(self) -> Mapping[str | None, int]:
        """Return how many names each source has brought."""
        return Counter(each.source for each in self.definitions)

    def find(self, entity: str, name: str) -> Definition | None:
        """Return the attribute of `entity` by any spelling of its name; None if there is none.

        A built-in name finds the built-in attribute. A source's attribute of the same name is found with a trailing
        underscore (`role_`).
        """
        known = self._by_name[entity]
        written = normalise(name)
        plain = known.get(name) or known.get(written) or known.get(stored(entity, name))
        return plain or _generated(known, written)

    def names(self, entity: str) -> list[str]:
        """Return the names of an entity's attributes, in order, as a criterion writes them."""
        return sorted(self._by_name[entity])

    def attributes_of(self, entity: str) -> list[Definition]:
        """Return the attributes of an entity, by name."""
        return [self._by_name[entity][name] for name in self.names(entity)]

    def nearest(self, entity: str, name: str) -> str | None:
        """Return the known name that is most like `name`; None if none is like it."""
        close = difflib.get_close_matches(normalise(name), self.names(entity), n=1, cutoff=0.6)
        return close[0] if close else None


def _joined(ingested: Definition | None, built_in: Definition) -> Definition:
    """Return the built-in attribute, or the definition of sources where they may replace it."""
    if ingested is None or built_in.name not in _SHARED_NAMES[built_in.entity]:
        return built_in
    if built_in.type == "datetime" and ingested.type in {"date", "datetime"}:
        return replace(ingested, fallback=built_in.property)
    return ingested


def _generated(by_name: Mapping[str, Definition], name: str) -> Definition | None:
    """Return the generated attribute for another spelling of the guides.

    The name of an objective's attribute may lack its suffix, unless a stage has that name (J10).
    """
    for written, canonical in _GENERATED.items():
        if name.startswith(written):
            name = canonical + name.removeprefix(written)
    stage_attribute, objective_attribute = by_name.get(f"{name}_stage"), by_name.get(f"{name}_objective")
    if name not in by_name and name.startswith(_OF_OBJECTIVES) and stage_attribute is None:
        return (
            objective_attribute
            if objective_attribute is not None and objective_attribute.origin == "generated"
            else None
        )
    return by_name.get(name)


async def load_catalogue(graph: Graph) -> Catalogue:
    """Load the catalogue of a graph."""
    rows = await graph.query(queries.text("catalogue/all"), {})
    return Catalogue(tuple(definitions(rows)))


def definitions(rows: Iterable[Mapping[str, Any]]) -> Iterable[Definition]:
    """Yield definitions from rows of `catalogue/all`."""
    for row in rows:
        if row["entity"] in ENTITIES and isinstance(row["name"], str):
            lists = {"sources": texts(row["sources"]), "spellings": texts(row["spellings"])}
            checked = {
                "type": kind_of(row["type"]),
                "origin": origin_of(row["origin"]),
                "include_descendants": bool(row["include_descendants"]),
            }
            yield Definition(**{**row, **lists, **checked})


def kind_of(stored: Any) -> str:
    """Return the type of a stored definition; text for an unknown one, so that a broken definition fails nothing (F12)."""
    return stored if stored in _KINDS else "text"


def origin_of(stored: Any) -> str:
    """Return the origin of a stored definition; `ingested` where it has none."""
    return stored if isinstance(stored, str) else "ingested"


def texts(stored: Any) -> tuple[str, ...]:
    """Return the texts of a stored list; empty where it is no list."""
    return tuple(each for each in stored if isinstance(each, str)) if isinstance(stored, list | tuple) else ()
