"""What clauses about members and events meet at an instant of the past: whether they hold, and when time alone may change that (C5)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from graph.backtest.past import Event, Happenings, Member, Organisation
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.closures import Met, least
from graph.criteria.evaluation import COMPARISONS, judge, known, written
from graph.criteria.met import Numbered, attributes, numbered
from graph.criteria.spans import instant
from graph.criteria.tree import Attribute, Clause, Compare, Did, Literal, Occurred, Shift, Span, Step

__all__ = ["Asking", "event_holds", "members_of_whom"]


@dataclass(frozen=True)
class _View:
    """What a clause looks at: the organisation, or one of its members."""

    organisation: Organisation
    member: Member | None = None

    @property
    def events(self) -> Happenings:
        return self.organisation.events if self.member is None else self.member.events

    def value(self, attribute: Attribute, at: int) -> Any:
        if attribute.entity == "organisation":
            return self.organisation.itself.value(attribute.definition, at)
        assert self.member is not None, "people and memberships are in sight behind a step to members only"
        if attribute.entity == "person":
            return self.member.person.value(attribute.definition, at)
        bounds = {"since": self.member.since, "until": self.member.until}
        if attribute.definition.property in bounds:
            bound = bounds[attribute.definition.property]
            return None if bound is None else from_epoch_ms(bound)
        return self.member.membership.value(attribute.definition, at)


@dataclass(frozen=True)
class Asking:
    """One clause about an organisation, ready to be asked of any instant."""

    clause: Clause
    node: Numbered

    @classmethod
    def of(cls, clause: Clause) -> Asking:
        """The clause, numbered once."""
        return cls(clause, numbered(clause))

    def met(self, organisation: Organisation, at: int) -> Met:
        """Whether it held then, and the next instant at which time alone may have changed it."""
        view = _View(organisation)
        return Met(judge(self.node, _values(self.node, view, at), at).holds, least(_flips(self.node, view, at)))


def members_of_whom(criterion: Numbered | None, organisation: Organisation, at: int) -> list[Member]:
    """The members at an instant of whom a criterion about memberships held then; all where there is none."""
    if criterion is None:
        return organisation.current(at)
    views = [_View(organisation, each) for each in organisation.current(at)]
    return [view.member for view in views if view.member and judge(criterion, _values(criterion, view, at), at).holds]


# ---------------------------------------------------------------- values


def _values(node: Numbered, view: _View, at: int) -> dict[str, Any]:
    """Everything that a clause and all below it meet, as the explanation fetches it."""
    found: dict[str, Any] = {}
    _collect(node, view, at, found)
    return found


def _collect(node: Numbered, view: _View, at: int, found: dict[str, Any]) -> None:
    match node.clause:
        case Step():
            members = [replace(view, member=each) for each in view.organisation.current(at)]
            found[f"s{node.number}"] = [_values(node.parts[0], each, at) for each in members]
        case Did():
            found[f"v{node.number}"] = [_count(node.clause, view.events, at)]
        case _:
            found[f"v{node.number}"] = _met(node.clause, view, at)
            for part in node.parts:
                _collect(part, view, at, found)


def _met(clause: Clause, view: _View, at: int) -> list[Any]:
    return [_travelling(view.value(each, at)) for each in attributes(clause)]


def _travelling(value: Any) -> Any:
    """A value in the form in which `judge` reads those that the graph sends."""
    if isinstance(value, list):
        return [_travelling(each) for each in value]
    if isinstance(value, datetime):
        return epoch_ms(value)
    return value.isoformat() if isinstance(value, date) else value


# ---------------------------------------------------------------- events


def _chosen(did: Did, events: Happenings) -> Sequence[Event]:
    """The events that a clause may count, whatever its window: of its name, and as its conditions want them."""
    fixed = did.when if isinstance(did.when, Compare) else None
    if did.where is None and fixed is None:
        return events.of(did.event)
    where = None if did.where is None else numbered(did.where)

    def holds(event: Event) -> bool:
        wanted = where is None or event_holds(where, event)
        return wanted and (fixed is None or _stands(fixed, event.at))

    return events.chosen(did, did.event, holds)


def event_holds(node: Numbered, event: Event) -> bool:
    """Whether a criterion about events, without time, holds of one."""
    return judge(node, _of_event(node, event), event.at).holds


def _of_event(node: Numbered, event: Event) -> dict[str, Any]:
    found = {
        f"v{node.number}": [_travelling(event.values.get(each.definition.property)) for each in attributes(node.clause)]
    }
    for part in node.parts:
        found |= _of_event(part, event)
    return found


def _stands(compare: Compare, at: int) -> bool:
    assert isinstance(compare.left, Occurred), "a fixed date is what `before` and `after` compare with"
    assert isinstance(compare.right, Literal), "a fixed date is what `before` and `after` compare with"
    return COMPARISONS[compare.operator](_occurred(compare.left, at), written(compare.right))


def _occurred(value: Occurred, at: int) -> date:
    moment = from_epoch_ms(at)
    return moment.date() if value.type == "date" else moment


def _count(did: Did, events: Happenings, at: int) -> int:
    chosen = _chosen(did, events)
    happened = bisect_right(chosen, at, key=lambda each: each.at)
    if not isinstance(did.when, Span):
        return happened
    begun = happened if did.when.begins is None else min(happened, _passed(did.when, did.when.begins, chosen, at))
    ended = 0 if did.when.ends is None else _passed(did.when, did.when.ends, chosen, at)
    return begun - min(ended, begun)


def _passed(span: Span, bound: Shift, events: Sequence[Event], at: int) -> int:
    """Of how many events, in their order, a bound of the window has passed."""
    assert isinstance(span.value, Occurred), "a window is one of when events happened"
    value = span.value
    return bisect_right(events, float(at), key=lambda each: instant(_occurred(value, each.at), bound))


# ---------------------------------------------------------------- time


def _flips(node: Numbered, view: _View, at: int) -> Iterator[int]:
    """Instants after `at` at which time alone may change a clause; early ones are harmless, late ones there are not."""
    match node.clause:
        case Span() as span:
            value = known(span.value, iter(_met(span, view, at)))
            if value is not None:
                bounds = (instant(value, bound) for bound in (span.begins, span.ends) if bound is not None)
                yield from (round(each) for each in bounds if at < each < math.inf)
        case Step():
            for member in view.organisation.members:
                if not member.over(at):
                    yield from _flips(node.parts[0], replace(view, member=member), at)
        case Did() as did if isinstance(did.when, Span):
            chosen = _chosen(did, view.events)
            for bound in (did.when.begins, did.when.ends):
                if bound is not None and (place := _passed(did.when, bound, chosen, at)) < len(chosen):
                    assert isinstance(did.when.value, Occurred), "a window is one of when events happened"
                    yield round(instant(_occurred(did.when.value, chosen[place].at), bound))
        case _:
            for part in node.parts:
                yield from _flips(part, view, at)
