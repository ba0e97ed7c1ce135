"""Stored roll-ups at an instant of the past, computed from members and events (R1, R2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, assert_never

from graph.attributes.catalogue import Catalogue
from graph.backtest.past_answers import event_holds, matching_members
from graph.backtest.subjects import PastEvent, PastOrganisation
from graph.clock import DAY, from_epoch_ms
from graph.criteria import parse
from graph.criteria.numbering import Numbered, numbered
from graph.criteria.tree import Subject
from graph.rollups.checking import result_type, target_of
from graph.rollups.rollup import RollUp
from graph.rollups.stored import StoredRollUp

__all__ = ["RolledUp", "rolled_up"]

RolledUp = Callable[[PastOrganisation, int], Any]
"""The value of a roll-up of an organisation at an instant (epoch milliseconds)."""


def rolled_up(stored: StoredRollUp, catalogue: Catalogue) -> RolledUp:
    """Return a roll-up of a kind that `needs` accepts: counts of people, and aggregates over events."""
    rule = stored.roll_up
    if rule.source == "PEOPLE":
        who = _criterion(rule.where, "membership", catalogue)
        return lambda organisation, at: len({each.person_id for each in matching_members(who, organisation, at)})
    where, reduced = _criterion(rule.event_where, "event", catalogue), _reduction(rule, catalogue)

    def value(organisation: PastOrganisation, at: int) -> Any:
        return reduced([each for each in _within(rule, organisation, at) if where is None or event_holds(where, each)])

    return value


def _criterion(text: str | None, subject: Subject, catalogue: Catalogue) -> Numbered | None:
    return None if text is None else numbered(parse(text, subject=subject, catalogue=catalogue).root)


def _reduction(rule: RollUp, catalogue: Catalogue) -> Callable[[Sequence[PastEvent]], Any]:
    """Return the function that makes one value of events in their order. Unknown values are left out (R1)."""
    read, reduce = _read(rule, catalogue), rule.record.python

    def value(events: Sequence[PastEvent]) -> Any:
        return reduce([known for each in events if (known := read(each)) is not None])

    if rule.attribute is None and result_type(rule, catalogue) == "datetime":
        return lambda events: None if (instant := value(events)) is None else from_epoch_ms(instant)
    return value


def _read(rule: RollUp, catalogue: Catalogue) -> Callable[[PastEvent], Any]:
    """Return the function that reads from an event what the aggregation takes of it; instants are epoch milliseconds."""
    target = target_of(rule, catalogue)
    if target is not None:
        property = target.definition.property
        return lambda event: event.values.get(property)
    match rule.record.events.reads:
        case "instant":
            return lambda event: event.at
        case "day":
            return lambda event: event.at // DAY
        case "person":
            return lambda event: event.person
        case reads:
            assert_never(reads)


def _within(rule: RollUp, organisation: PastOrganisation, at: int) -> list[PastEvent]:
    """Return the events that had happened by then, in the whole days of the window."""
    events, today = organisation.events.named(rule.event_name), at - at % DAY
    last = min(at, today - rule.end_days_ago * DAY + DAY - 1)
    end = bisect_right(events, last, key=lambda each: each.at)
    if rule.span is None:
        return list(events[:end])
    return list(events[bisect_left(events, today - (rule.span - 1) * DAY, key=lambda each: each.at) : end])
