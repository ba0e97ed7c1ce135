"""The most frequent of some values, and all different ones, as laws."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.rollups.frequencies import MOST_VALUES, most_frequent, unique_values

VALUES = st.one_of(
    st.lists(st.integers(0, 5)),
    st.lists(st.sampled_from(["", "a", "b", "\N{LATIN SMALL LETTER E WITH ACUTE}"])),
    st.lists(st.booleans()),
    st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 4))),
)


@given(VALUES)
def test_R1_the_most_frequent_comes_as_often_as_any_and_is_the_least_of_those_that_do(values: list[Any]):
    found = most_frequent(values)
    assert (found is None) == (not values)
    for other in values:
        assert values.count(found) >= values.count(other)
        assert found <= other or values.count(found) > values.count(other)


@given(VALUES)
def test_R1_unique_values_are_each_there_once_in_order(values: list[Any]):
    found = unique_values(values)
    assert set(found) == set(values)
    assert all(one < other for one, other in pairwise(found))


def test_only_so_many_different_values_are_kept():
    assert unique_values([*range(MOST_VALUES + 10)]) == [*range(MOST_VALUES)]
