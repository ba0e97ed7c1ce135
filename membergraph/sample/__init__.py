"""The sample company: a year of a B2B product's customers, made by code, the same for the same seed.

Everything is dated relative to the day it is made and ends the day before, so that the answers of that day are always
the same. The rows are what any loader would hand to the writer; `membergraph.sample.loading.load` hands them over day by day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from random import Random
from typing import Any

from membergraph.sample.company import IN_SEVERAL, ORGANISATIONS, PEOPLE, Company, company
from membergraph.sample.living import EVENTS, happened
from membergraph.sample.telling import Calendar, Row, told

__all__ = ["DAYS", "SEED", "Asked", "Day", "History", "Row", "Sample", "Ticked", "describe", "history", "rows"]

SEED = 7
DAYS = 365
"""How many days ago the year begins."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """An objective that somebody ticks for an organisation, named by the product's id; `at` is an instant as text."""

    at: str
    organisation: str
    objective: str


@dataclass(frozen=True, slots=True)
class Day:
    """What was told on one UTC day, and what people ticked."""

    day: date
    rows: tuple[Row, ...]
    ticked: tuple[Ticked, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What was known when the year began, and each of its days."""

    begins: date
    known: tuple[Row, ...]
    days: tuple[Day, ...]


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
    """The same day by day, with what people ticked, from `DAYS` before `today` to the day before it."""
    everything, calendar, random = _made(today, seed)
    begins = calendar.day(DAYS)
    ticked = [
        Ticked(calendar.at(days_ago), each.key, objective)
        for each in everything.organisations
        if each.contract is not None
        for days_ago, objective in each.contract.ticked
    ]
    known: list[Row] = []
    days: dict[str, list[Row]] = {calendar.day(ago): [] for ago in range(DAYS, 0, -1)}
    for day, told_then in groupby(_rows(everything, calendar, random), key=lambda row: _at(row)[:10]):
        (known if day < begins else days[day]).extend(told_then)
    lived = (
        Day(date.fromisoformat(day), tuple(told_then), tuple(each for each in ticked if each.at.startswith(day)))
        for day, told_then in days.items()
    )
    return History(date.fromisoformat(begins), tuple(known), tuple(lived))


def _made(today: date, seed: int) -> tuple[Company, Calendar, Random]:
    random = Random(seed)  # noqa: S311 - a sample must come out the same each time
    return company(random), Calendar(today), random


def _rows(everything: Company, calendar: Calendar, random: Random) -> list[Row]:
    return sorted([*told(everything, calendar, random), *happened(everything, calendar, random)], key=_at)


def _at(row: Row) -> str:
    """When a row was told."""
    at: str = row.get("occurredAt") or row["observedAt"]
    return at
