from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.reports.baseline import HOUR, Baseline, baseline
from graph.journey.reports.pace import pace, pending_for
from tests.graph.journey.stays import START, visit

TEN = baseline([4 * DAY] * 10)
NINE = baseline([4 * DAY] * 9)


def completed(hours: float | None, against: Baseline = TEN) -> str | None:
    return pace("project", visit("a", {"project": hours}).stay, against, START + 100 * DAY)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (0, "FASTER"),
        (72 - 1 / 3600, "FASTER"),
        (72, "TYPICAL"),
        (144, "TYPICAL"),
        (144 + 1 / 3600, "SLOWER"),
        (900, "SLOWER"),
    ],
)
def test_J11_completed_is_faster_under_three_quarters_of_the_average_and_slower_over_one_and_a_half(
    hours: float, expected: str
):
    assert completed(hours) == expected


def test_J11_nobody_is_judged_under_ten_completions():
    assert completed(1, NINE) == "COMPLETED_TOO_FEW_TO_TELL"
    assert completed(9999, NINE) == "COMPLETED_TOO_FEW_TO_TELL"
    assert pace("project", visit("a").stay, NINE, START + 900 * DAY) == "PENDING"


def test_J11_pending_is_overdue_over_twice_the_average():
    stay = visit("a").stay
    assert pace("project", stay, TEN, START + 8 * DAY) == "PENDING"
    assert pace("project", stay, TEN, START + 8 * DAY + 1) == "OVERDUE"


def test_J9_what_was_added_later_is_pending_from_then():
    stay = visit("a").stay
    assert pace("project", stay, TEN, START + 9 * DAY, added_at=START + 5 * DAY) == "PENDING"
    assert pace("project", stay, TEN, START + 13 * DAY + 1, added_at=START + 5 * DAY) == "OVERDUE"
    assert pace("project", stay, TEN, START + 9 * DAY, added_at=START - 5 * DAY) == "OVERDUE"


def test_a_stay_that_ended_is_judged_as_of_its_end():
    assert pace("project", visit("a", stays=5, outcome="EXITED").stay, TEN, START + 90 * DAY) == "PENDING"
    assert pace("project", visit("a", stays=9, outcome="EXITED").stay, TEN, START + 90 * DAY) == "OVERDUE"
    assert pending_for(visit("a", stays=5).stay, START + 90 * DAY) == 5 * DAY


def test_what_does_not_apply_has_no_pace_unless_it_was_completed():
    assert pace("project", visit("a", applicable=()).stay, TEN, START) is None
    assert pace("project", visit("a", {"project": 96}, applicable=()).stay, TEN, START) == "TYPICAL"


@settings(deadline=None)
@given(st.lists(st.integers(0, 90 * DAY), min_size=10, max_size=30), st.integers(0, 90 * DAY))
def test_J11_says_what_exact_arithmetic_says(took: list[int], elapsed: int):
    average = Fraction(sum(took), len(took))
    expected = "FASTER" if elapsed * 4 < average * 3 else "SLOWER" if elapsed * 2 > average * 3 else "TYPICAL"
    stay = visit("a", {"project": elapsed / HOUR}).stay
    assert pace("project", stay, baseline(took), START) == expected
    pending = pace("project", visit("a").stay, baseline(took), START + elapsed)
    assert pending == ("OVERDUE" if elapsed > 2 * average else "PENDING")
