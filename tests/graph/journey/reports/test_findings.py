from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.definitions.definition import ExitRule
from graph.journey.reports.findings import Finding, findings
from graph.journey.reports.influence import influences
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import STAGE, START, histories, visit

FREE = replace(STAGE, exit=ExitRule("CRITERIA", criteria="renewed = true", completed_when="arr > 0"))
NOW = START + 200 * DAY


def find(visits: list[Visit], stage=STAGE, churned: frozenset[str] = frozenset(), now: int = NOW) -> dict[str, Finding]:
    found = findings(stage, visits, influences(stage, visits, churned), now)
    return {f"{each.code} {each.objective}" if each.objective else each.code: each for each in found}


def test_nobody_enters_a_live_stage():
    assert list(find([])) == ["NOBODY_ENTERS"]
    assert "plan = 'pro'" in find([])["NOBODY_ENTERS"].message
    assert find([], replace(STAGE, status="DRAFT")) == {}
    assert "NOBODY_ENTERS" not in find([visit("a")])


def test_nothing_completes_is_said_of_ten_stays_that_ended():
    left = [visit(f"o{i}", stays=30, outcome="EXITED") for i in range(10)]
    found = find(left)["NOTHING_COMPLETES"]
    assert found.message == "All 10 stays in Onboarding that have ended were left without completion."
    assert found.organisations == tuple(f"o{i}" for i in range(10))
    assert "NOTHING_COMPLETES" not in find(left[1:])
    assert "NOTHING_COMPLETES" not in find([*left, visit("z", stays=3)])
    assert "NOTHING_COMPLETES" not in find([visit(f"o{i}") for i in range(10)])


def test_OB_13_an_objective_that_nobody_completes():
    never = [visit(f"o{i}", {"project": 5}, stays=30) for i in range(10)]
    found = find(never)
    assert found["OBJECTIVE_NEVER_COMPLETED invite"].organisations == tuple(f"o{i}" for i in range(10))
    assert "OBJECTIVE_NEVER_COMPLETED project" not in found
    assert "OBJECTIVE_NEVER_COMPLETED invite" not in find(never[1:])
    assert "OBJECTIVE_NEVER_COMPLETED invite" not in find([*never, visit("new", {"invite": 9}, day=199)])


def test_an_objective_is_judged_only_where_it_applies():
    spared = [visit(f"o{i}", stays=30, applicable=("project",)) for i in range(10)]
    found = find(spared)
    assert "OBJECTIVE_NEVER_COMPLETED project" in found
    assert "OBJECTIVE_NEVER_COMPLETED invite" not in found


def test_who_only_just_came_in_says_nothing_of_an_objective():
    new = [visit(f"o{i}", day=195) for i in range(30)]
    assert list(find(new)) == ["BASELINE_TOO_SMALL"]
    assert "OBJECTIVE_NEVER_COMPLETED invite" in find(new, now=NOW + 2 * DAY)


def test_OB_13_an_objective_that_all_have_at_entry():
    easy = [visit(f"o{i}", {"project": None}, stays=30) for i in range(10)]
    assert "10 stays had Project complete at entry" in find(easy)["OBJECTIVE_ALWAYS_INSTANT project"].message
    assert "OBJECTIVE_ALWAYS_INSTANT project" not in find([*easy, visit("z", {"project": 9}, stays=30)])
    assert "OBJECTIVE_ALWAYS_INSTANT project" not in find(easy[1:])
    assert "OBJECTIVE_ALWAYS_INSTANT project" not in find([*easy, visit("new", day=199)]), "it is pending there"


def test_more_are_stuck_than_a_month_ago():
    done = [visit(f"d{i}", stays=10, day=i) for i in range(20)]
    fresh_then = [visit(f"f{i}", day=165) for i in range(20)]
    found = find([*done, *fresh_then])["MORE_STUCK_THAN_USUAL"]
    assert found.organisations == tuple(sorted(f"f{i}" for i in range(20)))
    assert "20 of 20 organisations in Onboarding have been there for more than 10 days" in found.message
    assert "30 days ago it was 0 of 20" in found.message
    stuck_then = [visit(f"s{i}", day=100) for i in range(20)]
    assert "MORE_STUCK_THAN_USUAL" not in find([*done, *stuck_then])
    assert "MORE_STUCK_THAN_USUAL" not in find([*done[:9], *fresh_then])
    gone_since = [visit(f"g{i}", day=160, stays=35, outcome="EXITED") for i in range(20)]
    assert "MORE_STUCK_THAN_USUAL" not in find([*done, *gone_since]), "nobody is inside now"
    new = [visit(f"n{i}", day=195) for i in range(20)]
    assert "MORE_STUCK_THAN_USUAL" not in find([*done, *gone_since, *new]), "who is inside came lately"


def test_JS_07_predictors_are_said_with_both_numbers():
    visits = [visit(f"w{i}", {"project": 5}, stays=9, outcome="COMPLETED" if i < 36 else "EXITED") for i in range(40)]
    visits += [visit(f"x{i}", stays=9, outcome="COMPLETED" if i < 10 else "EXITED") for i in range(40)]
    churned = frozenset(f"x{i}" for i in range(30))
    found = find(visits, FREE, churned)
    assert found["PREDICTS_SUCCESS project"].message.startswith(
        "Of 40 organisations with Project, 90% completed Onboarding; of 40 without it, 25%"
    )
    assert found["PREDICTS_RETENTION project"].organisations == tuple(sorted(f"x{i}" for i in range(40)))
    assert "PREDICTS_SUCCESS project" not in find(visits, STAGE, churned), "the rule itself says so"
    turned = find(visits, FREE, frozenset(f"w{i}" for i in range(30)))
    assert turned["PREDICTS_CHURN project"].organisations == tuple(sorted(f"w{i}" for i in range(40)))


def test_what_goes_with_leaving_is_a_warning():
    visits = [visit(f"w{i}", {"project": 5}, stays=9, outcome="EXITED") for i in range(40)]
    visits += [visit(f"x{i}", stays=9) for i in range(40)]
    assert find(visits, FREE)["PREDICTS_EXIT project"].severity == "WARNING"


def test_JS_03_a_baseline_of_the_current_version_that_is_too_small_says_so():
    done = [visit(f"o{i}", {"project": 5, "invite": 9, "report": None}, stays=3) for i in range(10)]
    assert find(done)["BASELINE_TOO_SMALL"].message.endswith("(10 are needed): Report 0.")
    assert find(done, replace(STAGE, version=2))["BASELINE_TOO_SMALL"].message.endswith(
        "Project 0, Invite 0, Report 0."
    )
    full = [visit(f"o{i}", {"project": 5, "invite": 9, "report": 9}, stays=3) for i in range(10)]
    assert find(full) == {}


@settings(deadline=None)
@given(histories(9), st.integers(0, 100))
def test_fewer_than_ten_organisations_find_nothing_but_that_they_are_few(visits: list[Visit], day: int):
    churned = frozenset(each.organisation for each in visits[::2])
    found = find(visits, FREE, churned, START + day * DAY)
    assert set(found) <= {"NOBODY_ENTERS", "BASELINE_TOO_SMALL"}


@settings(deadline=None)
@given(histories(), st.integers(0, 100))
def test_warnings_come_first_and_name_only_organisations_of_the_stage(visits: list[Visit], day: int):
    found = findings(STAGE, visits, influences(STAGE, visits, set()), START + day * DAY)
    assert [each.severity for each in found] == sorted((each.severity for each in found), reverse=True)
    assert {one for each in found for one in each.organisations} <= {each.organisation for each in visits}
