"""The sample company: a year of a B2B product's customers, made by code, the same for the same seed.

Everything is dated relative to the day it is made and ends the day before, so that the answers of that day are always
the same. The rows are what any loader would hand to the writer; `membergraph.sample.loading.load` hands them over evening by evening.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from membergraph.sample.company import IN_SEVERAL, ORGANISATIONS, PEOPLE, Company, company
from membergraph.sample.living import EVENTS, happened
from membergraph.sample.telling import Calendar, Row, told

__all__ = ["EVENINGS", "SEED", "Asked", "Evening", "History", "Row", "Sample", "Ticked", "describe", "history", "rows"]

SEED = 7
_DAYS, _EVERY = 365, 2
"""How many days ago the year begins, and every how many days what was told comes in.

Every day by itself would take a quarter longer, and people wait while the sample is made.
"""
EVENINGS = len(range(_DAYS, 0, -_EVERY))
"""How often in the year what was told comes in."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """An objective that somebody ticks for an organisation, named by the product's id; `at` is an instant as text."""

    at: str
    organisation: str
    objective: str


@dataclass(frozen=True, slots=True)
class Evening:
    """What was told up to the end of a UTC day since the evening before, and what people ticked."""

    day: date
    rows: tuple[Row, ...]
    ticked: tuple[Ticked, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What was known when the year began, and each of its evenings."""

    begins: date
    known: tuple[Row, ...]
    evenings: tuple[Evening, ...]


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


def describe() -> Sample:
    """What the sample promises, and questions whose answers introduce it."""
    return Sample(
        ORGANISATIONS,
        PEOPLE,
        IN_SEVERAL,
        EVENTS,
        (
            Asked("people_in_several_organisations", {"limit": 3}, "one person, many organisations, a role in each"),
            Asked("accounts_activated", {"event": "Project Created"}, "what its members did together activates one"),
        ),
    )


def rows(today: date, seed: int = SEED) -> Iterator[Row]:
    """Every row of the sample, in the order in which it was told, dated relative to `today` (a UTC day)."""
    return iter(_rows(*_made(today, seed)))


def history(today: date, seed: int = SEED) -> History:
    """The same evening by evening, with what people ticked, from a year before `today` to the day before it."""
    everything, calendar, random = _made(today, seed)
    rows, ticked = _rows(everything, calendar, random), _ticked(everything, calendar)
    days = [_at(row)[:10] for row in rows]
    before, lived = calendar.day(_DAYS + 1), []
    known = tuple(rows[: bisect_right(days, before)])
    for evening in (calendar.day(ago) for ago in range(_DAYS, 0, -_EVERY)):
        rows_since = tuple(rows[bisect_right(days, before) : bisect_right(days, evening)])
        ticked_since = tuple(each for each in ticked if before < each.at[:10] <= evening)
        lived.append(Evening(date.fromisoformat(evening), rows_since, ticked_since))
        before = evening
    return History(date.fromisoformat(calendar.day(_DAYS)), known, tuple(lived))


def _ticked(everything: Company, calendar: Calendar) -> list[Ticked]:
    return [
        Ticked(calendar.at(days_ago), each.key, objective)
        for each in everything.organisations
        if each.contract is not None
        for days_ago, objective in each.contract.ticked
    ]


def _made(today: date, seed: int) -> tuple[Company, Calendar, Random]:
    random = Random(seed)  # noqa: S311 - a sample must come out the same each time
    return company(random), Calendar(today), random


def _rows(everything: Company, calendar: Calendar, random: Random) -> list[Row]:
    return sorted([*told(everything, calendar, random), *happened(everything, calendar, random)], key=_at)


def _at(row: Row) -> str:
    """When a row was told."""
    at: str = row.get("occurredAt") or row["observedAt"]
    return at
