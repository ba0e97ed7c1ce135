from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.definitions.definition import Objective
from graph.journey.reports.metrics import baselines
from graph.journey.reports.pace import pace
from graph.journey.reports.signals import LateOrganisation, Signals, join, slow_completers
from graph.journey.reports.silence import Silence, longest_silences
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import KEYS, STAGE, START, histories, visit

NOW = START + 20 * DAY
DONE = [visit(f"done{i}", {"project": 96}, applicable=("project",), stays=5) for i in range(10)]
"""Ten that took four days for their project."""


def waiting(organisation: str, days: float, **more) -> Visit:
    return visit(organisation, day=20 - days, **{"applicable": ("project",), **more})


def late(signals: Signals) -> list[tuple[str, list[str]]]:
    return [(each.objective, [one.organisation for one in each.late]) for each in signals.signals]


def test_SG_01_late_is_who_is_pending_for_longer_than_twice_the_average_of_ten():
    found = slow_completers(STAGE, [*DONE, waiting("a", 8), waiting("b", 8.5), waiting("c", 12)], NOW)
    assert late(found) == [("project", ["c", "b"])]
    assert found.signals[0].late[1] == LateOrganisation("b", 8.5, 4.0, 10, 4.5, 2.125, None)
    assert (found.signals[0].average_days, found.signals[0].organisations) == (4.0, 2)


def test_SG_04_there_is_no_signal_under_ten_completions_nor_from_instant_ones_nor_of_a_stage_that_is_not_live():
    assert late(slow_completers(STAGE, [*DONE[1:], waiting("a", 12)], NOW)) == []
    instant = visit("i", {"project": None}, stays=3)
    assert late(slow_completers(STAGE, [*DONE[1:], instant, waiting("a", 12)], NOW)) == []
    for status in ("DRAFT", "PAUSED", "ARCHIVED"):
        assert late(slow_completers(replace(STAGE, status=status), [*DONE, waiting("a", 12)], NOW)) == []


def test_SG_05_who_completes_or_leaves_or_has_not_the_objective_is_not_late():
    others = [
        waiting("left", 12, stays=11, outcome="EXITED"),
        waiting("done", 12, done={"project": 280}),
        waiting("spared", 12, applicable=("invite",)),
    ]
    assert late(slow_completers(STAGE, [*DONE, *others], NOW)) == []


def test_markers_make_no_signal():
    marked = replace(STAGE, objectives=(Objective("project", "Project", "MARKER", "a = 1"),))
    assert late(slow_completers(marked, [*DONE, waiting("a", 12)], NOW)) == []


def test_J11_a_stay_is_held_against_its_own_version():
    found = slow_completers(STAGE, [*DONE, waiting("a", 12, version=2), waiting("b", 12)], NOW)
    assert late(found) == [("project", ["b"])]


def test_J9_what_was_added_later_is_pending_from_then():
    known = [*DONE, waiting("a", 12)]
    assert late(slow_completers(STAGE, known, NOW, added_at={"project": NOW - 8 * DAY})) == []
    found = slow_completers(STAGE, known, NOW, added_at={"project": NOW - 9 * DAY})
    assert found.signals[0].late[0].days_pending == 9.0


def test_SG_09_revenue_is_counted_once_for_each_organisation():
    done = [visit(f"done{i}", {"project": 96, "invite": 96}, stays=5) for i in range(10)]
    known = [*done, waiting("a", 12, applicable=("project", "invite")), waiting("b", 10), waiting("c", 9)]
    found = slow_completers(STAGE, known, NOW, revenue={"a": 1000.5, "b": 2000.25})
    assert late(found) == [("project", ["b", "a", "c"]), ("invite", ["a"])]
    assert [each.revenue for each in found.signals] == [3000.75, 1000.5]
    assert (found.revenue, found.organisations, found.unknown_revenues) == (3000.75, {"a", "b", "c"}, 1)
    twice = join([found, replace(found, signals=found.signals[:1])])
    assert twice.revenue == 3000.75


def test_I4_an_organisation_merged_from_two_is_late_once_by_the_longer_wait():
    known = [*DONE, waiting("a", 9), waiting("a", 12), waiting("a", 10)]
    found = slow_completers(STAGE, known, NOW, revenue={"a": 7.0})
    assert [each.days_pending for each in found.signals[0].late] == [12.0]
    assert (found.signals[0].revenue, found.signals[0].organisations) == (7.0, 1)


