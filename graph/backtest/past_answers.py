"""Answers to clauses about members and events at an instant of the past, and when time alone may change them (C5)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from graph.backtest.subjects import EventLog, PastEvent, PastMember, PastOrganisation
from graph.clock import from_epoch_ms
from graph.criteria.conditions import compile_condition
from graph.criteria.mentions import mentioned
from graph.criteria.numbering import Numbered, numbered
from graph.criteria.snapshots import ClauseAnswer, least
from graph.criteria.spans import next_bound, shifted_instant
from graph.criteria.tree import Attribute, Clause, Compare, Did, Occurred, Quantified, Span, clauses
from graph.criteria.verdicts import judge

__all__ = ["PastClause", "event_holds", "matching_members"]


@dataclass(frozen=True)
class _View:
    """The subject of a clause: the organisation, or one of its members."""

    organisation: PastOrganisation
    member: PastMember | None = None

    @property
    def events(self) -> EventLog:
        return self.organisation.events if self.member is None else self.member.events

    def value(self, attribute: Attribute, at: int) -> Any:
        if attribute.entity == "organisation":
            return self.organisation.subject.value(attribute.definition, at)
        assert self.member is not None, "only a clause about members reads people and memberships"
        if attribute.entity == "person":
            return self.member.person.value(attribute.definition, at)
        bounds = {"since": self.member.since, "until": self.member.until}
        if attribute.definition.property in bounds:
            bound = bounds[attribute.definition.property]
            return None if bound is None else from_epoch_ms(bound)
        return self.member.membership.value(attribute.definition, at)


@dataclass(frozen=True)
class PastClause:
    """A clause about an organisation that can be answered at any instant."""

    clause: Clause
    node: Numbered

    @classmethod
    def from_clause(cls, clause: Clause) -> PastClause:
        """Number the clause once."""
        return cls(clause, numbered(clause))

    def answer(self, organisation: PastOrganisation, at: int) -> ClauseAnswer:
        """Return whether it held then, and the next instant at which time alone may have changed it."""
        view = _View(organisation)
        return ClauseAnswer(
            judge(self.node, _values(self.node, view, at), at).holds, least(_flips(self.node, view, at))
        )

    def changes(self, organisation: PastOrganisation) -> Sequence[int]:
        """Return the instants, in order, at which an input of the clause changed. Between them and flips its answer stands."""
        if isinstance(self.clause, Did):
            return [each.at for each in organisation.events.named(self.clause.event)]
        found = {*organisation.subject.changes()} if "organisation" in self._entities else set()
        for member in organisation.members:
            found.update(member.changes())
            found.update(each.at for name in self._events for each in member.events.named(name))
        return sorted(found)

    @cached_property
    def _entities(self) -> frozenset[str]:
        return frozenset(each.entity for each in mentioned(self.clause))

    @cached_property
    def _events(self) -> frozenset[str]:
        return frozenset(each.event for each in clauses(self.clause) if isinstance(each, Did))


def matching_members(criterion: Numbered | None, organisation: PastOrganisation, at: int) -> list[PastMember]:
    """Return the members at an instant that matched a criterion about memberships then; all of them for None."""
    if criterion is None:
        return organisation.current(at)
    views = [_View(organisation, each) for each in organisation.current(at)]
    return [view.member for view in views if view.member and judge(criterion, _values(criterion, view, at), at).holds]


# ---------------------------------------------------------------- values


def _values(node: Numbered, view: _View, at: int) -> dict[str, Any]:
    """Return the values behind a clause and all clauses below it, as `judge` takes them."""
    found: dict[str, Any] = {}
    _collect(node, view, at, found)
    return found


def _collect(node: Numbered, view: _View, at: int, found: dict[str, Any]) -> None:
    match node.clause:
        case Quantified():
            members = [replace(view, member=each) for each in view.organisation.current(at)]
            found[f"s{node.number}"] = [_values(node.parts[0], each, at) for each in members]
        case Did():
            found[f"v{node.number}"] = [_counted_events(node.clause, view.events).count(at)]
        case _:
            found[f"v{node.number}"] = _values_of_clause(node, view, at)
            for part in node.parts:
                _collect(part, view, at, found)


def _values_of_clause(node: Numbered, view: _View, at: int) -> list[Any]:
    return [view.value(each, at) for each in node.attributes]


# ---------------------------------------------------------------- events


@dataclass(frozen=True)
class _CountedEvents:
    """The events that a clause may count, with the instants at which each enters and leaves its window, all in order."""

    happened: Sequence[int]
    begins: Sequence[float] | None
    ends: Sequence[float] | None

    def count(self, at: int) -> int:
        """Return how many events had happened by then and were in the window."""
        counted = bisect_right(self.happened, at)
        if self.begins is not None:
            counted = min(counted, bisect_right(self.begins, at))
        return counted if self.ends is None else counted - min(counted, bisect_right(self.ends, at))

    def flips(self, at: int) -> Iterator[int]:
        """Yield the next instant at which an event enters the window, and the next at which one leaves it."""
        for bounds in (self.begins, self.ends):
            if bounds is not None and (place := bisect_right(bounds, at)) < len(bounds) and bounds[place] < math.inf:
                yield round(bounds[place])


def _counted_events(did: Did, events: EventLog) -> _CountedEvents:
    return events.cached(did, lambda: _count_events(did, events))


def _count_events(did: Did, events: EventLog) -> _CountedEvents:
    where = None if did.where is None else numbered(did.where)
    found = [each.at for each in events.named(did.event) if where is None or event_holds(where, each)]
    if isinstance(did.when, Compare):
        condition = compile_condition(did.when, _read_event_time)
        return _CountedEvents([each for each in found if condition(each, each)], None, None)
    if not isinstance(did.when, Span):
        return _CountedEvents(found, None, None)
    assert isinstance(did.when.value, Occurred), "a window is about the time of events"
    moments = [_event_time(did.when.value, each) for each in found]
    begins, ends = (
        None if bound is None else [shifted_instant(each, bound) for each in moments]
        for bound in (did.when.begins, did.when.ends)
    )
    return _CountedEvents(found, begins, ends)


def event_holds(node: Numbered, event: PastEvent) -> bool:
    """Return whether an event matches a criterion about events. The criterion must not depend on time."""
    return judge(node, _event_values(node, event), event.at).holds


def _event_values(node: Numbered, event: PastEvent) -> dict[str, Any]:
    found = {f"v{node.number}": [event.values.get(each.definition.property) for each in node.attributes]}
    for part in node.parts:
        found |= _event_values(part, event)
    return found


def _read_event_time(value: Attribute | Occurred) -> Callable[[int], date]:
    """Return the function that reads the time of an event from its epoch milliseconds."""
    assert isinstance(value, Occurred), "`before` and `after` compare the time of an event with a fixed date"
    return lambda at: _event_time(value, at)


def _event_time(value: Occurred, at: int) -> date:
    moment = from_epoch_ms(at)
    return moment.date() if value.type == "date" else moment


# ---------------------------------------------------------------- time


def _flips(node: Numbered, view: _View, at: int) -> Iterator[int]:
    """Yield instants after `at` at which time alone may change a clause. They may be early, but are never late."""
    match node.clause:
        case Span() as span:
            value = node.time(_values_of_clause(node, view, at))
            if value is not None and (bound := next_bound(span, value, at)) is not None:
                yield bound
        case Quantified():
            for member in view.organisation.members:
                if not member.has_ended(at):
                    yield from _flips(node.parts[0], replace(view, member=member), at)
        case Did() as did:
            yield from _counted_events(did, view.events).flips(at)
        case _:
            for part in node.parts:
                yield from _flips(part, view, at)
