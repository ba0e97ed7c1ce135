"""A roll-up: one aggregate over an organisation's people or events, as a value.

It is the contract's `RollUpInput`, whether it is asked for ad hoc or stored under a name (R3).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from graph.errors import UserMistake
from graph.rollups.aggregations import AGGREGATIONS, Aggregation, AggregationName

__all__ = ["Entity", "RollUp", "Source"]

Source = Literal["PEOPLE", "EVENTS"]
Entity = Literal["organisation", "membership", "person"]

_FIELDS = ("aggregation", "source", "attribute", "eventName", "windowDays", "endDaysAgo", "where", "eventWhere")
_TEXTS = ("attribute", "eventName", "where", "eventWhere")


@dataclass(frozen=True)
class RollUp:
    """One aggregate, with the fields of `RollUpInput` in `contract.graphql`.

    `where` is a criterion that chooses people (for EVENTS: whose events). `event_where` chooses events by their properties.
    A window of `window_days` ends today, or `end_days_ago` days before.
    """

    aggregation: AggregationName
    source: Source = "PEOPLE"
    attribute: str | None = None
    event_name: str | None = None
    window_days: int | None = None
    where: str | None = None
    event_where: str | None = None
    end_days_ago: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RollUp:
        """Return the roll-up that a `RollUpInput` describes. Its form is checked here, its names are not.

        Raises UserMistake, whose `field` is the input's field.
        """
        for name in value:
            if name not in _FIELDS:
                raise _mistake(f"a roll-up has no field {name!r}{_nearest(name, _FIELDS)}", name)
        texts = {name: _text(name, value.get(name)) for name in _TEXTS}
        return cls(
            aggregation=_choice("aggregation", value.get("aggregation"), tuple(AGGREGATIONS)),
            source=_choice("source", value.get("source") or "PEOPLE", get_args(Source)),
            attribute=texts["attribute"],
            event_name=texts["eventName"],
            window_days=_days("windowDays", value.get("windowDays"), 1),
            end_days_ago=_days("endDaysAgo", value.get("endDaysAgo"), 0) or 0,
            where=texts["where"],
            event_where=texts["eventWhere"],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the same as a `RollUpInput`, without fields that have no value."""
        values = (
            self.aggregation,
            self.source,
            self.attribute,
            self.event_name,
            self.window_days,
            self.end_days_ago or None,
            self.where,
            self.event_where,
        )
        return {name: value for name, value in zip(_FIELDS, values, strict=True) if value is not None}

    @property
    def record(self) -> Aggregation:
        """The aggregation's record in the table."""
        return AGGREGATIONS[self.aggregation]

    @property
    def span(self) -> int | None:
        """The number of days, today included, that the value looks back; None where it looks back for ever."""
        return None if self.window_days is None else self.window_days + self.end_days_ago

    @property
    def is_time_independent(self) -> bool:
        """Return whether the value changes by facts alone (T3): no window, and no membership that begins or ends."""
        return self.source == "EVENTS" and self.span is None and self.where is None and self.event_where is None

    @property
    def counts_people_behind_events(self) -> bool:
        """Return whether the value is the number of people behind events, each counted once."""
        event_form = self.record.event_form
        if self.source == "PEOPLE" or self.attribute is not None or event_form is None:
            return False
        return event_form.reads == "person"

    @property
    def reads_counters(self) -> bool:
        """Return whether day counters hold the value exactly, so that no event need be read."""
        return self.source == "EVENTS" and self.attribute is None and self.event_where is None


def _mistake(message: str, field: str) -> UserMistake:
    return UserMistake("INVALID_ROLL_UP", message, field)


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _choice(field: str, value: Any, known: tuple[str, ...]) -> Any:
    if value not in known:
        text = str(value)
        reason = "is missing" if value is None else f"can't be {text!r}{_nearest(text.upper(), known)}"
        raise _mistake(f"{field} {reason}; it is one of {', '.join(known)}", field)
    return value


def _text(field: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _mistake(f"{field} must be text, found {value!r}", field)
    return value.strip() if field != "eventName" else value


def _days(field: str, value: Any, least: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 36_500:
        raise _mistake(f"{field} must be a whole number from {least} to 36500, found {value!r}", field)
    return value
