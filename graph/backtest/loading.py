"""Organisations with their past, read from the graph page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

import queries
from graph.attributes.catalogue import Catalogue
from graph.attributes.history import HeldValue
from graph.backtest.needs import Needs, Told
from graph.backtest.past import Event, Happenings, Member, Organisation, Somebody
from graph.calculated.attribute_history import attribute_values, membership_values
from graph.journey.decisions.rows import stay_from
from graph.journey.decisions.stay import Stay
from graph.memberships.spells import MembershipStatement, Spell, spells

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["Past", "load"]

PAGE = 500
_statements = msgspec.json.Decoder(list[MembershipStatement])
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Past:
    """An organisation and all that was known of it, and the stays it really had."""

    organisation: Organisation
    stays: tuple[Stay, ...]


async def load(graph: Graph, needed: Needs, catalogue: Catalogue) -> AsyncIterator[Past]:
    """Every organisation that counts, by id, with as much of its past as is needed."""
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

    async def page(self, rows: Sequence[Row]) -> list[Past]:
        ids = [row["id"] for row in rows]
        events = await self._events(ids) if self.needed.events else {}
        members = await self._members(ids, events) if self.needed.members else {}
        return [self._past(row, events.get(row["id"], []), members.get(row["id"], [])) for row in rows]

    def _past(self, row: Row, events: Sequence[tuple[str | None, Event]], members: Sequence[Member]) -> Past:
        here = Happenings(event for _, event in events)
        itself = Somebody(
            _steps(self.needed.told["organisation"], row["records"], row["domain"], "domain"),
            row["first_seen"],
            list(here.instants),
        )
        heard = [*row["told"], row["first_seen"], *(steps[0].since for steps in itself.steps.values() if steps)]
        known_since = min((each for each in heard if each is not None), default=0)
        organisation = Organisation(row["id"], itself, members, here, known_since)
        return Past(organisation, tuple(stay_from(each) for each in row["stays"]))

    async def _events(self, ids: Sequence[str]) -> dict[str, list[tuple[str | None, Event]]]:
        """The events of each organisation, with the membership of which each is."""
        names = None if None in self.needed.events else sorted(str(each) for each in self.needed.events)
        properties = sorted(self.needed.event_values)
        given = {"ids": ids, "names": names, "properties": properties}
        found: dict[str, list[tuple[str | None, Event]]] = {}
        for row in await self.graph.query(queries.text("backtest/events"), given):
            there = found.setdefault(row["organisation"], [])
            for name, at, values, *by in (*row["recorded"], *row["performed"]):
                membership, person = by or (None, None)
                known = dict(zip(properties, map(_native, values), strict=True))
                there.append((membership, Event(name, at, person, known)))
        return found

    # ------------------------------------------------------------ members

    async def _members(
        self, ids: Sequence[str], events: Mapping[str, Sequence[tuple[str | None, Event]]]
    ) -> dict[str, list[Member]]:
        rows = await self.graph.query(queries.text("backtest/members"), {"ids": ids})
        people = await self._people(sorted({row["person"] for row in rows}))
        said = self._said(rows)
        acts: dict[str, list[Event]] = {}
        for there in events.values():
            for membership, event in there:
                acts.setdefault(membership or "", []).append(event)
        found: dict[str, list[Member]] = {}
        for row in rows:
            spell = said[row["organisation"], row["person"]].get((row["since"], row["until"]))
            there_only = Somebody(self._there(spell))
            own = Happenings(acts.get(row["membership"], ()))
            member = Member(row["person"], people[row["person"]], there_only, row["since"], row["until"], own)
            found.setdefault(row["organisation"], []).append(member)
        return found

    async def _people(self, ids: Sequence[str]) -> dict[str, Somebody]:
        given = {"ids": ids, "seen": self.needed.people_seen}
        return {
            row["id"]: Somebody(
                _steps(self.needed.told["person"], row["records"], row["email"], "email"),
                row["first_seen"],
                sorted(row["seen"]),
            )
            for row in await self.graph.query(queries.text("backtest/people"), given)
        }

    def _said(self, rows: Iterable[Row]) -> dict[tuple[str, str], dict[tuple[int | None, int | None], Spell]]:
        """The spells of each pair of organisation and person, by their bounds (M2)."""
        texts: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            pair = texts.setdefault((row["organisation"], row["person"]), set())
            pair.update(text for text in row["statements"] if text)
        until = self._orders.get("until", ())
        return {
            pair: {
                (spell.since, spell.until): spell
                for spell in spells([each for text in sorted(of) for each in _statements.decode(text)], until)
            }
            for pair, of in texts.items()
        }

    @property
    def _orders(self) -> dict[str, Sequence[str]]:
        return {each.name: each.sources for each in self.catalogue.definitions if each.entity == "membership"}

    def _there(self, spell: Spell | None) -> dict[str, Sequence[HeldValue]]:
        """The attributes of a membership; of one that only events told of there are none (M5)."""
        if spell is None:
            return {}
        orders = self._orders
        return {name: membership_values(spell, each, orders) for name, each in self.needed.told["membership"].items()}


def _steps(told: Told, records: Sequence[Any], stand_in: str | None, of: str) -> dict[str, Sequence[HeldValue]]:
    """The attributes of a person or organisation; where no source tells an email or domain, an identity always stood in."""
    found: dict[str, Sequence[HeldValue]] = {name: attribute_values(records, each) for name, each in told.items()}
    if of in found and not found[of] and stand_in is not None:
        found[of] = [HeldValue(0, stand_in, None)]
    return found


def _native(value: Any) -> Any:
    """A value from the driver, as Python knows it."""
    if isinstance(value, list):
        return [_native(each) for each in value]
    return value.to_native() if hasattr(value, "to_native") else value
