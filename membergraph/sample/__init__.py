"""The sample company: a year of a B2B product's customers, made by code, the same for the same seed.

Everything is dated relative to the day it is made and ends the day before, so that the answers of that day are always
the same. The rows are what any loader would hand to the writer; `membergraph.sample.loading.load` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from membergraph.sample.company import IN_SEVERAL, ORGANISATIONS, PEOPLE, company
from membergraph.sample.living import EVENTS, happened
from membergraph.sample.telling import Calendar, Row, told

__all__ = ["SEED", "Asked", "Row", "Sample", "describe", "precedences", "roll_ups", "rows"]

SEED = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to show: its name, its parameters, and what its answer shows."""

    question: str
    parameters: dict[str, Any]
    shows: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What the sample holds, and the first questions to ask it."""

    organisations: int
    people: int
    people_in_several: int
    events: int
    questions: tuple[Asked, ...]


def rows(today: date, seed: int = SEED) -> Iterator[Row]:
    """Every row of the sample, dated relative to `today` (a UTC day): subjects and memberships, then events by time."""
    random = Random(seed)  # noqa: S311 - a sample must come out the same each time
    everything, calendar = company(random), Calendar(today)
    yield from told(everything, calendar, random)
    yield from happened(everything, calendar, random)


def describe() -> Sample:
    """What the sample promises, and three questions whose answers introduce it."""
    return Sample(
        ORGANISATIONS,
        PEOPLE,
        IN_SEVERAL,
        EVENTS,
        (
            Asked("people_in_several_organisations", {"limit": 3}, "one person, many organisations, a role in each"),
            Asked("accounts_activated", {"event": "Project Created"}, "what its members did together activates one"),
            Asked("events_before_first", {"event": "Project Created", "limit": 5}, "what leads there, anywhere"),
        ),
    )


def roll_ups() -> list[dict[str, Any]]:
    """Stored roll-ups that suit the sample, in the shape of the API's `RollUpDefinitionInput`."""
    return [
        _roll_up("members", "People who belong to it now", aggregation="COUNT", source="PEOPLE"),
        _roll_up(
            "admins", "Owners and admins", aggregation="COUNT", source="PEOPLE", where="role in ('owner', 'admin')"
        ),
        _roll_up(
            "projects_created", "Projects, ever", aggregation="COUNT", source="EVENTS", eventName="Project Created"
        ),
        _roll_up(
            "active_people_30d",
            "People who did something there in the last 30 days",
            aggregation="COUNT_DISTINCT",
            source="EVENTS",
            windowDays=30,
        ),
        _roll_up(
            "active_days_28d",
            "Days with activity, of the last 28",
            aggregation="ACTIVE_DAYS",
            source="EVENTS",
            windowDays=28,
        ),
        _roll_up(
            "minutes_on_tasks",
            "Minutes of all completed tasks",
            aggregation="SUM",
            source="EVENTS",
            eventName="Task Completed",
            attribute="minutes",
        ),
        _roll_up("last_event_at", "Its latest event", aggregation="LAST", source="EVENTS"),
    ]


def precedences() -> list[tuple[str, str, list[str]]]:
    """Whom to believe: (entity, attribute, sources first to last), as for `setPrecedence`."""
    return [
        ("organisation", "arr", ["billing", "crm", "product"]),
        ("organisation", "plan", ["billing", "product"]),
        ("organisation", "name", ["product", "crm"]),
        ("person", "name", ["product", "crm"]),
    ]


def _roll_up(name: str, description: str, **of: Any) -> dict[str, Any]:
    return {"name": name, "description": description, "of": of}
