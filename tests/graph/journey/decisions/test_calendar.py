"""Leap days, midnight and daylight saving: days of exits are 24 hours, days of windows are UTC days, wherever the service runs (C2, J5, F7)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from graph.clock import epoch_ms
from graph.computed import define_roll_up
from graph.journey.definitions.definition import ExitRule, Reentry, Stage
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import Company

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(params=["UTC", "Europe/Berlin", "Pacific/Kiritimati"])
def somewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service's process in a zone of its own: nothing may depend on it."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def test_days_of_an_exit_are_24_hours_each_over_a_leap_day_and_a_change_of_clocks(
    company: Company, somewhere: None
) -> None:
    entered = datetime(2028, 2, 28, 12, tzinfo=UTC)
    company.clock.set(entered)
    await company.organisation("Acme", plan="pro")
    await company.live(Stage("short", "customer", "Short", "plan = 'pro'", ExitRule("AFTER_DAYS", 2)))
    spring = datetime(2028, 3, 25, 12, tzinfo=BERLIN)  # the clocks there go forward in the night
    company.clock.set(spring)
    await company.organisation("Bolt", plan="pro")
    await company.after(days=9)
    assert await company.stays("organisation", "exited") == [
        ("Acme", epoch_ms(datetime(2028, 3, 1, 12, tzinfo=UTC))),
        ("Bolt", epoch_ms(datetime(2028, 3, 27, 13, tzinfo=BERLIN))),
    ]


@pytest.mark.parametrize("rolled", [False, True], ids=["counted", "rolled up"])
async def test_a_window_of_days_turns_at_utc_midnight_to_the_millisecond(
    company: Company, somewhere: None, rolled: bool
) -> None:
    midnight = datetime(2028, 2, 29, tzinfo=UTC)
    company.clock.set(midnight - timedelta(hours=1))
    await company.organisation("Acme")
    await company.organisation("Bolt")
    lately = "did 'Signed In' at least 1 times within last 1 days"
    if rolled:
        await define_roll_up(
            company.graph, company.clock, StoredRollUp("lately", RollUp("COUNT", "EVENTS", window_days=1))
        )
        await company.evaluator.evaluate_stale()
        lately = "lately >= 1"
    exit_ = ExitRule("CRITERIA", criteria=f"not ({lately})")
    await company.live(Stage("busy", "customer", "Busy", lately, exit_, reentry=Reentry("ALWAYS")))
    # the last instant of 28 February and the first of the 29th, told in a zone in which both are the 29th
    last, first = midnight - timedelta(milliseconds=1), midnight
    company.clock.set(last)
    await company.event("Acme", "Signed In", last.astimezone(BERLIN))
    await company.evaluator.evaluate_stale()
    company.clock.set(first)
    await company.event("Bolt", "Signed In", first.astimezone(BERLIN))
    await company.evaluator.evaluate_stale()
    await company.after(days=2)
    assert await company.stays("organisation", "entered", "exited") == [
        ("Acme", epoch_ms(last), epoch_ms(midnight)),
        ("Bolt", epoch_ms(first), epoch_ms(midnight + timedelta(days=1))),
    ]


async def test_a_window_around_a_date_holds_the_leap_day(company: Company, somewhere: None) -> None:
    company.clock.set(datetime(2028, 2, 27, 23, 59, 59, 999_000, tzinfo=UTC))
    await company.organisation("Acme", renewal="2028-03-01")
    near = Stage("near", "customer", "Near", "renewal within next 2 days", ExitRule("AFTER_DAYS", 1))
    await company.live(near)
    assert await company.stays("entered") == []
    await company.after(days=3)
    assert await company.stays("entered", "exited") == [
        (epoch_ms(datetime(2028, 2, 29, tzinfo=UTC)), epoch_ms(datetime(2028, 3, 1, tzinfo=UTC)))
    ]
