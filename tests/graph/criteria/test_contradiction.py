from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.attributes.catalogue import Catalogue, Definition
from graph.clock import epoch_ms
from graph.criteria import parse
from graph.criteria.contradiction import always, clash, implies, impossible
from graph.criteria.tree import Clause
from tests.graph.criteria.oracle import Rule, View, logic, numbers, organisation_rules, texts, times
from tests.graph.criteria.world import CATALOGUE, INSTANTS, NOW, build

GENERATED = Definition("organisation", "currently_member_of_x_stage", "boolean", "generated")
KNOWN = Catalogue((*CATALOGUE.definitions, GENERATED))


def tree(text: str) -> Clause:
    return parse(text, subject="organisation", catalogue=KNOWN).root


@pytest.mark.parametrize(
    "text",
    [
        "arr > 5 and arr < 3",
        "arr > 5 and arr <= 5",
        "arr = 5 and arr != 5",
        "5 < arr and arr < 5",
        "plan = 'x' and plan = 'y'",
        "plan = 'x' and plan in ('y', 'z')",
        "plan in ('x', 'y') and plan != 'x' and not plan = 'y'",
        "plan has no value and plan = 'x'",
        "arr has no value and arr / seats > 0.5",
        "plan has no value and plan contains 'x'",
        "plan contains 'x' and not plan contains 'x'",
        "tags contains 'a' and tags has no value",
        "churned = true and churned = false",
        "churned = true and not churned = true",
        "churned has no value and churned = false",
        "currently_member_of_x_stage = true and currently_member_of_x_stage = false",
        "arr > 5 and (arr < 3 or plan has no value and plan = 'x')",
        "(arr > 5 or plan = 'x') and arr < 5 and plan = 'y'",
        "not (arr > 5 or arr <= 5) and arr has any value and arr > 9",
        "arr / seats > 0.9 and arr / seats < 0.1",
        "renewal > 2026-05-01 and renewal < 2026-05-02",
        "renewal < 2026-01-01 and renewal > 2026-05-01",
        "trial_at within last 7 days and trial_at > 30 days ago",
        "renewal within next 30 days and renewal before today",
        "renewal has no value and renewal within 90 days",
        "did 'A' at least 3 times and did 'A' at most 2 times",
        "did 'A' and did not 'A'",
        "did 'A' exactly 2 times where (amount > 3 and amount < 1)",
        "any member (role = 'admin') and no member (role = 'admin')",
        "any member (role = 'admin' and role = 'owner')",
        "all members (title = 'x' and title = 'y')",
        "at least 2 members (title = 'x') and exactly 1 members (title = 'x')",
        "parent (plan = 'x' and plan = 'y')",
        "arr > seats and arr has no value",
        "1 = 2",
        "false",
    ],
)
def test_what_cannot_hold_is_seen(text: str):
    assert impossible(tree(text))
    assert always(tree(f"not ({text})"))
    assert clash(tree(text))


@pytest.mark.parametrize(
    "text",
    [
        "arr > 3 and arr < 5",
        "arr >= 5 and arr <= 5",
        "plan != 'x' and plan != 'y'",
        "plan has no value and not plan = 'x'",
        "not arr > 5 and not arr <= 5",
        "arr has any value and plan has no value",
        "not churned = true and not churned = false",
        "currently_member_of_x_stage has no value and currently_member_of_x_stage = false",
        "arr / seats > 0.9 and arr has any value and seats = 0",
        "not arr / seats > 0.9 and not arr / seats <= 0.9 and arr = 1 and seats = 0",
        "trial_at within last 7 days and trial_at > 3 days ago",
        "trial_at within 7 days and trial_at has any value",
        "renewal within 90 days and renewal before today",
        "renewal in this month and renewal in last month",
        "did 'A' and did not 'B'",
        "did 'A' within last 7 days and did not 'A' within last 3 days",
        "any member (role = 'admin') and any member (role = 'owner')",
        "no member (role = 'admin' and role = 'owner')",
        "plan = 'x' or plan has no value and plan = 'x'",
        "seats >= 9007199254740993 and seats < 9007199254740994",
        "true",
    ],
)
def test_what_can_hold_raises_no_alarm(text: str):
    assert not impossible(tree(text))
    assert clash(tree(text)) is None


def test_the_parts_that_clash_are_named_and_no_others():
    assert [each.text for each in clash(tree("arr > 5 and plan = 'x' and arr < 3")) or ()] == ["arr > 5", "arr < 3"]
    assert [each.text for each in clash(tree("plan = 'x' and (arr > 5 and arr < 3)")) or ()] == ["arr > 5", "arr < 3"]
    three = clash(tree("(arr > 5 or plan = 'x') and arr < 5 and plan = 'y'")) or ()
    assert [each.text for each in three] == ["arr > 5 or plan = 'x'", "arr < 5", "plan = 'y'"]


def test_what_always_holds_and_what_follows():
    assert always(tree("plan = 'x' or not plan = 'x'"))
    assert not always(tree("arr > 5 or arr <= 5")), "it may be unknown"
    assert implies(tree("arr >= 10"), tree("arr > 5"))
    assert implies(tree("plan in ('x', 'y')"), tree("plan has any value"))
    assert implies(tree("trial_at within last 7 days"), tree("trial_at within last 30 days"))
    assert not implies(tree("arr > 5"), tree("arr >= 10"))


def test_where_too_much_would_have_to_be_tried_nothing_is_claimed():
    many = " or ".join(f"(arr = {n} and seats = {n} and seats_used = {n})" for n in range(40))
    assert not impossible(tree(f"({many}) and arr + 0 > 1"))


# Few things and few constants, so that many of these contradict themselves; and whatever else can be written.
_few = logic(
    st.one_of(
        numbers("", "organisation", ("arr", "seats")),
        texts("", "organisation", "plan", ("pro", "free")),
        times("", "organisation", "renewal", is_date=True),
        times("", "organisation", "trial_at", is_date=False),
    ),
    6,
)
_WORLD = [View(organisation=each) for seed in range(4) for each in build(seed).organisations]
_NOWS = [epoch_ms(NOW), *INSTANTS[::20]]
EXAMPLES = settings(
    max_examples=2000 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.grows
@EXAMPLES
@given(st.one_of(_few, organisation_rules()))
def test_no_false_alarm_whatever_is_written(rule: Rule):
    root = parse(rule.text, subject="organisation", catalogue=CATALOGUE).root
    if impossible(root):
        assert not any(rule.holds(view, now) for view in _WORLD for now in _NOWS)
    if always(root):
        assert all(rule.holds(view, now) for view in _WORLD for now in _NOWS)


@pytest.mark.grows
@EXAMPLES
@given(_few, _few)
def test_what_is_said_to_follow_does(one: Rule, other: Rule):
    first, second = (parse(each.text, subject="organisation", catalogue=CATALOGUE).root for each in (one, other))
    if implies(first, second):
        assert all(other.holds(view, now) for view in _WORLD for now in _NOWS if one.holds(view, now))
    assert impossible(first) == implies(first, tree("1 = 2"))
