"""The catalogue as a transaction sees it: types that widen, spellings that are kept, the precedence of sources (F4, F5)."""

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
"""How much of what was told of an attribute were placeholders: then another value decides its type, or has decided it."""
_HOLD_THEM = frozenset(("text", "json", *UNDECIDED))
"""Types under which a placeholder is a value like any other."""


class Definitions:
    """What is known of attributes, and what this batch adds to it."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = rows
        rows = [_sound(row) for row in rows if row[0] in ENTITIES and isinstance(row[1], str)]
        self.catalogue = Catalogue(tuple(_definition(row) for row in rows))
        self.types: dict[Name, str] = {(row[0], row[1]): _kind(row) for row in rows}
        self.holding: set[Name] = {(row[0], row[1]) for row in rows if row[7]}
        """Attributes of which a value was told that has no say in the type."""
        self._without: dict[str, dict[str, str]] | None = None
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
        found.holding = set(self.holding)
        found.sources_of = dict(self.sources_of)
        found.spellings_of = {name: set(spellings) for name, spellings in self.spellings_of.items()}
        return found

    def order(self, entity: str) -> Mapping[str, Sequence[str]]:
        """Each attribute's precedence of sources, of one entity."""
        return self.orders.get(entity, {})

    def without_placeholders(self, entity: str) -> dict[str, str]:
        """The types of those attributes of which placeholders were told that their types do not hold: there these are no values (F5)."""
        if self._without is None:
            self._without = {}
            for of, name in self.holding:
                if self.types[of, name] not in _HOLD_THEM:
                    self._without.setdefault(of, {})[name] = self.types[of, name]
        return self._without.get(entity, {})

    def take(self, facts: Iterable[Fact]) -> "Additions":
        """Widens types and keeps spellings and sources by what facts say; returns what changed."""
        additions = Additions()
        self._without = None
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
        if kind in UNDECIDED and name not in self.holding and self._origins.get(name) not in COMPUTED:
            self.holding.add(name)
            additions.changed.add(name)
        if name in self._fixed:
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
        """Writes what this batch adds to the catalogue."""
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
    """A row without what no writer stores: a broken definition must not fail facts of other attributes (F12)."""
    entity, name, kind, origin, source, sources, spellings, placeholders = row
    told_by = source if isinstance(source, str) else None
    return entity, name, kind_of(kind), origin_of(origin), told_by, texts(sources), texts(spellings), placeholders


def _kind(row: Sequence[Any]) -> str:
    """The type of a stored definition, or the kind of the values it has where none of them has a say."""
    undecided = {shown: kind for kind, shown in UNDECIDED.items()} if row[7] == _ONLY else {}
    return str(undecided.get(row[2], row[2]))


class Additions:
    """Names whose definition changed, those whose type widened, and of these whose placeholders are values from now on."""

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
