"""Facts about a handful of organisations, each with its own time and that of its commit, and what they make known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from msgspec import UNSET

from graph.memberships.spells import MembershipStatement, Spell, spells
from tests.graph.criteria.oracle import DAY
from tests.graph.criteria.world import Happening, Membership, Organisation, Person


@dataclass(frozen=True)
class Value:
    """An attribute; None takes it back."""

    name: str
    value: Any


@dataclass(frozen=True)
class Event:
    name: str


@dataclass(frozen=True)
class Member:
    """A statement about one person's membership (M1): an interval, or without bounds the sight of a member."""

    person: str
    role: str | None
    since: int | None
    until: int | None
    seen: int | None


@dataclass(frozen=True)
class Ended:
    """A membership was over at an instant (M3)."""

    person: str
    until: int


@dataclass(frozen=True)
class Merged:
    """This organisation takes in another, with all that is known of it."""

    other: str


@dataclass(frozen=True)
class SamePerson:
    """This person and another are one (I4). The fact names one of their organisations."""

    person: str
    other: str


@dataclass(frozen=True)
class Fact:
    """`at`: its commit. `stated_at`: its `occurredAt` or `observedAt`, which may lie long before."""

    at: int
    stated_at: int
    organisation: str
    what: Value | Event | Member | Ended | Merged | SamePerson


def midnight(at: int) -> int:
    return at - at % DAY


def at_midnight(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


@dataclass(frozen=True)
class Timeline:
    """Facts in the order of their commits."""

    facts: tuple[Fact, ...]
    _known: dict[tuple[str, int], Organisation] = field(default_factory=dict, compare=False, repr=False)

    def between(self, after: int, until: int) -> list[Fact]:
        return [each for each in self.facts if after < each.at <= until]

    @cached_property
    def merges(self) -> list[Fact]:
        return [each for each in self.facts if isinstance(each.what, Merged)]

    def owner(self, organisation: str, at: int) -> str:
        """Return the owner of an organisation's facts at an instant: the old id goes on resolving (I4)."""
        for fact in self.merges:
            assert isinstance(fact.what, Merged)
            if fact.at <= at and fact.what.other == organisation:
                return fact.organisation
        return organisation

    def touching(self, organisation: str, after: int, until: int) -> list[Fact]:
        """Return the facts about the organisation, under any of its ids. Facts about the identity of people concern all."""
        return [
            each
            for each in self.between(after, until)
            if isinstance(each.what, SamePerson) or self.owner(each.organisation, until) == organisation
        ]

    def who(self, person: str, at: int) -> str:
        """I4: which person a name stands for then."""
        for fact in self.facts:
            if isinstance(fact.what, SamePerson) and fact.at <= at and fact.what.other == person:
                return fact.what.person
        return person

    def known(self, organisation: str, at: int) -> Organisation:
        """Return what is known of it once everything committed until then is evaluated."""
        seen = sum(fact.at <= at for fact in self.facts)
        if (organisation, seen) not in self._known:
            facts = [fact for fact in self.facts[:seen] if self.owner(fact.organisation, at) == organisation]
            self._known[organisation, seen] = self._learned(organisation, facts, at)
        return self._known[organisation, seen]

    def _learned(self, id_: str, facts: list[Fact], at: int) -> Organisation:
        """F4: of one attribute the value observed last. What spells there are, `spells` says, which has tests of its own."""
        made = Organisation(id_, {})
        stated_at: dict[str, int] = {}
        statements_of: dict[str, list[MembershipStatement]] = {}
        for fact in facts:
            match fact.what:
                case Value(name, value) if fact.stated_at >= stated_at.get(name, fact.stated_at):
                    stated_at[name], made.values[name] = fact.stated_at, value
                case Event(name):
                    made.events.append(Happening(name, fact.stated_at, None, None))
                case Member() | Ended():
                    statements_of.setdefault(self.who(fact.what.person, at), []).append(
                        _statement(fact.what, fact.stated_at)
                    )
        for person, statements in statements_of.items():
            made.memberships.extend(_membership(person, spell, made) for spell in spells(statements))
        return made


def _statement(what: Member | Ended, stated_at: int) -> MembershipStatement:
    if isinstance(what, Ended):
        return MembershipStatement(stated_at, until=what.until, ends=True)
    return MembershipStatement(
        stated_at,
        since=what.since,
        until=what.until,
        roles=UNSET if what.role is None else (what.role,),
        values={} if what.seen is None else {"seen_at": what.seen},
    )


def _membership(person: str, spell: Spell, organisation: Organisation) -> Membership:
    """The last statement in a spell holds in it. An absent value states nothing (F4)."""
    statements = sorted(spell.statements, key=lambda each: each.at)
    role = next((each.roles[0] for each in reversed(statements) if each.roles), None)
    seen = next((each.values["seen_at"] for each in reversed(statements) if each.values), None)
    someone = Person(person, {"seen_at": seen}, None)
    return Membership(person, someone, organisation, {"role": role}, spell.since, spell.until)


def everything(organisation: Organisation) -> tuple[object, ...]:
    """Return everything known, to be compared."""
    values = {name: value for name, value in organisation.values.items() if value is not None}
    members = [(each.id, each.since, each.until, each.values, each.person.values) for each in organisation.memberships]
    return values, [(each.name, each.at) for each in organisation.events], sorted(members, key=str)


def instants_of(organisation: Organisation) -> Iterator[int]:
    """The instants that what is known speaks of; of a date its midnight."""
    for value in organisation.values.values():
        if isinstance(value, date):
            yield at_midnight(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value
    yield from (event.at for event in organisation.events)
    for member in organisation.memberships:
        yield from (each for each in (member.since, member.until, member.person.values["seen_at"]) if each is not None)
