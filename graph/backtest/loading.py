"""Reads organisations with their past from the graph, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

import queries
from graph.attributes.catalogue import Catalogue
from graph.attributes.history import HeldValue
from graph.backtest.needs import Needs, Properties
from graph.backtest.subjects import EventLog, PastEvent, PastMember, PastOrganisation, PastSubject
from graph.calculated.attribute_history import attribute_values, membership_values
from graph.journey.decisions.rows import stay_from
from graph.journey.decisions.stay import Stay
from graph.memberships.spells import MembershipStatement, Spell, spells

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["OrganisationPast", "load"]

PAGE = 500
_statements = msgspec.json.Decoder(list[MembershipStatement])
Row = Mapping[str, Any]


@dataclass(frozen=True)
class OrganisationPast:
    """An organisation with everything known of it over time, and its real stays."""

    organisation: PastOrganisation
    stays: tuple[Stay, ...]


async def load(graph: Graph, needed: Needs, catalogue: Catalogue) -> AsyncIterator[OrganisationPast]:
    """Yield every organisation that counts, by id, with the needed part of its past."""
    loading, after = _Loading(graph, needed, catalogue), ""
    while rows := await graph.query(queries.text("backtest/organisations"), {"after": after, "page": PAGE}):
        for past in await loading.page(rows):
            yield past
        after = rows[-1]["id"]


@dataclass(frozen=True)
class _Loading:
    graph: Graph
    needed: Needs
    catalogue: Catalogue

    async def page(self, rows: Sequence[Row]) -> list[OrganisationPast]:
        ids = [row["id"] for row in rows]
        events = await self._events(ids) if self.needed.events else {}
        members = await self._members(ids, events) if self.needed.members else {}
        return [self._past(row, events.get(row["id"], []), members.get(row["id"], [])) for row in rows]

    def _past(
        self, row: Row, events: Sequence[tuple[str | None, PastEvent]], members: Sequence[PastMember]
    ) -> OrganisationPast:
        event_log = EventLog(event for _, event in events)
        subject = PastSubject(
            _histories(self.needed.remembered["organisation"], row["records"], row["domain"], "domain"),
            row["first_seen"],
            list(event_log.instants),
        )
        first_facts = [
            *row["identified"],
            row["first_seen"],
            *(history[0].since for history in subject.histories.values() if history),
        ]
        known_since = min((each for each in first_facts if each is not None), default=0)
        organisation = PastOrganisation(row["id"], subject, members, event_log, known_since)
        return OrganisationPast(organisation, tuple(stay_from(each) for each in row["stays"]))

    async def _events(self, ids: Sequence[str]) -> dict[str, list[tuple[str | None, PastEvent]]]:
        """Return the events of each organisation, each with its membership; None for the organisation's own."""
        names = None if None in self.needed.events else sorted(str(each) for each in self.needed.events)
        properties = sorted(self.needed.event_values)
        parameters = {"ids": ids, "names": names, "properties": properties}
        found: dict[str, list[tuple[str | None, PastEvent]]] = {}
        for row in await self.graph.query(queries.text("backtest/events"), parameters):
            events = found.setdefault(row["organisation"], [])
            for name, at, values, *performer in (*row["recorded"], *row["performed"]):
                membership, person = performer or (None, None)
                known = dict(zip(properties, map(_native, values), strict=True))
                events.append((membership, PastEvent(name, at, person, known)))
        return found

    # ------------------------------------------------------------ members

    async def _members(
        self, ids: Sequence[str], events: Mapping[str, Sequence[tuple[str | None, PastEvent]]]
    ) -> dict[str, list[PastMember]]:
        rows = await self.graph.query(queries.text("backtest/members"), {"ids": ids})
        people = await self._people(sorted({row["person"] for row in rows}))
        pairs = self._spells(rows)
        performed: dict[str, list[PastEvent]] = {}
        for organisation_events in events.values():
            for membership, event in organisation_events:
                performed.setdefault(membership or "", []).append(event)
        found: dict[str, list[PastMember]] = {}
        for row in rows:
            spell = pairs[row["organisation"], row["person"]].get((row["since"], row["until"]))
            attributes = PastSubject(self._membership_histories(spell))
            own = EventLog(performed.get(row["membership"], ()))
            member = PastMember(row["person"], people[row["person"]], attributes, row["since"], row["until"], own)
            found.setdefault(row["organisation"], []).append(member)
        return found

    async def _people(self, ids: Sequence[str]) -> dict[str, PastSubject]:
        parameters = {"ids": ids, "seen": self.needed.people_seen}
        return {
            row["id"]: PastSubject(
                _histories(self.needed.remembered["person"], row["records"], row["email"], "email"),
                row["first_seen"],
                sorted(row["seen"]),
            )
            for row in await self.graph.query(queries.text("backtest/people"), parameters)
        }

    def _spells(self, rows: Iterable[Row]) -> dict[tuple[str, str], dict[tuple[int | None, int | None], Spell]]:
        """Return the spells of each pair of organisation and person, by their bounds (M2)."""
        texts: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            pair = texts.setdefault((row["organisation"], row["person"]), set())
            pair.update(text for text in row["statements"] if text)
        until = self._orders.get("until", ())
        return {
            pair: {
                (spell.since, spell.until): spell
                for spell in spells([each for text in sorted(statements) for each in _statements.decode(text)], until)
            }
            for pair, statements in texts.items()
        }

    @property
    def _orders(self) -> dict[str, Sequence[str]]:
        return {each.name: each.sources for each in self.catalogue.definitions if each.entity == "membership"}

    def _membership_histories(self, spell: Spell | None) -> dict[str, Sequence[HeldValue]]:
        """Return the attributes of a membership over time; none for one that only events imply (M5)."""
        if spell is None:
            return {}
        orders = self._orders
        return {
            name: membership_values(spell, each, orders) for name, each in self.needed.remembered["membership"].items()
        }


def _histories(
    properties: Properties, records: Sequence[Any], stand_in: str | None, name: str
) -> dict[str, Sequence[HeldValue]]:
    """Return the attributes of a person or organisation over time.

    If no source states its email or domain (`name`), the value of an identity always stood in.
    """
    found: dict[str, Sequence[HeldValue]] = {key: attribute_values(records, each) for key, each in properties.items()}
    if name in found and not found[name] and stand_in is not None:
        found[name] = [HeldValue(0, stand_in, None)]
    return found


def _native(value: Any) -> Any:
    """Return a value from the driver as a Python value."""
    if isinstance(value, list):
        return [_native(each) for each in value]
    return value.to_native() if hasattr(value, "to_native") else value
