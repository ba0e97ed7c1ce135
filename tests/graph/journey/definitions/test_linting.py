from __future__ import annotations

from dataclasses import replace

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.journey.definitions.definition import ExitRule, Objective, Stage
from graph.journey.definitions.linting import Advice, LintContext, lint

CATALOGUE = Catalogue(
    tuple(
        Definition("organisation", name, kind)
        for name, kind in {
            "plan": "text",
            "arr": "float",
            "projects": "integer",
            "seats": "integer",
            "churned": "boolean",
        }.items()
    )
)
GOAL = Objective("project", "Project", criteria="projects >= 1")


def stage(key: str = "adoption", **more) -> Stage:
    given = {"entry": "plan = 'pro'", "exit": ExitRule("AFTER_DAYS", 30), "objectives": (GOAL,), **more}
    return Stage(key, "customer", key.title(), **given)


def codes(one: Stage, *others: Stage, **more) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in lint(one, LintContext(CATALOGUE, others, **more))]


def message(one: Stage, *others: Stage, **more) -> str:
    return " ".join(each.message for each in lint(one, LintContext(CATALOGUE, others, **more)))


def test_a_stage_that_makes_sense_gets_no_advice():
    assert lint(stage(), LintContext(CATALOGUE)) == []
    assert (
        lint(stage(exit=ExitRule("CRITERIA", criteria="churned = true or plan = 'free'")), LintContext(CATALOGUE)) == []
    )


def test_an_entry_that_nobody_can_match_names_the_clauses_that_clash():
    one = stage(entry="arr > 5 and plan = 'pro' and arr < 3")
    assert lint(one, LintContext(CATALOGUE)) == [
        Advice("ENTRY_IMPOSSIBLE", "Nobody can ever enter: `arr > 5` and `arr < 3` cannot hold together.", "entry")
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            ExitRule("CRITERIA", criteria="plan = 'x' and plan = 'y'"),
            "`plan = 'x'` and `plan = 'y'` cannot hold together",
        ),
        (ExitRule("CRITERIA", criteria="currently_member_of_adoption_stage = false"), "who is not in the stage"),
    ],
)
def test_an_exit_that_can_never_happen(rule: ExitRule, expected: str):
    assert codes(stage(exit=rule)) == [("EXIT_IMPOSSIBLE", "exit.criteria")]
    assert expected in message(stage(exit=rule))


def test_an_exit_that_waits_for_an_objective_that_can_never_be_complete():
    never = Objective("never", "Never", criteria="projects > 5 and projects < 3")
    waits = stage(exit=ExitRule("ALL_OBJECTIVES"), objectives=(GOAL, never))
    assert ("EXIT_IMPOSSIBLE", "exit.mode") in codes(waits)
    for spared in (replace(never, applies_to="plan = 'x'"), replace(never, kind="MARKER")):
        assert ("EXIT_IMPOSSIBLE", "exit.mode") not in codes(replace(waits, objectives=(GOAL, spared)))
    assert ("EXIT_IMPOSSIBLE", "exit.mode") not in codes(replace(waits, exit=ExitRule("AFTER_DAYS", 9)))


def test_an_exit_that_holds_wherever_the_entry_does():
    for text in ("plan has any value", "arr > 1 or not arr > 1"):
        assert codes(stage(exit=ExitRule("CRITERIA", criteria=text))) == [("EXIT_AT_ONCE", "exit.criteria")]
    impossible = stage(entry="arr > 5 and arr < 3", exit=ExitRule("CRITERIA", criteria="churned = true"))
    assert codes(impossible) == [("ENTRY_IMPOSSIBLE", "entry")]


def test_a_completion_that_nobody_reaches():
    rule = ExitRule("CRITERIA", criteria="churned = true", completed_when="arr > 5 and arr < 3")
    assert codes(stage(exit=rule)) == [("COMPLETION_IMPOSSIBLE", "exit.completedWhen")]


# ---------------------------------------------------------------- chains


ONBOARDING = stage("onboarding", exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30))


@pytest.mark.parametrize(
    "entry",
    [
        "last_completed_onboarding_stage has any value",
        "last_completion_of_onboarding_stage within last 30 days and plan = 'pro'",
        "not (last_completed_onboarding_stage has no value or plan = 'x')",
    ],
)
def test_J6_a_chain_that_leaves_organisations_behind_says_how_many_and_offers_last_left(entry: str):
    assert codes(stage(entry=entry), ONBOARDING) == [("CHAIN_LEAVES_BEHIND", "entry")]
    assert "`last_left_onboarding_stage has any value`" in message(stage(entry=entry), ONBOARDING)
    assert "12 organisations so far" in message(stage(entry=entry), ONBOARDING, left_exited={"onboarding": 12})
    assert "1 organisation so far" in message(stage(entry=entry), ONBOARDING, left_exited={"onboarding": 1})


