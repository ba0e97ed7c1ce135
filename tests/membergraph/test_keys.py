"""Expiry of keys: durations, days, instants, and texts that are none of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph.clock import FixedClock
from graph.errors import UserMistake
from membergraph.cli.keys import expiry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("30s", NOW + timedelta(seconds=30)),
        ("10m", NOW + timedelta(minutes=10)),
        ("12h", NOW + timedelta(hours=12)),
        ("90d", NOW + timedelta(days=90)),
        ("4w", NOW + timedelta(weeks=4)),
        (" 86400 s ", NOW + timedelta(days=1)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T12:00:00Z", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        ("2027-01-31T12:00:00+02:00", datetime(2027, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_time_to_come_is_read_as_people_write_it(text: str, at: datetime) -> None:
    assert expiry(text, CLOCK) == at


@pytest.mark.parametrize(
    "text", ["", "soon", "10", "m", "-5m", "1.5h", "10 months", "10M", "1y", "9999999999d", "999999999w", "2027-13-01"]
)
def test_what_is_no_time_is_told_with_what_would_be_one(text: str) -> None:
    with pytest.raises(UserMistake, match=r"is no time\. Write 30s, 10m"):
        expiry(text, CLOCK)


@pytest.mark.parametrize("text", ["0s", "0d", "2026-03-01", "2026-03-01T11:59:59Z", "0001-01-01"])
def test_a_time_that_is_over_is_told(text: str) -> None:
    with pytest.raises(UserMistake, match="is not ahead of now"):
        expiry(text, CLOCK)
