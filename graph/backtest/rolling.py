"""Stored roll-ups as they were at an instant of the past, worked out from members and events (R1, R2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.attributes.catalogue import Catalogue
from graph.attributes.rounding import mean, total
from graph.backtest.meeting import event_holds, members_of_whom
from graph.backtest.past import Event, Organisation
from graph.clock import from_epoch_ms
from graph.criteria import parse
from graph.criteria.met import Numbered, numbered
from graph.criteria.tree import Subject
from graph.journey.definitions.exits import DAY
from graph.rollups.checking import target_of
from graph.rollups.rollup import RollUp
from graph.rollups.stored import StoredRollUp

__all__ = ["RolledUp", "rolled_up"]

RolledUp = Callable[[Organisation, int], Any]
"""The value of a roll-up of an organisation at an instant (epoch milliseconds)."""


def rolled_up(stored: StoredRollUp, catalogue: Catalogue) -> RolledUp:
    """A roll-up of the kinds that `needs` lets pass: counts of people, and what events amount to."""
    rule = stored.roll_up
    if rule.source == "PEOPLE":
        whom = _criterion(rule.where, "membership", catalogue)
        return lambda organisation, at: len({each.person_id for each in members_of_whom(whom, organisation, at)})
    where, reduced = _criterion(rule.event_where, "event", catalogue), _reduction(rule, catalogue)

    def value(organisation: Organisation, at: int) -> Any:
        return reduced([each for each in _within(rule, organisation, at) if where is None or event_holds(where, each)])

    return value


def _criterion(text: str | None, subject: Subject, catalogue: Catalogue) -> Numbered | None:
    return None if text is None else numbered(parse(text, subject=subject, catalogue=catalogue).root)


def _reduction(rule: RollUp, catalogue: Catalogue) -> Callable[[Sequence[Event]], Any]:
    """What becomes of events in their order; of nothing 0 or no value, values that are not known left out (R1)."""
    target = target_of(rule, catalogue)
    if target is None:
        return _OF_EVENTS[rule.aggregation]
    property, reduce = target.definition.property, _OF_VALUES[rule.aggregation]
    return lambda events: reduce([known for each in events if (known := each.values.get(property)) is not None])


_OF_EVENTS: Mapping[str, Callable[[Sequence[Event]], Any]] = {
    "COUNT": len,
    "ACTIVE_DAYS": lambda events: len({each.at // DAY for each in events}),
    "COUNT_DISTINCT": lambda events: len({each.person for each in events if each.person is not None}),
    "FIRST": lambda events: from_epoch_ms(events[0].at) if events else None,
    "LAST": lambda events: from_epoch_ms(events[-1].at) if events else None,
}
_OF_VALUES: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "SUM": total,
    "AVERAGE": mean,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
}


def _within(rule: RollUp, organisation: Organisation, at: int) -> list[Event]:
    """The events that had happened by then, in the window's whole days."""
    events, today = organisation.events.of(rule.event_name), at - at % DAY
    last = min(at, today - rule.end_days_ago * DAY + DAY - 1)
    end = bisect_right(events, last, key=lambda each: each.at)
    if rule.span is None:
        return list(events[:end])
    return list(events[bisect_left(events, today - (rule.span - 1) * DAY, key=lambda each: each.at) : end])