def test_SG_06_the_most_revenue_comes_first_and_what_is_unknown_last():
    known = [*DONE, waiting("a", 12), waiting("b", 9), waiting("c", 9.5)]
    found = slow_completers(STAGE, known, NOW, revenue={"b": 0.5})
    assert late(found) == [("project", ["b", "a", "c"])]


def silent(signals: Signals) -> list[tuple[str, list[str]]]:
    return [(each.objective, [one.organisation for one in each.silenced]) for each in signals.signals]


def test_SG_10_who_is_silenced_stands_apart_until_then():
    known = [*DONE, waiting("a", 12), waiting("b", 12)]

    def asked(organisation: str | None, objective: str, until: int) -> Signals:
        silences = {(organisation, objective): Silence("SNOOZED", START, until)}
        return slow_completers(STAGE, known, NOW, revenue={"a": 5.0, "b": 7.0}, silences=silences)

    found = asked("a", "project", NOW + 1)
    assert (late(found), silent(found)) == ([("project", ["b"])], [("project", ["a"])])
    assert (found.organisations, found.revenue, found.silenced) == ({"b"}, 7.0, {"a"})
    assert late(asked("a", "project", NOW)) == [("project", ["b", "a"])], (
        "it ended at its instant, and nothing had to run"
    )
    assert late(asked("a", "invite", NOW + 1)) == [("project", ["b", "a"])]
    whole = asked(None, "project", NOW + 1)
    assert (late(whole), silent(whole)) == ([("project", [])], [("project", ["b", "a"])])


@settings(deadline=None)
@given(histories(), st.sets(st.integers(0, 30)), st.booleans())
def test_SG_10_silences_lose_nobody(visits: list[Visit], silenced: set[int], whole: bool):
    known, now = [*DONE, *visits], START + 60 * DAY
    silences = {(f"o{i}", key): Silence("ACKNOWLEDGED", START, now + 1) for i in silenced for key in KEYS}
    silences |= {(None, "project"): Silence("SNOOZED", START, now + 2)} if whole else {}
    plain, found = slow_completers(STAGE, known, now), slow_completers(STAGE, known, now, silences=silences)
    everybody = {(each.objective, one.organisation) for each in plain.signals for one in each.late}
    loud = {(each.objective, one.organisation) for each in found.signals for one in each.late}
    quiet = {(each.objective, one.organisation) for each in found.signals for one in each.silenced}
    assert loud | quiet == everybody
    assert quiet == {(key, one) for key, one in everybody if (one, key) in silences or (None, key) in silences}
    assert not loud & quiet


def test_I4_of_what_was_said_of_two_that_were_merged_the_longer_lasts():
    short, long = (Silence("SNOOZED", START, NOW + days * DAY) for days in (1, 2))
    for recorded in ([short, long], [long, short]):
        assert longest_silences(("a", "project", each) for each in recorded) == {("a", "project"): long}


def test_an_average_of_nothing_has_no_multiple():
    done = [visit(f"done{i}", {"project": 0}, stays=5) for i in range(10)]
    found = slow_completers(STAGE, [*done, waiting("a", 1)], NOW)
    assert (found.signals[0].late[0].times, found.signals[0].late[0].behind) == (None, 1.0)


@settings(deadline=None)
@given(histories(), st.integers(0, 200))
def test_J11_late_is_exactly_who_is_overdue_and_still_inside(visits: list[Visit], day: int):
    known, now = [*DONE, *visits], START + day * DAY
    against = baselines(STAGE, known)
    overdue = {
        (key, each.organisation)
        for each in known
        for key in KEYS
        if each.stay.is_open and pace(key, each.stay, against[each.stay.version, key], now) == "OVERDUE"
    }
    found = slow_completers(STAGE, known, now, revenue={each.organisation: 10.0 for each in known})
    assert {(signal.objective, each.organisation) for signal in found.signals for each in signal.late} == overdue
    assert found.revenue == pytest.approx(10.0 * len({organisation for _, organisation in overdue}))
    assert [each.revenue for each in found.signals] == sorted((each.revenue for each in found.signals), reverse=True)
