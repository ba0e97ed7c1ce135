"""The catalogue as a transaction sees it: types that widen, spellings that are kept, the precedence of sources (F4, F5)."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from graph.attributes.catalogue import COMPUTED, Catalogue, Definition
from graph.attributes.types import widest
from graph.facts import EntityFact, EventFact, Fact
from graph.writer.world import World

Name = tuple[str, str]


class Definitions:
    """What is known of attributes, and what this batch adds to it."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = rows
        self.catalogue = Catalogue(tuple(_definition(row) for row in rows))
        self.types: dict[Name, str] = {(row[0], row[1]): row[2] for row in rows}
        self.orders: dict[str, dict[str, Sequence[str]]] = {}
        self.sources_of: dict[Name, str | None] = {(row[0], row[1]): row[4] for row in rows}
        self.spellings_of: dict[Name, set[str]] = {(row[0], row[1]): set(row[6] or ()) for row in rows}
        self._origins: dict[Name, str] = {(row[0], row[1]): row[3] for row in rows}
        self._fixed = {name for name, origin in self._origins.items() if origin == "declared" or origin in COMPUTED}
        self.computes_people = any(row[0] == "person" and row[3] in COMPUTED for row in rows)
        """Whether something is worked out for people: then also who belongs nowhere has to be told of."""
        for row in rows:
            if row[5]:
                self.orders.setdefault(row[0], {})[row[1]] = row[5]

    def copy(self) -> "Definitions":
        """One for a transaction of its own: what it adds is forgotten when the transaction is."""
        found = copy(self)
        found.types = dict(self.types)
        found.sources_of = dict(self.sources_of)
        found.spellings_of = {name: set(spellings) for name, spellings in self.spellings_of.items()}
        return found

    def order(self, entity: str) -> Mapping[str, Sequence[str]]:
        """Each attribute's precedence of sources, of one entity."""
        return self.orders.get(entity, {})

    def take(self, facts: Iterable[Fact]) -> "Additions":
        """Widens types and keeps spellings and sources by what facts say; returns what changed."""
        additions = Additions()
        said = {
            (_entity(fact), fact.source, tuple(fact.kinds.items()), tuple(fact.spellings.items())): fact
            for fact in facts
            if fact.kinds
        }
        for (entity, source, kinds, _), fact in said.items():
            for name, kind in kinds:
                self._take(additions, (entity, name), kind, fact.spellings.get(name, name), source)
        return additions

    def _take(self, additions: "Additions", name: Name, kind: str, spelling: str, source: str) -> None:
        if name in self._fixed:
            return
        known = self.types.get(name)
        wider = kind if known is None else known if known == kind else widest(known, kind)
        if wider != known:
            self.types[name] = wider
            additions.changed.add(name)
            if known is not None:
                additions.widened.add(name)
        spellings = self.spellings_of.setdefault(name, set())
        if spelling not in spellings:
            spellings.add(spelling)
            additions.changed.add(name)
        first = self.sources_of.get(name)
        if first is None or source < first:
            self.sources_of[name] = source
            additions.changed.add(name)

    async def save(self, world: World, changed: Iterable[Name]) -> None:
        """Writes what this batch adds to the catalogue."""
        rows = [
            {
                "key": f"{entity}:{name}",
                "entity": entity,
                "name": name,
                "type": self.types[entity, name],
                "origin": self._origins.get((entity, name), "ingested"),
                "source": self.sources_of[entity, name],
                "spellings": sorted(self.spellings_of[entity, name]),
            }
            for entity, name in sorted(changed)
        ]
        await world.run("save_definitions", rows)


def _entity(fact: Fact) -> str:
    if isinstance(fact, EventFact):
        return "event"
    return fact.entity if isinstance(fact, EntityFact) else "membership"


class Additions:
    """Names whose definition changed, and those whose type widened."""

    def __init__(self) -> None:
        self.changed: set[Name] = set()
        self.widened: set[Name] = set()


def _definition(row: Sequence[Any]) -> Definition:
    entity, name, kind, origin, source, sources, spellings = row
    return Definition(
        entity=entity,
        name=name,
        type=kind,
        origin=origin,
        source=source,
        sources=tuple(sources or ()),
        spellings=tuple(spellings or ()),
    )
