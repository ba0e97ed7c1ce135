"""T1: one clock, passed in; `MEMBERGRAPH_CLOCK` moves it by an offset or to an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph.clock import FixedClock, SystemClock, clock_from, epoch_ms, from_epoch_ms
from graph.errors import UserMistake


@pytest.mark.parametrize(
    ("text", "offset"),
    [("+31d", timedelta(days=31)), ("-2h", timedelta(hours=-2)), ("+90m", timedelta(minutes=90)), ("", timedelta())],
)
def test_an_offset_moves_the_clock(text: str, offset: timedelta):
    ahead = clock_from(text).now() - datetime.now(UTC)
    assert abs(ahead - offset) < timedelta(seconds=5)


def test_an_instant_starts_the_clock_there_and_it_runs_on():
    clock = clock_from("2026-11-22T12:00:00+02:00")
    first = clock.now()
    assert abs(first - datetime(2026, 11, 22, 10, tzinfo=UTC)) < timedelta(seconds=5)
    assert clock.now() >= first


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-22T12:00:00", "31d", "+31y"])
def test_anything_else_is_refused_with_what_would_be_right(text: str):
    with pytest.raises(UserMistake, match=r"\+31d"):
        clock_from(text)


def test_a_fixed_clock_stands_still_until_it_is_moved():
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    assert clock.advance(timedelta(days=1)) == datetime(2026, 1, 2, tzinfo=UTC)
    clock.set(datetime(2025, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2025


def test_milliseconds_and_instants_are_each_others_inverse():
    instant = datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
    assert epoch_ms(instant) == -1
    assert from_epoch_ms(-1) == instant
    assert SystemClock().now().tzinfo is UTC
