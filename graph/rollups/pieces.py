"""The pieces of Cypher that one roll-up asked for now, and all stored ones at once, are made of.

Names of variables are given by the caller; literals become parameters; the present is epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from graph.criteria import compile_flip, compile_predicate, parse

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue, Definition
    from graph.criteria import ParameterBag
    from graph.rollups.rollup import RollUp

__all__ = [
    "DAY",
    "Criteria",
    "Subject",
    "Window",
    "bounds",
    "counted",
    "counted_on",
    "counter",
    "current",
    "day_named",
    "days_that_count",
    "named",
    "property_of",
]

Subject = Literal["membership", "event"]

DAY = 86_400_000
"""Milliseconds of a UTC day."""


def property_of(definition: Definition, variable: str) -> str:
    """The attribute's value on the node `variable`; null where it has none."""
    value = f"{variable}.{quoted(definition.property)}"
    if definition.fallback is None:
        return value
    instead = f"{variable}.{quoted(definition.fallback)}"
    if definition.type == "date":
        instead = f"date({instead})"
    return f"coalesce({value}, {instead})"


def quoted(name: str) -> str:
    """A property name as Cypher reads it, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def counted(membership: str, person: str) -> str:
    """Holds for people whom counts and lists of people include."""
    return f"{person}.uncounted IS NULL AND {membership}.uncounted IS NULL"


def current(membership: str, now: str) -> str:
    """Holds for a membership that neither ended nor is still to begin (M4)."""
    instant = f"datetime({{epochMillis: {now}}})"
    return (
        f"({membership}.since IS NULL OR {membership}.since <= {instant}) "
        f"AND ({membership}.until IS NULL OR {membership}.until > {instant})"
    )


@dataclass(frozen=True)
class Criteria:
    """Compiles the criteria of one statement; `now` is Cypher for epoch milliseconds."""

    catalogue: Catalogue
    parameters: ParameterBag
    now: str = "$now"

    def holds(self, text: str, subject: Subject, variable: str, person: str | None = None) -> str:
        """A criterion as a condition on the node `variable`; `person` is its person's variable, where bound."""
        criterion = parse(text, subject=subject, catalogue=self.catalogue)
        return f"({compile_predicate(criterion, variable, self.parameters, self.now, person=person)})"

    def flips(self, text: str, subject: Subject, variable: str, person: str | None = None) -> str | None:
        """When time alone may next change its answer (epoch milliseconds, or null); None if it never does."""
        criterion = parse(text, subject=subject, catalogue=self.catalogue)
        flip = compile_flip(criterion, variable, self.parameters, self.now, person=person)
        return None if flip.strip().lower() == "null" else flip


@dataclass(frozen=True)
class Window:
    """So many whole UTC days, the last of them today or some days ago, as Cypher for its bounds: two DATEs and two DATETIMEs."""

    first_day: str
    last_day: str
    start: str
    end: str

    @classmethod
    def asked(cls, days: int, ago: int, now: str) -> Window:
        """The window that ended so many days ago at `now`, Cypher for epoch milliseconds."""
        today, first, last = f"{now} - {now} % {DAY}", (days + ago - 1) * DAY, ago * DAY
        return cls(
            f"date(datetime({{epochMillis: {now} - {first}}}))",
            f"date(datetime({{epochMillis: {now} - {last}}}))",
            f"datetime({{epochMillis: {today} - {first}}})",
            f"datetime({{epochMillis: {today} + {DAY} - {last}}})",
        )

    @classmethod
    def given(cls, days: int, ago: int) -> Window:
        """The window whose bounds are the parameters of `bounds`; it needs those of `spans`."""
        if not ago:
            return cls(f"$first_day_{days}", "$today", f"$start_{days}", "$tomorrow")
        return cls(f"$first_day_{days + ago}", f"$first_day_{ago + 1}", f"$start_{days + ago}", f"$start_{ago}")

    @staticmethod
    def spans(days: int, ago: int) -> set[int]:
        """The windows until today of which a window takes the bounds."""
        return {days + ago, ago, ago + 1} if ago else {days}

    def holds_day(self, day: str) -> str:
        """Holds for a DATE in the window."""
        return f"{day} >= {self.first_day} AND {day} <= {self.last_day}"

    def holds_instant(self, instant: str) -> str:
        """Holds for a DATETIME in the window."""
        return f"{instant} >= {self.start} AND {instant} < {self.end}"


def bounds(windows: Iterable[int], now: datetime) -> dict[str, date | datetime]:
    """The parameters that `Window.given` names, for windows of these numbers of days until today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, date | datetime] = {"today": midnight.date(), "tomorrow": midnight + timedelta(days=1)}
    for days in windows:
        start = midnight - timedelta(days=days - 1)
        values |= {f"first_day_{days}": start.date(), f"start_{days}": start}
    return values


def day_named(activity: str, name: str) -> str:
    """Where the event name stands in a day's parallel lists; null if it is not there: it is on few days, and seen quickly."""
    place = f"[ru_i IN range(0, size({activity}.names) - 1) WHERE {activity}.names[ru_i] = {name}][0]"
    return f"CASE WHEN {name} IN {activity}.names THEN {place} END"


def days_that_count(activity: str, names: Iterable[str], roll_ups: Iterable[RollUp]) -> list[str]:
    """What holds for a day that one of the roll-ups counts; `names` are the parameters of the event names that they name.

    Most days are long ago, and have none of the events that are asked for. Nothing need hold where one counts all of them.
    """
    spans = [each.span for each in roll_ups if each.event_name is None]
    asked = ", ".join(names)
    if not asked or None in spans:
        return []
    named = f"size([ru_n IN {activity}.names WHERE ru_n IN [{asked}]]) > 0"
    lately = max((each for each in spans if each is not None), default=None)
    return [named if lately is None else f"({activity}.day >= $first_day_{lately} OR {named})"]


def counter(activity: str, aggregation: str, position: str | None) -> str:
    """One day's number of events, or when its first or last was (epoch milliseconds), for one name or for all."""
    lists = {"FIRST": "firsts", "LAST": "lasts"}
    if aggregation not in lists:
        return f"{activity}.counts[{position}]" if position else f"{activity}.count"
    times = f"{activity}.{lists[aggregation]}"
    if position:
        return f"{times}[{position}]"
    sign = "<" if aggregation == "FIRST" else ">"
    return f"reduce(ru_b = {times}[0], ru_t IN {times} | CASE WHEN ru_t {sign} ru_b THEN ru_t ELSE ru_b END)"


def counted_on(activity: str, name: str | None) -> str:
    """One day's number of events of a name, or of all; 0 where there are none. To look for the name first would cost more."""
    if name is None:
        return f"{activity}.count"
    counts = f"CASE WHEN {activity}.names[ru_i] = {name} THEN {activity}.counts[ru_i] ELSE 0 END"
    return f"reduce(ru_s = 0, ru_i IN range(0, size({activity}.names) - 1) | ru_s + {counts})"


def named(event: str, name: str) -> str:
    """Holds for an event of that name."""
    return f"{event}.name = {name}"
