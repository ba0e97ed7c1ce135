from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.definitions.definition import ExitRule, Objective
from graph.journey.reports.influence import Comparison, EarlyCompletion, compare, influences
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import STAGE, START, visit

FREE = replace(STAGE, exit=ExitRule("CRITERIA", criteria="renewed = true", completed_when="arr > 0"))


def crowd(having: int, hits: int, lacking: int, hits_without: int) -> list[Visit]:
    """Stays that ended: so many with the project, so many without, of which so many completed the stage."""
    done = [
        visit(f"w{i}", {"project": 5}, stays=9, outcome="COMPLETED" if i < hits else "EXITED") for i in range(having)
    ]
    return done + [
        visit(f"x{i}", stays=9, outcome="COMPLETED" if i < hits_without else "EXITED") for i in range(lacking)
    ]


def test_JS_07_rates_with_and_without_with_their_n():
    found = influences(FREE, crowd(40, 32, 50, 20), churned={"x0", "x49", "w39"})[0]
    assert (found.objective, found.by_definition) == ("project", False)
    assert (found.completion.completer_n, found.completion.other_n) == (40, 50)
    assert (found.completion.completer_rate, found.completion.other_rate, found.completion.lift) == (0.8, 0.4, 2.0)
    assert (found.churn.completer_rate, found.churn.other_rate) == (1 / 40, 2 / 50)


def test_the_interval_is_katzs():
    # ln 2 = 0.6931; sqrt(1/32 - 1/40 + 1/20 - 1/50) = 0.1904; 1.95996 times that is 0.3732.
    found = compare(40, 32, 50, 20)
    assert found.confidence == 0.95
    assert found.low == pytest.approx(math.exp(0.6931 - 0.3732), rel=1e-3)
    assert found.high == pytest.approx(math.exp(0.6931 + 0.3732), rel=1e-3)
    assert (found.is_likelier, found.is_rarer) == (True, False)


def test_an_empty_cell_gets_half_a_case_and_the_lift_has_no_number_where_it_never_comes_without():
    found = compare(10, 10, 10, 0)
    # (10.5 / 11) / (0.5 / 11) = 21; sqrt(1/10.5 - 1/11 + 1/0.5 - 1/11) = 1.3832.
    assert found.lift is None
    assert found.low == pytest.approx(21 * math.exp(-1.95996 * 1.3832), rel=1e-3)
    assert found.is_likelier
    assert compare(10, 0, 10, 10).is_rarer


@pytest.mark.parametrize("sides", [(9, 9, 500, 1), (500, 1, 9, 9), (0, 0, 90, 3), (40, 0, 40, 0), (40, 40, 40, 40)])
def test_small_numbers_and_outcomes_without_difference_tell_nothing(sides: tuple[int, int, int, int]):
    found = compare(*sides)
    assert (found.low, found.high, found.is_likelier, found.is_rarer) == (None, None, False, False)


def test_what_the_rule_itself_says_is_marked_as_such():
    marker = Objective("busy", "Busy", "MARKER", "seats >= 3")
    for rule, expected in (
        (ExitRule("ALL_OBJECTIVES"), [True, True, True, False]),
        (ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30), [True, True, True, False]),
        (ExitRule("CRITERIA", criteria="a = 1"), [True, True, True, False]),
        (ExitRule("CRITERIA", criteria="a = 1", completed_when="a = 2"), [False] * 4),
        (ExitRule("ONGOING"), [True, True, True, False]),
        (ExitRule("AFTER_DAYS", 30), [True] * 4),
    ):
        stage = replace(STAGE, exit=rule, objectives=(*STAGE.objectives, marker))
        assert [each.by_definition for each in influences(stage, [], set())] == expected


def test_each_organisation_counts_once_by_its_last_stay_and_pending_counts_for_churn_alone():
    twice = [visit("a", {"project": 1}, stays=2), visit("a", day=9, n=2), visit("b", {"project": 1}, applicable=())]
    found = influences(FREE, twice, {"a"})[0]
    assert (found.completion.completer_n, found.completion.other_n) == (0, 0)
    assert (found.churn.completer_n, found.churn.completer_hits, found.churn.other_n, found.churn.other_hits) == (
        1,
        0,
        1,
        1,
    )


def test_the_more_is_asked_the_less_luck_each_answer_may_have():
    one = crowd(40, 32, 50, 20)
    assert influences(FREE, one, set())[0].completion.confidence == 0.95
    assert influences(FREE, one, {"w1", "x1"})[0].completion.confidence == 0.975


def test_JS_07_early_completion_is_asked_of_those_who_stayed_so_long():
    visits = [
        visit("soon", {"project": 168}, stays=20),
        visit("late", {"project": 169}, stays=20, outcome="EXITED"),
        visit("short", {"project": 24}, stays=6),
        visit("whole", stays=7),
        visit("new", {"project": 24}, day=94),
        visit("here", {"project": 24}, day=93),
    ]
    found = influences(FREE, visits, {"here"}, early=EarlyCompletion(7, START + 100 * DAY))[0]
    assert (found.completion.completer_n, found.completion.completer_hits) == (1, 1)
    assert (found.completion.other_n, found.completion.other_hits) == (2, 1)
    assert (found.churn.completer_n, found.churn.completer_hits, found.churn.other_n) == (2, 1, 2)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_luck_is_rarely_sold_as_a_finding(rate: float):
    chance, found, runs = random.Random(20260101), 0, 400
    for _ in range(runs):
        visits = [
            visit(
                f"o{i}",
                {key: 5 for key in ("project", "invite", "report") if chance.random() < 0.4},
                stays=9,
                outcome="COMPLETED" if chance.random() < rate else "EXITED",
            )
            for i in range(60)
        ]
        churned = {f"o{i}" for i in range(60) if chance.random() < rate}
        compared = influences(FREE, visits, churned)
        found += any(each.completion.is_likelier or each.completion.is_rarer for each in compared) or any(
            each.churn.is_likelier or each.churn.is_rarer for each in compared
        )
    assert found / runs < 0.08


counts = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).filter(
    lambda n: n[1] <= n[0] and n[3] <= n[2]
)


@settings(deadline=None)
@given(counts)
def test_the_interval_holds_the_lift_and_turns_over_with_the_sides(sides: tuple[int, int, int, int]):
    n, a, m, b = sides
    found, turned = compare(n, a, m, b), compare(m, b, n, a)
    assert (found.low is None) == (turned.low is None)
    if found.low is None or found.high is None or turned.high is None:
        return
    assert 0 < found.low < found.high
    assert found.low == pytest.approx(1 / turned.high)
    if 0 < a < n and 0 < b < m:
        assert found.low <= (found.lift or 0) <= found.high
    assert not (found.is_likelier and found.is_rarer)


@settings(deadline=None)
@given(counts)
def test_less_luck_makes_a_wider_interval(sides: tuple[int, int, int, int]):
    wide, narrow = compare(*sides, luck=0.01), compare(*sides, luck=0.05)
    if wide.low is not None and narrow.low is not None and wide.high is not None and narrow.high is not None:
        assert wide.low < narrow.low < narrow.high < wide.high
    assert isinstance(wide, Comparison)
