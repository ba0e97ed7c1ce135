"""Organisations, their members and events as known at any instant of the past. Pure; instants are epoch milliseconds.

A fact counts from the instant that it states, as if it had been known at once. Identities are those known today.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from graph.attributes.catalogue import Definition
from graph.attributes.history import HeldValue, value_at
from graph.clock import from_epoch_ms

Cached = TypeVar("Cached")
__all__ = ["EventLog", "PastEvent", "PastMember", "PastOrganisation", "PastSubject"]


@dataclass(frozen=True)
class PastEvent:
    """An event of the organisation itself, or performed by a person there. `values` are by property."""

    name: str
    at: int
    person: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class EventLog:
    """The events of one owner by name, in time order."""

    def __init__(self, events: Iterable[PastEvent]) -> None:
        """Sort the events once."""
        self.all: list[PastEvent] = sorted(events, key=lambda each: each.at)
        self._by_name: dict[str, list[PastEvent]] = {}
        for each in self.all:
            self._by_name.setdefault(each.name, []).append(each)
        self._cache: dict[int, tuple[object, Any]] = {}

    def named(self, name: str | None) -> Sequence[PastEvent]:
        """Return the events of one name; all events for None."""
        return self.all if name is None else self._by_name.get(name, ())

    def cached(self, key: object, compute: Callable[[], Cached]) -> Cached:
        """Return a value that follows from the events alone, computed once for each key."""
        # The key is compared by identity: hashing a clause would cost more than the value saves.
        if id(key) not in self._cache:
            self._cache[id(key)] = key, compute()
        found: Cached = self._cache[id(key)][1]
        return found

    @property
    def instants(self) -> Iterator[int]:
        """The instants of all events."""
        return (each.at for each in self.all)


@dataclass(frozen=True)
class PastSubject:
    """A person, organisation or membership: the values that each property had over time.

    `seen` are the instants at which it performed events, in order.
    """

    histories: Mapping[str, Sequence[HeldValue]]
    first_seen: int | None = None
    seen: Sequence[int] = ()

    def value(self, definition: Definition, at: int) -> Any:
        """Return the value of an attribute at an instant, as a Python value; None if none was known."""
        if definition.property == "firstSeenAt":
            return self._first_seen(at)
        if definition.property == "lastSeenAt":
            place = bisect_right(self.seen, at)
            return from_epoch_ms(self.seen[place - 1]) if place else None
        value = value_at(self.histories.get(definition.property, ()), at)
        if value is None and definition.fallback is not None:
            first = self._first_seen(at)
            return first.date() if first is not None and definition.type == "date" else first
        return value

    def _first_seen(self, at: int) -> Any:
        known = self.first_seen is not None and self.first_seen <= at
        return from_epoch_ms(self.first_seen) if known and self.first_seen is not None else None

    def changes(self) -> Iterator[int]:
        """Every instant at which anything of it changed."""
        for history in self.histories.values():
            yield from (held.since for held in history)
        yield from self.seen
        if self.first_seen is not None:
            yield self.first_seen


@dataclass(frozen=True)
class PastMember:
    """One spell of a person in an organisation."""

    person_id: str
    person: PastSubject
    membership: PastSubject
    since: int | None
    until: int | None
    events: EventLog

    def current(self, at: int) -> bool:
        """Return whether the membership held (M4)."""
        return (self.since is None or self.since <= at) and not self.has_ended(at)

    def has_ended(self, at: int) -> bool:
        """Return whether the membership had ended."""
        return self.until is not None and self.until <= at

    def changes(self) -> Iterator[int]:
        """Every instant at which anything changed that a criterion about members may read."""
        yield from (each for each in (self.since, self.until) if each is not None)
        yield from self.person.changes()
        yield from self.membership.changes()


@dataclass(frozen=True)
class PastOrganisation:
    """An organisation with all members it ever had, and all events there. Before `known_since` no fact named it."""

    id: str
    subject: PastSubject
    members: Sequence[PastMember]
    events: EventLog
    known_since: int

    @cached_property
    def changes(self) -> Sequence[int]:
        """Every instant at which anything of it changed, in order."""
        found = {*self.subject.changes(), *self.events.instants, self.known_since}
        for member in self.members:
            found.update(member.changes())
        return sorted(found)

    def current(self, at: int) -> list[PastMember]:
        """Return the members it had at an instant."""
        return [each for each in self.members if each.current(at)]