@pytest.mark.parametrize(
    "entry",
    [
        "last_left_onboarding_stage has any value",
        "last_completed_onboarding_stage has any value or last_exit_from_onboarding_stage has any value",
        "last_completed_onboarding_stage has no value",
        "plan = 'pro'",
    ],
)
def test_an_entry_that_does_not_need_completion_leaves_nobody_behind(entry: str):
    assert codes(stage(entry=entry), ONBOARDING) == []


@pytest.mark.parametrize(
    ("rule", "goals", "expected"),
    [
        (ExitRule("AFTER_DAYS", 30), (GOAL,), []),
        (ExitRule("ALL_OBJECTIVES"), (GOAL,), []),
        (ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30), (), []),
        (ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30), (replace(GOAL, kind="MARKER"),), []),
        (ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30), (GOAL,), ["CHAIN_LEAVES_BEHIND"]),
        (ExitRule("CRITERIA", criteria="churned = true"), (GOAL,), ["CHAIN_LEAVES_BEHIND"]),
        (ExitRule("ONGOING"), (GOAL,), ["CHAIN_NEVER_COMPLETES"]),
    ],
)
def test_J6_only_a_stage_that_can_be_left_without_completion_leaves_anybody_behind(
    rule: ExitRule, goals: tuple[Objective, ...], expected: list[str]
):
    before = stage("onboarding", exit=rule, objectives=goals)
    after = stage(entry="last_completed_onboarding_stage has any value")
    assert [code for code, _ in codes(after, before)] == expected


def test_ST_20_a_live_stage_that_waits_for_one_that_moves_nobody():
    before = stage("onboarding")
    after = stage(entry="last_completed_onboarding_stage has any value", status="LIVE")
    assert codes(after, before) == [("CHAIN_NOT_LIVE", "entry")]
    assert codes(after, replace(before, status="LIVE")) == []
    assert codes(replace(after, status="DRAFT"), before) == []


# ---------------------------------------------------------------- objectives


def test_OB_05_more_than_seven_objectives_are_many_and_markers_do_not_count():
    def having(count: int, kind: str = "OBJECTIVE") -> Stage:
        goals = [Objective(f"g{n}", f"Goal {n}", kind, f"projects >= {n + 1}") for n in range(count)]  # type: ignore[arg-type]
        return stage(objectives=tuple(goals))

    assert codes(having(7)) == []
    assert codes(having(8)) == [("TOO_MANY_OBJECTIVES", "objectives")]
    assert codes(having(8, "MARKER")) == []


@pytest.mark.parametrize(
    ("criteria", "compound"),
    [
        ("projects >= 1 and seats >= 3", True),
        ("did 'A' and did 'B'", True),
        ("projects >= 1 and any member (role = 'admin')", True),
        ("projects >= 1 and projects < 9", False),
        ("projects >= 1 or seats >= 3", False),
        ("seats >= projects and projects >= 1", False),
        ("did 'A' at least 2 times", False),
        ("any member (role = 'admin' and since within last 30 days)", False),
        ("not (projects < 1 and seats < 3)", False),
    ],
)
def test_OB_05_a_compound_objective_is_one_about_different_things(criteria: str, compound: bool):
    one = stage(objectives=(replace(GOAL, criteria=criteria),))
    assert codes(one) == ([("COMPOUND_OBJECTIVE", "objectives.project.criteria")] if compound else [])
    marked = stage(objectives=(replace(GOAL, criteria=criteria, kind="MARKER"),))
    assert codes(marked) == []


def test_an_objective_that_is_true_for_everyone_by_its_words_or_as_counted():
    easy = stage(objectives=(replace(GOAL, criteria="plan != 'free'"),))
    assert codes(easy) == [("OBJECTIVE_TRUE_FOR_EVERYONE", "objectives.project.criteria")]
    assert codes(stage(), holding={"project": (40, 40)}) == [
        ("OBJECTIVE_TRUE_FOR_EVERYONE", "objectives.project.criteria")
    ]
    assert "all 40 organisations" in message(stage(), holding={"project": (40, 40)})
    assert codes(stage(), holding={"project": (39, 40)}) == []
    assert codes(stage(), holding={"project": (0, 0)}) == []


def test_an_objective_that_cannot_be_complete_or_applies_to_nobody():
    never = replace(GOAL, criteria="projects has no value and projects >= 1")
    assert codes(stage(objectives=(never,))) == [("OBJECTIVE_IMPOSSIBLE", "objectives.project.criteria")]
    nobody = replace(GOAL, applies_to="plan = 'x' and plan = 'y'")
    assert codes(stage(objectives=(nobody,))) == [("APPLIES_TO_NOBODY", "objectives.project.appliesTo")]
    assert codes(stage(objectives=(Objective("kickoff", "Kickoff", manual=True),))) == []


def test_what_does_not_parse_is_left_to_the_check():
    assert codes(stage(entry="no such thing (", objectives=(replace(GOAL, criteria="nothing >= 1"),))) == []
