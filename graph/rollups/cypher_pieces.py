"""Pieces of Cypher that ad hoc and stored roll-ups share.

The caller names the variables. Literals become parameters. The present is in epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, assert_never

from graph.clock import DAY
from graph.criteria import compile_flip, compile_predicate, parse
from graph.criteria.cypher_values import quoted

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue, Definition
    from graph.criteria import ParameterBag

__all__ = [
    "Criteria",
    "Subject",
    "Window",
    "bounds",
    "counted",
    "current",
    "event_value",
    "named",
    "property_of",
]

Subject = Literal["membership", "event"]


def property_of(definition: Definition, variable: str) -> str:
    """Return the attribute's value on the node `variable`, null where it has none."""
    value = f"{variable}.{quoted(definition.property)}"
    if definition.fallback is None:
        return value
    instead = f"{variable}.{quoted(definition.fallback)}"
    if definition.type == "date":
        instead = f"date({instead})"
    return f"coalesce({value}, {instead})"


def counted(membership: str, person: str) -> str:
    """Return the condition for people whom counts and lists of people include."""
    return f"{person}.uncounted IS NULL AND {membership}.uncounted IS NULL"


def current(membership: str, now: str) -> str:
    """Return the condition for a current membership, which has begun and has not ended (M4)."""
    instant = f"datetime({{epochMillis: {now}}})"
    return (
        f"({membership}.since IS NULL OR {membership}.since <= {instant}) "
        f"AND ({membership}.until IS NULL OR {membership}.until > {instant})"
    )


@dataclass(frozen=True)
class Criteria:
    """Compiles the criteria of one statement. `now` is Cypher for epoch milliseconds."""

    catalogue: Catalogue
    parameters: ParameterBag
    now: str = "$now"

    def holds(self, text: str, subject: Subject, variable: str, person: str | None = None) -> str:
        """Return a criterion as a condition on the node `variable`. `person` is the variable of its person, where bound."""
        criterion = parse(text, subject=subject, catalogue=self.catalogue)
        return f"({compile_predicate(criterion, variable, self.parameters, self.now, person=person)})"

    def flips(self, text: str, subject: Subject, variable: str, person: str | None = None) -> str | None:
        """Return the criterion's next flip, in epoch milliseconds or null, as Cypher; None if it never flips."""
        criterion = parse(text, subject=subject, catalogue=self.catalogue)
        flip = compile_flip(criterion, variable, self.parameters, self.now, person=person)
        return None if flip.strip().lower() == "null" else flip


@dataclass(frozen=True)
class Window:
    """A window of whole UTC days, which ends today or some days ago, as Cypher: two DATEs and two DATETIMEs."""

    first_day: str
    last_day: str
    start: str
    end: str

    @classmethod
    def computed(cls, days: int, ago: int, now: str) -> Window:
        """Return the window of `days` that ended `ago` days before `now`, which is Cypher for epoch milliseconds."""
        today, first, last = f"{now} - {now} % {DAY}", (days + ago - 1) * DAY, ago * DAY
        return cls(
            f"date(datetime({{epochMillis: {now} - {first}}}))",
            f"date(datetime({{epochMillis: {now} - {last}}}))",
            f"datetime({{epochMillis: {today} - {first}}})",
            f"datetime({{epochMillis: {today} + {DAY} - {last}}})",
        )

    @classmethod
    def from_parameters(cls, days: int, ago: int) -> Window:
        """Return the window whose bounds are the parameters of `bounds`. It needs those of `spans`."""
        if not ago:
            return cls(f"$first_day_{days}", "$today", f"$start_{days}", "$tomorrow")
        return cls(f"$first_day_{days + ago}", f"$first_day_{ago + 1}", f"$start_{days + ago}", f"$start_{ago}")

    @staticmethod
    def spans(days: int, ago: int) -> set[int]:
        """Return the windows until today whose bounds a window takes, in days."""
        return {days + ago, ago, ago + 1} if ago else {days}

    def holds_day(self, day: str) -> str:
        """Return the condition for a DATE in the window."""
        return f"{day} >= {self.first_day} AND {day} <= {self.last_day}"

    def holds_instant(self, instant: str) -> str:
        """Return the condition for a DATETIME in the window."""
        return f"{instant} >= {self.start} AND {instant} < {self.end}"


def bounds(windows: Iterable[int], now: datetime) -> dict[str, date | datetime]:
    """Return the parameters that `Window.from_parameters` names, for windows of these numbers of days until today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    values: dict[str, date | datetime] = {"today": midnight.date(), "tomorrow": midnight + timedelta(days=1)}
    for days in windows:
        start = midnight - timedelta(days=days - 1)
        values |= {f"first_day_{days}": start.date(), f"start_{days}": start}
    return values


def event_value(reads: Literal["instant", "day", "person"], event: str = "ru_e", person: str = "ru_p") -> str:
    """Return what an aggregation reads of an event: its instant, its UTC day, or the person behind it."""
    match reads:
        case "instant":
            return f"{event}.occurredAt"
        case "day":
            return f"date({event}.occurredAt)"
        case "person":
            return person
        case _:
            assert_never(reads)


def named(event: str, name: str) -> str:
    """Return the condition for an event of that name."""
    return f"{event}.name = {name}"
