from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.reports.baseline import HOUR, Baseline, Figures, baseline, standing

durations = st.lists(st.integers(0, 400 * DAY), min_size=1, max_size=40)


def test_JS_04_every_figure_is_there_with_its_n():
    assert baseline([4 * HOUR, HOUR, 3 * HOUR, 2 * HOUR]).hours() == Figures(4, 2.5, 2.5, 1.75, 3.25, 3.7)
    assert baseline([2 * DAY]).days() == Figures(1, 2.0, 2.0, 2.0, 2.0, 2.0)


def test_of_nothing_there_are_no_figures_and_nothing_is_over_or_under_them():
    assert baseline([]) == Baseline()
    assert baseline([]).hours() == Figures(0, None, None, None, None, None)
    assert not baseline([]).over(DAY, Fraction(2))
    assert not baseline([]).under(0, Fraction(2))


@pytest.mark.parametrize(
    ("n", "expected"),
    [(0, "TOO_SMALL"), (9, "TOO_SMALL"), (10, "EARLY"), (49, "EARLY"), (50, "USABLE"), (199, "USABLE"), (200, "SOLID")],
)
def test_JS_03_a_baseline_says_what_it_is_good_for(n: int, expected: str):
    assert standing(n) == expected
    assert baseline([HOUR] * n).can_judge == (n >= 10)


@settings(deadline=None)
@given(durations)
def test_figures_are_those_of_the_statistics_library(given: list[int]):
    found = baseline(given)
    assert float(found.average or 0) == pytest.approx(statistics.fmean(given))
    assert found.median == pytest.approx(statistics.median(given))
    if len(given) > 1:
        quarters = statistics.quantiles(given, n=4, method="inclusive")
        assert [found.p25, found.median, found.p75] == pytest.approx(quarters)
        assert found.p90 == pytest.approx(statistics.quantiles(given, n=10, method="inclusive")[8])


@settings(deadline=None)
@given(durations, st.randoms())
def test_the_order_of_completions_changes_nothing(given: list[int], random):
    shuffled = [*given]
    random.shuffle(shuffled)
    assert baseline(shuffled) == baseline(given)


@settings(deadline=None)
@given(st.integers(1, 10**12), st.integers(1, 50))
def test_exactly_at_a_bound_is_neither_over_nor_under_it(took: int, n: int):
    found = baseline([4 * took] * n)
    for factor, at in ((Fraction(3, 4), 3 * took), (Fraction(3, 2), 6 * took), (Fraction(2), 8 * took)):
        assert (found.under(at, factor), found.over(at, factor)) == (False, False)
        assert (found.under(at - 1, factor), found.over(at + 1, factor)) == (True, True)
