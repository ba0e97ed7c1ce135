"""Stored roll-ups as they were at an instant of the past, worked out from members and events (R1, R2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any

from graph.attributes.catalogue import Catalogue
from graph.backtest.meeting import event_holds, members_of_whom
from graph.backtest.past import Event, Organisation
from graph.criteria import parse
from graph.criteria.met import Numbered, numbered
from graph.criteria.tree import Subject
from graph.journey.dues import DAY
from graph.rollups.definition import StoredRollUp
from graph.rollups.rollup import RollUp

__all__ = ["RolledUp", "rolled_up"]

RolledUp = Callable[[Organisation, int], Any]
"""The value of a roll-up of an organisation at an instant (epoch milliseconds)."""


def rolled_up(stored: StoredRollUp, catalogue: Catalogue) -> RolledUp:
    """A roll-up of the kinds that `needs` lets pass: counts of people, of events, of days and of people behind events."""
    rule = stored.roll_up
    if rule.source == "PEOPLE":
        whom = _criterion(rule.where, "membership", catalogue)
        return lambda organisation, at: len({each.person_id for each in members_of_whom(whom, organisation, at)})
    where = _criterion(rule.event_where, "event", catalogue)
    return lambda organisation, at: _counted(rule, where, organisation, at)


def _criterion(text: str | None, subject: Subject, catalogue: Catalogue) -> Numbered | None:
    return None if text is None else numbered(parse(text, subject=subject, catalogue=catalogue).root)


def _counted(rule: RollUp, where: Numbered | None, organisation: Organisation, at: int) -> int:
    events = _within(rule, organisation, at)
    chosen = [each for each in events if where is None or event_holds(where, each)]
    if rule.aggregation == "COUNT":
        return len(chosen)
    if rule.aggregation == "ACTIVE_DAYS":
        return len({each.at // DAY for each in chosen})
    return len({each.person for each in chosen if each.person is not None})


def _within(rule: RollUp, organisation: Organisation, at: int) -> list[Event]:
    """The events that had happened by then, in the window's whole days."""
    events, today = organisation.events.of(rule.event_name), at - at % DAY
    last = min(at, today - rule.end_days_ago * DAY + DAY - 1)
    end = bisect_right(events, last, key=lambda each: each.at)
    if rule.span is None:
        return list(events[:end])
    return list(events[bisect_left(events, today - (rule.span - 1) * DAY, key=lambda each: each.at) : end])
