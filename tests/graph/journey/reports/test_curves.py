from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.reports.curves import curve
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import START, histories, visit


def test_a_curve_rises_at_each_completion():
    visits = [
        visit("a", {"project": None}, stays=10),
        visit("b", {"project": 48}, stays=10),
        visit("c", {"project": 48}, stays=10),
        visit("d", stays=10, outcome="EXITED"),
    ]
    found = curve("project", visits, START + 50 * DAY)
    assert (found.n, found.seen) == (4, 10.0)
    assert found.steps == ((0.0, 0.25), (2.0, pytest.approx(0.75)))
    assert [found.at(days) for days in (-1, 0, 1.9, 2, 99)] == [
        0.0,
        0.25,
        0.25,
        pytest.approx(0.75),
        pytest.approx(0.75),
    ]


def test_who_came_in_late_does_not_make_it_look_slower():
    # Two of three are seen for four days; the third came a day ago. Kaplan and Meier: 1 - 1/2 after two days.
    visits = [visit("a", {"project": 48}), visit("b"), visit("c", day=3)]
    assert curve("project", visits, START + 4 * DAY).steps == ((2.0, 0.5),)


def test_who_left_without_it_stays_counted():
    visits = [visit("a", {"project": 48}), visit("b"), visit("c", day=3, stays=1, outcome="EXITED")]
    assert curve("project", visits, START + 4 * DAY).steps == ((2.0, pytest.approx(1 / 3)),)


def test_nobody_has_no_steps():
    assert curve("project", [], START).steps == ()
    assert curve("project", [visit("a", applicable=())], START).n == 0


@settings(deadline=None)
@given(histories(), st.integers(70, 100))
def test_a_curve_rises_from_0_to_1_at_most(visits: list[Visit], day: int):
    found = curve("project", visits, START + day * DAY)
    shares = [share for _, share in found.steps]
    assert shares == sorted(shares)
    assert all(0 < share <= 1.0000001 for share in shares)
    days = [day for day, _ in found.steps]
    assert days == sorted(set(days))


@settings(deadline=None)
@given(histories())
def test_where_all_have_ended_it_is_the_plain_share(visits: list[Visit]):
    ended = [each for each in visits if not each.stay.is_open]
    found = curve("project", ended, START + 100 * DAY)
    done = sum("project" in each.stay.achieved for each in ended)
    assert found.at(1000) == pytest.approx(done / len(ended) if ended else 0)
