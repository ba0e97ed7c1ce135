"""What a roll-up is: one aggregate over an organisation's people or events, as a value.

A roll-up is the contract's `RollUpInput`, whether somebody asks for it once or it is stored under a name (R3).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from graph.errors import UserMistake

__all__ = ["Aggregation", "Entity", "RollUp", "Source"]

Aggregation = Literal[
    "SUM",
    "COUNT",
    "COUNT_DISTINCT",
    "AVERAGE",
    "MIN",
    "MAX",
    "FIRST",
    "LAST",
    "ACTIVE_DAYS",
    "MOST_FREQUENT",
    "UNIQUE_VALUES",
]
Source = Literal["PEOPLE", "EVENTS"]
Entity = Literal["organisation", "membership", "person"]

_FIELDS = ("aggregation", "source", "attribute", "eventName", "windowDays", "endDaysAgo", "where", "eventWhere")
_TEXTS = ("attribute", "eventName", "where", "eventWhere")


@dataclass(frozen=True)
class RollUp:
    """One aggregate. Field by field what `contract.graphql` says of `RollUpInput`.

    `where` chooses people (for EVENTS: whose events), `event_where` events by their properties; both are criteria.
    A window of `window_days` ends today, or `end_days_ago` days before.
    """

    aggregation: Aggregation
    source: Source = "PEOPLE"
    attribute: str | None = None
    event_name: str | None = None
    window_days: int | None = None
    where: str | None = None
    event_where: str | None = None
    end_days_ago: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RollUp:
        """The roll-up that a `RollUpInput` describes; its form is checked, its names are not.

        Raises UserMistake, whose `field` is the input's field.
        """
        for name in value:
            if name not in _FIELDS:
                raise _mistake(f"a roll-up has no field {name!r}{_nearest(name, _FIELDS)}", name)
        texts = {name: _text(name, value.get(name)) for name in _TEXTS}
        return cls(
            aggregation=_choice("aggregation", value.get("aggregation"), get_args(Aggregation)),
            source=_choice("source", value.get("source") or "PEOPLE", get_args(Source)),
            attribute=texts["attribute"],
            event_name=texts["eventName"],
            window_days=_days("windowDays", value.get("windowDays"), 1),
            end_days_ago=_days("endDaysAgo", value.get("endDaysAgo"), 0) or 0,
            where=texts["where"],
            event_where=texts["eventWhere"],
        )

    def to_json(self) -> dict[str, Any]:
        """The same as a `RollUpInput`, without what says nothing."""
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
    def nothing(self) -> int | list[Any] | None:
        """The value over nothing at all (R1): 0 for sums and counts, no values at all, else null."""
        if self.aggregation == "UNIQUE_VALUES":
            return []
        return 0 if self.aggregation in ("SUM", "COUNT", "COUNT_DISTINCT", "ACTIVE_DAYS") else None

    @property
    def span(self) -> int | None:
        """For how many days, today included, what is counted reaches back; None where it reaches back for ever."""
        return None if self.window_days is None else self.window_days + self.end_days_ago

    @property
    def lasts(self) -> bool:
        """Whether the value changes by facts alone: no window passes over what it counts, no membership begins or ends (T3)."""
        return self.source == "EVENTS" and self.span is None and self.where is None and self.event_where is None

    @property
    def counts_people(self) -> bool:
        """Whether the value is a number of people, each of them once."""
        if self.source == "PEOPLE":
            return self.aggregation == "COUNT" or (self.aggregation == "COUNT_DISTINCT" and self.attribute is None)
        return self.aggregation == "COUNT_DISTINCT" and self.attribute is None

    @property
    def from_counters(self) -> bool:
        """Whether the day counters hold the value exactly, so that no event need be read."""
        return self.source == "EVENTS" and self.attribute is None and self.event_where is None


def _mistake(message: str, field: str) -> UserMistake:
    return UserMistake("INVALID_ROLL_UP", message, field)


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _choice(field: str, value: Any, known: tuple[str, ...]) -> Any:
    if value not in known:
        text = str(value)
        said = "is missing" if value is None else f"can't be {text!r}{_nearest(text.upper(), known)}"
        raise _mistake(f"{field} {said}; it is one of {', '.join(known)}", field)
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
