"""The catalogue within a transaction: widening types, spellings, and the precedence of sources (F4, F5)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from graph.attributes.catalogue import COMPUTED, Catalogue, Definition, kind_of, origin_of, texts
from graph.attributes.names import ENTITIES
from graph.attributes.types import UNDECIDED, widest
from graph.facts import EntityFact, EventFact, Fact
from graph.writer.graph_state import GraphState

Name = tuple[str, str]
_ONLY, _SOME = "only", "some"
"""How many of an attribute's values are placeholders.

With `only` another value decides its type; with `some` one has.
"""
_HOLD_THEM = frozenset(("text", "json", *UNDECIDED))
"""Types under which a placeholder is a value like any other."""


class Definitions:
    """The known attributes, and what this transaction adds to them."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = rows
        rows = [_sound(row) for row in rows if row[0] in ENTITIES and isinstance(row[1], str)]
        self.catalogue = Catalogue(tuple(_definition(row) for row in rows))
        self.types: dict[Name, str] = {(row[0], row[1]): _kind(row) for row in rows}
        self.holding: set[Name] = {(row[0], row[1]) for row in rows if row[7]}
        """Attributes with a reported value that has no say in the type."""
        self._without: dict[str, dict[str, str]] | None = None
        self.orders: dict[str, dict[str, Sequence[str]]] = {}
        self.sources_of: dict[Name, str | None] = {(row[0], row[1]): row[4] for row in rows}
        self.spellings_of: dict[Name, set[str]] = {(row[0], row[1]): set(row[6] or ()) for row in rows}
        self._origins: dict[Name, str] = {(row[0], row[1]): row[3] for row in rows}
        self._fixed = {name for name, origin in self._origins.items() if origin == "declared" or origin in COMPUTED}
        self.computes_people = any(row[0] == "person" and row[3] in COMPUTED for row in rows)
        """Whether people have computed attributes. Then people without an organisation are marked stale too."""
        for row in rows:
            if row[5]:
                self.orders.setdefault(row[0], {})[row[1]] = row[5]

    def type_of(self, entity: str, name: str) -> str:
        """Return the type of an attribute; text where none is known."""
        return self.types.get((entity, name), "text")

    def copy(self) -> "Definitions":
        """Return a copy for one transaction. Its additions are lost if the transaction is."""
        found = copy(self)
        found.types = dict(self.types)
        found.holding = set(self.holding)
        found.sources_of = dict(self.sources_of)
        found.spellings_of = {name: set(spellings) for name, spellings in self.spellings_of.items()}
        return found

    def order(self, entity: str) -> Mapping[str, Sequence[str]]:
        """Return the order of sources for each attribute of an entity."""
        return self.orders.get(entity, {})

    def without_placeholders(self, entity: str) -> dict[str, str]:
        """Return the types of attributes whose placeholders are no values, because their types cannot hold them (F5)."""
        if self._without is None:
            self._without = {}
            for holder, name in self.holding:
                if self.types[holder, name] not in _HOLD_THEM:
                    self._without.setdefault(holder, {})[name] = self.types[holder, name]
        return self._without.get(entity, {})

    def take(self, facts: Iterable[Fact]) -> "Additions":
        """Widen types and add spellings and sources by facts. Return what changed."""
        additions = Additions()
        self._without = None
        distinct = {
            (_entity(fact), fact.source, tuple(fact.kinds.items()), tuple(fact.spellings.items())): fact
            for fact in facts
            if fact.kinds
        }
        for (entity, source, kinds, _), fact in distinct.items():
            for name, kind in kinds:
                self._take(additions, (entity, name), kind, fact.spellings.get(name, name), source)
        return additions

    def _take(self, additions: "Additions", name: Name, kind: str, spelling: str, source: str) -> None:
        if kind in UNDECIDED and name not in self.holding and self._origins.get(name) not in COMPUTED:
            self.holding.add(name)
            additions.changed.add(name)
        if name in self._fixed:  # declared or computed here: no source changes its type
            return
        known = self.types.get(name)
        wider = kind if known is None else known if known == kind else widest(known, kind)
        if wider != known:
            self.types[name] = wider
            additions.changed.add(name)
            if known is not None:
                additions.widened.add(name)
                if name in self.holding and known not in UNDECIDED and wider in _HOLD_THEM:
                    additions.restored.add(name)
        spellings = self.spellings_of.setdefault(name, set())
        if spelling not in spellings:
            spellings.add(spelling)
            additions.changed.add(name)
        first = self.sources_of.get(name)
        if first is None or source < first:
            self.sources_of[name] = source
            additions.changed.add(name)

    async def save(self, state: GraphState, changed: Iterable[Name]) -> None:
        """Write the changed definitions to the catalogue."""
        rows = [
            {
                "key": f"{entity}:{name}",
                "entity": entity,
                "name": name,
                "type": UNDECIDED.get(self.types[entity, name], self.types[entity, name]),
                "origin": self._origins.get((entity, name), "ingested"),
                "source": self.sources_of.get((entity, name)),
                "spellings": sorted(self.spellings_of.get((entity, name), ())),
                "placeholders": self._placeholders((entity, name)),
            }
            for entity, name in sorted(changed)
        ]
        await state.run("save_definitions", rows)

    def _placeholders(self, name: Name) -> str | None:
        if self.types[name] in UNDECIDED:
            return _ONLY
        return _SOME if name in self.holding else None


def _entity(fact: Fact) -> str:
    if isinstance(fact, EventFact):
        return "event"
    return fact.entity if isinstance(fact, EntityFact) else "membership"


def _sound(row: Sequence[Any]) -> Sequence[Any]:
    """Return a row without values that no writer stores.

    A broken definition must not fail other attributes' facts (F12).
    """
    entity, name, kind, origin, source, sources, spellings, placeholders = row
    source_name = source if isinstance(source, str) else None
    return entity, name, kind_of(kind), origin_of(origin), source_name, texts(sources), texts(spellings), placeholders


def _kind(row: Sequence[Any]) -> str:
    """Return the type of a stored definition, or the kind of its values where none has a say in the type."""
    undecided = {shown: kind for kind, shown in UNDECIDED.items()} if row[7] == _ONLY else {}
    return str(undecided.get(row[2], row[2]))


class Additions:
    """Attributes with a changed definition, those with a wider type, and those whose placeholders now are values."""

    def __init__(self) -> None:
        self.changed: set[Name] = set()
        self.widened: set[Name] = set()
        self.restored: set[Name] = set()


def _definition(row: Sequence[Any]) -> Definition:
    entity, name, kind, origin, source, sources, spellings, _ = row
    return Definition(
        entity=entity,
        name=name,
        type=kind,
        origin=origin,
        source=source,
        sources=sources,
        spellings=spellings,
    )
