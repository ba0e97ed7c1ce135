"""What was known of an organisation, its members and their events at any instant of the past. Pure; instants are epoch milliseconds.

Facts count from the instants they speak of, as if everybody had known at once; who is who is as it is known today.
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

Kept = TypeVar("Kept")
__all__ = ["Event", "Happenings", "Member", "Organisation", "Somebody"]


@dataclass(frozen=True)
class Event:
    """Something that happened: to the organisation itself, or by a person there. `values` are by property."""

    name: str
    at: int
    person: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class Happenings:
    """Events of one owner by name, in the order in which they happened."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Sort them once."""
        self.all: list[Event] = sorted(events, key=lambda each: each.at)
        self._by_name: dict[str, list[Event]] = {}
        for each in self.all:
            self._by_name.setdefault(each.name, []).append(each)
        self._kept: dict[int, tuple[object, Any]] = {}

    def of(self, name: str | None) -> Sequence[Event]:
        """Those of one name; of every name where None."""
        return self.all if name is None else self._by_name.get(name, ())

    def once(self, of: object, work_out: Callable[[], Kept]) -> Kept:
        """Something that follows from the events alone, worked out once for each `of`, whose hash would cost more than its identity."""
        if id(of) not in self._kept:
            self._kept[id(of)] = of, work_out()
        found: Kept = self._kept[id(of)][1]
        return found

    @property
    def instants(self) -> Iterator[int]:
        """When anything happened."""
        return (each.at for each in self.all)


@dataclass(frozen=True)
class Somebody:
    """A person, organisation or membership: the values that each property had, and what never changes.

    `seen` are the instants at which they did anything, in order.
    """

    steps: Mapping[str, Sequence[HeldValue]]
    first_seen: int | None = None
    seen: Sequence[int] = ()

    def value(self, definition: Definition, at: int) -> Any:
        """What an attribute was at an instant, as Python knows it; None where nothing was known."""
        if definition.property == "firstSeenAt":
            return self._first_seen(at)
        if definition.property == "lastSeenAt":
            place = bisect_right(self.seen, at)
            return from_epoch_ms(self.seen[place - 1]) if place else None
        value = value_at(self.steps.get(definition.property, ()), at)
        if value is None and definition.fallback is not None:
            first = self._first_seen(at)
            return first.date() if first is not None and definition.type == "date" else first
        return value

    def _first_seen(self, at: int) -> Any:
        known = self.first_seen is not None and self.first_seen <= at
        return from_epoch_ms(self.first_seen) if known and self.first_seen is not None else None

    def changes(self) -> Iterator[int]:
        """Every instant at which anything of them changed."""
        for steps in self.steps.values():
            yield from (step.since for step in steps)
        yield from self.seen
        if self.first_seen is not None:
            yield self.first_seen


@dataclass(frozen=True)
class Member:
    """One spell of a person in an organisation."""

    person_id: str
    person: Somebody
    membership: Somebody
    since: int | None
    until: int | None
    events: Happenings

    def current(self, at: int) -> bool:
        """Whether the membership held (M4)."""
        return (self.since is None or self.since <= at) and not self.over(at)

    def over(self, at: int) -> bool:
        """Whether it had ended."""
        return self.until is not None and self.until <= at

    def changes(self) -> Iterator[int]:
        """Every instant at which anything changed that a criterion about members may ask."""
        yield from (each for each in (self.since, self.until) if each is not None)
        yield from self.person.changes()
        yield from self.membership.changes()


@dataclass(frozen=True)
class Organisation:
    """An organisation with its members ever, and all events there. `known_since`: before, nobody had heard of it."""

    id: str
    itself: Somebody
    members: Sequence[Member]
    events: Happenings
    known_since: int

    @cached_property
    def changes(self) -> Sequence[int]:
        """Every instant at which anything of it changed, in order."""
        found = {*self.itself.changes(), *self.events.instants, self.known_since}
        for member in self.members:
            found.update(member.changes())
        return sorted(found)

    def current(self, at: int) -> list[Member]:
        """The members it had at an instant."""
        return [each for each in self.members if each.current(at)]
