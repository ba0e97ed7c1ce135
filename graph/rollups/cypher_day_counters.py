"""Day counters as Cypher: what one day says of the events of one name, or of all (`Activity` nodes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.rollups.rollup import RollUp

__all__ = ["COUNT", "DAYS", "FIRST", "LAST", "DayCounters", "days_that_count", "position_of_name"]


@dataclass(frozen=True)
class DayCounters:
    """The aggregation of the days of a node's counters.

    `function` is an aggregating function, with `{}` for its argument. `day_value` gives the argument for the day `activity`.
    It takes the position of the event name in the day's lists, None for all names.
    `named_day_value` gives the argument and the conditions on a day where only the name's parameter is known.
    `in_milliseconds` is true where the value is an instant in epoch milliseconds.
    """

    function: str
    day_value: Callable[[str, str | None], str]
    named_day_value: Callable[[str, str | None], tuple[str, list[str]]]
    in_milliseconds: bool = False


def position_of_name(activity: str, name: str) -> str:
    """Return where an event name stands in a day's parallel lists, null where it does not.

    The name is looked for before its position is: it is on few days, and that is soon seen.
    """
    position = f"[ru_i IN range(0, size({activity}.names) - 1) WHERE {activity}.names[ru_i] = {name}][0]"
    return f"CASE WHEN {name} IN {activity}.names THEN {position} END"


def days_that_count(activity: str, names: Iterable[str], roll_ups: Iterable[RollUp]) -> list[str]:
    """Return what holds for a day that one of the roll-ups counts; nothing where one of them counts all days.

    `names` are the parameters of the event names in the roll-ups. Most days are long ago, and have none of those events.
    """
    spans = [each.span for each in roll_ups if each.event_name is None]
    listed = ", ".join(names)
    if not listed or None in spans:
        return []
    named = f"size([ru_n IN {activity}.names WHERE ru_n IN [{listed}]]) > 0"
    longest = max((each for each in spans if each is not None), default=None)
    return [named if longest is None else f"({activity}.day >= $first_day_{longest} OR {named})"]


def _count(activity: str, position: str | None) -> str:
    return f"{activity}.counts[{position}]" if position else f"{activity}.count"


def _named_count(activity: str, name: str | None) -> tuple[str, list[str]]:
    """The number of events on a day, 0 where there are none. To look for the name first would cost more."""
    if name is None:
        return f"{activity}.count", []
    counts = f"CASE WHEN {activity}.names[ru_i] = {name} THEN {activity}.counts[ru_i] ELSE 0 END"
    return f"reduce(ru_s = 0, ru_i IN range(0, size({activity}.names) - 1) | ru_s + {counts})", []


def _day(activity: str, _: str | None) -> str:
    return f"{activity}.day"


def _named_day(activity: str, name: str | None) -> tuple[str, list[str]]:
    return f"{activity}.day", [f"{name} IN {activity}.names"] if name else []


def _times(function: str, times: str, sign: str) -> DayCounters:
    """The first or last instant of the events, from a list of instants a day, by name."""

    def day_value(activity: str, position: str | None) -> str:
        if position:
            return f"{activity}.{times}[{position}]"
        best = f"CASE WHEN ru_t {sign} ru_b THEN ru_t ELSE ru_b END"
        return f"reduce(ru_b = {activity}.{times}[0], ru_t IN {activity}.{times} | {best})"

    def named_day_value(activity: str, name: str | None) -> tuple[str, list[str]]:
        return day_value(activity, position_of_name(activity, name) if name else None), []

    return DayCounters(function, day_value, named_day_value, in_milliseconds=True)


COUNT = DayCounters("sum({})", _count, _named_count)
DAYS = DayCounters("count(DISTINCT {})", _day, _named_day)
FIRST = _times("min({})", "firsts", "<")
LAST = _times("max({})", "lasts", ">")
