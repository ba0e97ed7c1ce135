from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.reports.baseline import Figures
from graph.journey.reports.metrics import baselines, measure
from graph.journey.reports.visits import Period, Visit, filter_visits, latest_visits
from tests.graph.journey.stays import KEYS, STAGE, START, histories, visit

VISITS = [
    visit("a", {"project": 24, "invite": 48, "report": 96}, stays=4),
    visit("b", {"project": None, "invite": 24}, stays=30, outcome="EXITED"),
    visit("c", {"project": 72}, day=10),
    visit("d", day=40, applicable=("project",)),
    visit("a", {"project": None}, day=50, n=2, version=2),
]


def at(day: float) -> int:
    return round(START + day * DAY)


def test_JS_02_a_stage_over_all_time():
    found = measure(STAGE, VISITS, could_enter=8)
    assert (found.entered, found.organisations, found.completed, found.exited, found.occupants) == (5, 4, 1, 1, 3)
    assert (found.entry_rate, found.completion_rate) == (0.5, 0.5)
    assert found.days == Figures(1, 4.0, 4.0, 4.0, 4.0, 4.0)
    assert found.standing == "TOO_SMALL"


def test_OB_08_objectives_count_whom_they_apply_to_and_time_only_what_was_not_instant():
    project, invite, report = measure(STAGE, VISITS).objectives
    assert (project.eligible, project.reached, project.instant, project.completion_rate) == (5, 4, 2, 0.8)
    assert (project.hours.n, project.hours.average, project.hours.median) == (2, 48.0, 48.0)
    assert (invite.eligible, invite.reached, invite.completion_rate, invite.hours.average) == (4, 2, 0.5, 36.0)
    assert (report.eligible, report.reached, report.hours.n) == (4, 1, 1)


def test_a_period_counts_what_happened_within_it_and_who_was_inside_at_its_end():
    found = measure(STAGE, VISITS, period=Period(at(4), at(40)))
    assert (found.entered, found.completed, found.exited, found.occupants) == (1, 1, 1, 1)
    assert [each.eligible for each in found.objectives] == [1, 1, 1]
    before = measure(STAGE, VISITS, period=Period(until=at(4)))
    assert (before.entered, before.completed, before.occupants) == (2, 0, 2)


def test_a_version_and_a_segment_are_asked_for_by_themselves():
    assert measure(STAGE, VISITS, version=2).entered == 1
    assert measure(STAGE, VISITS, organisations={"a", "c"}).entered == 3
    assert measure(STAGE, VISITS, version=1, organisations={"a"}).completed == 1
    assert measure(STAGE, VISITS, organisations=set()).entered == 0


def test_nothing_has_no_rates():
    found = measure(STAGE, [])
    assert (found.entered, found.entry_rate, found.completion_rate, found.days.n) == (0, None, None, 0)
    assert [each.completion_rate for each in found.objectives] == [None, None, None]
    assert measure(STAGE, VISITS, could_enter=0).entry_rate is None
    assert found.objective("invite") == found.objectives[1]
    assert found.objective("other") is None


def test_J11_baselines_are_by_version_over_what_was_not_instant():
    found = baselines(STAGE, VISITS)
    assert found[1, "project"].hours().average == 48.0
    assert found[2, "project"].n == 0
    assert found.keys() == {(version, key) for version in (1, 2) for key in KEYS}


def test_each_organisation_counts_once_by_its_last_visit():
    assert [each.stay.number for each in latest_visits(VISITS)] == [2, 1, 1, 1]
    assert latest_visits(reversed(VISITS))[0].stay.number == 2


def test_I4_an_organisation_merged_from_two_is_inside_once_and_its_last_entry_counts():
    both = [visit("a", day=3), visit("a", day=1)]
    assert (measure(STAGE, both).entered, measure(STAGE, both).occupants) == (2, 1)
    assert latest_visits(both) == both[:1]


@settings(deadline=None)
@given(histories(), st.integers(0, 100), st.integers(0, 100))
def test_who_is_inside_at_the_end_was_inside_at_the_beginning_or_came_and_has_not_left(
    visits: list[Visit], one: int, other: int
):
    since, until = at(min(one, other)), at(max(one, other))
    before, within = (
        measure(STAGE, visits, period=Period(until=since)),
        measure(STAGE, visits, period=Period(since, until)),
    )
    assert within.occupants == before.occupants + within.entered - within.completed - within.exited


@settings(deadline=None)
@given(histories(), st.integers(0, 100))
def test_periods_that_touch_add_up(visits: list[Visit], day: int):
    whole = measure(STAGE, visits)
    parts = [measure(STAGE, visits, period=each) for each in (Period(until=at(day)), Period(since=at(day)))]
    for figure in ("entered", "completed", "exited"):
        assert getattr(whole, figure) == sum(getattr(part, figure) for part in parts)
    for n, one in enumerate(whole.objectives):
        assert one.reached == sum(part.objectives[n].reached for part in parts)


@settings(deadline=None)
@given(histories())
def test_versions_add_up_and_rates_are_shares(visits: list[Visit]):
    whole, parts = measure(STAGE, visits), [measure(STAGE, visits, version=version) for version in (1, 2)]
    assert whole.entered == sum(part.entered for part in parts)
    assert len(filter_visits(visits, 1, None)) == parts[0].entered
    for one in whole.objectives:
        assert one.instant <= one.reached <= one.eligible <= whole.entered
        assert one.hours.n == one.reached - one.instant
        assert one.completion_rate == pytest.approx(one.reached / one.eligible if one.eligible else None)
