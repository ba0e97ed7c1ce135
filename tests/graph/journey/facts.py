"""Facts about a handful of organisations, each with its own time and that of its commit, and what they make known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

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
    """What is known of one membership from now on."""

    id: str
    role: str | None
    since: int | None
    until: int | None
    seen: int | None


@dataclass(frozen=True)
class Merged:
    """This organisation takes in another, with all that is known of it."""

    other: str


@dataclass(frozen=True)
class Fact:
    """`at`: its commit. `told`: its `occurredAt` or `observedAt`, which may lie long before."""

    at: int
    told: int
    organisation: str
    what: Value | Event | Member | Merged


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
        """I4: whom an organisation's facts belong to then: the old id goes on resolving."""
        for fact in self.merges:
            assert isinstance(fact.what, Merged)
            if fact.at <= at and fact.what.other == organisation:
                return fact.organisation
        return organisation

    def touching(self, organisation: str, after: int, until: int) -> list[Fact]:
        """What arrived about the organisation, under any of its ids."""
        return [each for each in self.between(after, until) if self.owner(each.organisation, until) == organisation]

    def known(self, organisation: str, at: int) -> Organisation:
        """What is known of it once everything committed until then is taken."""
        seen = tuple(fact for fact in self.facts if fact.at <= at)
        key = (organisation, len(seen))
        if key not in self._known:
            self._known[key] = _known(organisation, [f for f in seen if self.owner(f.organisation, at) == organisation])
        return self._known[key]


def _known(id_: str, facts: list[Fact]) -> Organisation:
    """F4: of one attribute, the value observed last; a membership as told last."""
    made = Organisation(id_, {})
    told: dict[str, Fact] = {}
    members: dict[str, Fact] = {}
    for fact in facts:
        match fact.what:
            case Value(name):
                told[name] = fact if name not in told or fact.told >= told[name].told else told[name]
            case Event(name):
                made.events.append(Happening(name, fact.told, None, None))
            case Member(member):
                members[member] = (
                    fact if member not in members or fact.told >= members[member].told else members[member]
                )
    for name, fact in told.items():
        assert isinstance(fact.what, Value)
        made.values[name] = fact.what.value
    made.memberships.extend(_membership(fact.what, made) for fact in members.values())  # type: ignore[arg-type]
    return made


def _membership(what: Member, organisation: Organisation) -> Membership:
    person = Person(what.id, {"lastSeenAt": what.seen}, None)
    return Membership(what.id, person, organisation, {"role": what.role}, what.since, what.until)


def instants_of(organisation: Organisation) -> Iterator[int]:
    """The instants that what is known speaks of; of a date its midnight."""
    for value in organisation.values.values():
        if isinstance(value, date):
            yield at_midnight(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value
    yield from (event.at for event in organisation.events)
    for member in organisation.memberships:
        yield from (
            each for each in (member.since, member.until, member.person.values["lastSeenAt"]) if each is not None
        )
