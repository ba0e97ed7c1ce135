"""Spells from statements: cases of M1, M2 and M3, and the law that order plays no part."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.memberships.spells import MembershipStatement, spells

Bounds = list[tuple[int | None, int | None]]


def _bounds(*statements: MembershipStatement, sources: tuple[str, ...] = ()) -> Bounds:
    return [(spell.since, spell.until) for spell in spells(statements, sources)]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([MembershipStatement(1, since=10, until=20)], [(10, 20)], id="M2_an_interval_is_a_spell"),
        pytest.param([MembershipStatement(1, until=20)], [(None, 20)], id="M2_a_missing_bound_is_no_bound"),
        pytest.param(
            [MembershipStatement(1, since=10, until=20), MembershipStatement(1, since=15, until=30)],
            [(10, 30)],
            id="M2_overlapping_intervals_are_one",
        ),
        pytest.param(
            [MembershipStatement(1, since=10, until=20), MembershipStatement(1, since=20)],
            [(10, None)],
            id="M2_touching_intervals_are_one",
        ),
        pytest.param(
            [MembershipStatement(1, since=10, until=20), MembershipStatement(1, since=21)],
            [(10, 20), (21, None)],
            id="MB15_who_came_back_has_two_spells",
        ),
        pytest.param([MembershipStatement(5)], [(None, None)], id="M2_the_first_observation_begins_from_unknown"),
        pytest.param(
            [MembershipStatement(1, since=10, until=20), MembershipStatement(30)],
            [(10, 20), (30, None)],
            id="M2_an_observation_outside_begins_a_spell",
        ),
        pytest.param(
            [MembershipStatement(1, since=10, until=20), MembershipStatement(15)],
            [(10, 20)],
            id="M2_an_observation_inside_adds_no_spell",
        ),
        pytest.param(
            [MembershipStatement(5), MembershipStatement(9, until=7, ends=True)],
            [(None, 7)],
            id="M3_an_ending_closes_what_holds_it",
        ),
        pytest.param(
            [MembershipStatement(5), MembershipStatement(9, until=7, ends=True), MembershipStatement(8)],
            [(None, 7), (8, None)],
            id="M3_seen_later_is_a_new_spell",
        ),
        pytest.param([MembershipStatement(9, until=7, ends=True)], [], id="M3_an_ending_alone_is_no_membership"),
        pytest.param(
            [MembershipStatement(1, since=10), MembershipStatement(5, until=20, ends=True)],
            [(10, 20)],
            id="M3_a_later_ending_closes_an_interval",
        ),
        pytest.param(
            [MembershipStatement(9, since=10), MembershipStatement(5, until=20, ends=True)],
            [(10, None)],
            id="M2_a_newer_interval_says_it_went_on",
        ),
    ],
)
def test_spells_of(statements: list[MembershipStatement], expected: Bounds) -> None:
    assert _bounds(*statements) == expected


def test_M2_the_higher_ranking_source_tells_the_end() -> None:
    crm, hr = MembershipStatement(9, "crm", since=10, until=40), MembershipStatement(1, "hr", since=10, until=20)
    assert _bounds(crm, hr, sources=("hr", "crm")) == [(10, 20)]
    assert _bounds(crm, hr, sources=("crm", "hr")) == [(10, 40)]


def test_M2_of_equal_sources_the_newest_statement_tells_the_end() -> None:
    assert _bounds(
        MembershipStatement(1, "crm", since=10, until=40), MembershipStatement(2, "crm", since=10, until=20)
    ) == [(10, 20)]


_instants = st.integers(0, 12)


@st.composite
def _statement(draw: st.DrawFn) -> MembershipStatement:
    bounds = sorted(draw(st.lists(_instants, min_size=2, max_size=2, unique=True)))
    since = draw(st.sampled_from([bounds[0], None]))
    until = draw(st.sampled_from([bounds[1], None]))
    if draw(st.integers(0, 3)) == 0:
        return MembershipStatement(draw(_instants), draw(st.sampled_from("ab")), None, bounds[0], ends=True)
    return MembershipStatement(draw(_instants), draw(st.sampled_from("ab")), since, until)


@given(st.lists(_statement(), max_size=7), st.randoms(use_true_random=False))
def test_F3_the_order_of_statements_and_telling_them_twice_play_no_part(
    statements: list[MembershipStatement], dice
) -> None:
    expected = _bounds(*statements, sources=("b",))
    shuffled = [*statements, *statements]
    dice.shuffle(shuffled)
    assert _bounds(*shuffled, sources=("b",)) == expected


@given(st.lists(_statement(), max_size=7))
def test_M2_spells_never_overlap_or_touch_and_none_is_empty(statements: list[MembershipStatement]) -> None:
    found = _bounds(*statements)
    for since, until in found:
        assert since is None or until is None or since < until
    for (_, until), (since, _) in pairwise(found):
        assert until is not None
        assert since is not None
        assert until < since


@given(st.lists(_statement(), max_size=7))
def test_M1_every_observation_is_told_by_a_spell(statements: list[MembershipStatement]) -> None:
    found = spells(statements)
    assert all(any(each in spell.statements for spell in found) for each in statements if each.observes)
