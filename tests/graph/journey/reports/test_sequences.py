from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from graph.journey.definitions.definition import Objective
from graph.journey.reports.sequences import Order, Transition, sequences
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import KEYS, STAGE, histories, visit

VISITS = [
    visit("a", {"project": 1, "invite": 2, "report": 3}, stays=4),
    visit("b", {"project": 1, "invite": 2, "report": 3}),
    visit("c", {"invite": 1, "project": 2}, stays=4, outcome="EXITED"),
    visit("d", {"project": 1}),
    visit("e", {"project": None}, stays=4),
    visit("f", stays=4),
]


def test_JS_06_the_most_common_order_comes_first_with_its_share():
    found = sequences(STAGE, VISITS)
    assert (found.n, found.stays) == (3, 4)
    assert found.orders == (Order(("project", "invite", "report"), 2, 2 / 3), Order(("invite", "project"), 1, 1 / 3))
    assert found.usual == found.orders[0]


def test_JS_06_each_transition_has_its_share_of_what_came_after():
    assert sequences(STAGE, VISITS).transitions == (
        Transition(None, "project", 3, 4, 0.75),
        Transition(None, "invite", 1, 4, 0.25),
        Transition("project", "invite", 2, 2, 1.0),
        Transition("invite", "report", 2, 3, 2 / 3),
        Transition("invite", "project", 1, 3, 1 / 3),
    )


def test_what_was_true_at_entry_and_markers_have_no_place_in_an_order():
    marked = replace(STAGE, objectives=(*STAGE.objectives[1:], Objective("project", "Project", "MARKER", "a = 1")))
    one = [visit("a", {"project": 1, "invite": 2, "report": None}, stays=3)]
    assert sequences(STAGE, one).orders[0].objectives == ("project", "invite")
    assert sequences(marked, one).orders[0].objectives == ("invite",)


def test_at_the_same_instant_the_order_of_the_stage_holds():
    assert sequences(STAGE, [visit("a", {"report": 2, "project": 2}, stays=3)]).orders[0].objectives == (
        "project",
        "report",
    )


def test_nothing_has_no_order_and_only_so_many_are_given():
    assert (sequences(STAGE, []).usual, sequences(STAGE, []).transitions) == (None, ())
    assert len(sequences(STAGE, VISITS, most=1).orders) == 1


@settings(deadline=None)
@given(histories())
def test_shares_of_what_follows_add_up_to_one(visits: list[Visit]):
    found = sequences(STAGE, visits, most=1000)
    for before in {each.before for each in found.transitions}:
        after = [each for each in found.transitions if each.before == before]
        assert sum(each.share for each in after) == pytest.approx(1)
        assert {each.continued for each in after} == {sum(each.n for each in after)}
    assert sum(each.n for each in found.orders) == found.n <= found.stays
    assert sum(each.n for each in found.transitions if each.before is None) == found.stays


@settings(deadline=None)
@given(histories())
def test_the_order_of_the_visits_changes_nothing(visits: list[Visit]):
    assert sequences(STAGE, visits) == sequences(STAGE, [*reversed(visits)])
    assert all(set(each.objectives) <= set(KEYS) for each in sequences(STAGE, visits).orders)
