"""The step by itself: single decisions, each by its rule. What it does over whole histories is held against the oracle."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.clock import epoch_ms
from graph.criteria import Snapshot
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import Decision, StepTime, step
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage
from graph.journey.definitions.generated import generated_definitions

DAY = 86_400_000
START = epoch_ms(datetime(2026, 1, 1, 12, tzinfo=UTC))
ATTRIBUTES = (
    Definition("organisation", "plan", "text"),
    Definition("organisation", "projects", "integer"),
    Definition("organisation", "trial_at", "datetime"),
)


def stage(key: str = "onboarding", **more: object) -> Stage:
    given = {"entry": "plan = 'pro'", "exit": ExitRule("ONGOING"), "status": "LIVE", **more}
    return Stage(key, "customer", key.title(), **given)  # type: ignore[arg-type]


def program(*stages: Stage, exclusive: bool = False) -> CompiledJourneys:
    catalogue = Catalogue((*ATTRIBUTES, *(each for one in stages for each in generated_definitions(one))))
    return compile_journeys([Journey("customer", "Customer", exclusive, stages)], {}, catalogue)


def decide(compiled: CompiledJourneys, stays: tuple[Stay, ...] = (), days: float = 0, **values: object) -> Decision:
    return step(compiled, Snapshot(values), stays, StepTime(START + round(days * DAY)))


def test_J4_entry_latches_whatever_becomes_of_its_criterion():
    compiled = program(stage())
    entered = decide(compiled, plan="pro")
    assert [(stay.stage, stay.entered_at, stay.is_open) for stay in entered.stays] == [("onboarding", START, True)]
    assert decide(compiled, entered.stays, 5, plan="free").changed == ()


def test_J6_time_alone_completes_and_is_dated_at_its_due_instant():
    compiled = program(stage(exit=ExitRule("AFTER_DAYS", 30)))
    entered = decide(compiled, plan="pro")
    assert entered.due == START + 30 * DAY
    closed = decide(compiled, entered.stays, 37, plan="pro").stays[0]
    assert (closed.exited_at, closed.outcome, closed.reason) == (START + 30 * DAY, "COMPLETED", "days")


@pytest.mark.parametrize(("projects", "outcome"), [(1, "COMPLETED"), (0, "EXITED")])
def test_J6_in_the_hybrid_time_running_out_is_exited_but_the_last_objective_at_the_last_instant_completes(
    projects: int, outcome: str
):
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    compiled = program(stage(exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30), objectives=(goal,)))
    entered = decide(compiled, plan="pro", projects=0)
    closed = decide(compiled, entered.stays, 30, plan="pro", projects=projects).stays[0]
    assert (closed.exited_at, closed.outcome) == (START + 30 * DAY, outcome)


def test_J8_what_is_true_at_entry_is_complete_at_entry_and_instant():
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    entered = decide(program(stage(objectives=(goal,))), plan="pro", projects=3).stays[0]
    assert (entered.achieved["first_project"].at, entered.achieved["first_project"].instant) == (START, True)


def test_J3_an_objective_is_dated_by_its_newest_fact_but_never_before_entry():
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    compiled = program(stage(objectives=(goal,)))
    entered = decide(compiled, plan="pro", projects=0).stays
    for stated_at, expected in ((START + DAY, START + DAY), (START - DAY, START), (START + 9 * DAY, START + 3 * DAY)):
        at = StepTime(START + 3 * DAY, facts_at=START + 3 * DAY, stated_at=stated_at)
        stay = step(compiled, Snapshot({"plan": "pro", "projects": 1}), entered, at).stays[0]
        assert stay.achieved["first_project"].at == expected
        assert not stay.achieved["first_project"].instant


def test_J8_markers_may_turn_false_and_never_block():
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    marker = Objective("busy", "Busy", "MARKER", "projects >= 5")
    compiled = program(stage(exit=ExitRule("CRITERIA", criteria="plan = 'free'"), objectives=(goal, marker)))
    entered = decide(compiled, plan="pro", projects=5)
    assert entered.stays[0].holding == {"busy"}
    slack = decide(compiled, entered.stays, 1, plan="pro", projects=1)
    assert (slack.stays[0].holding, slack.stays[0].achieved.keys()) == (frozenset(), {"first_project", "busy"})
    assert decide(compiled, slack.stays, 2, plan="free").stays[0].outcome == "COMPLETED"


def test_J8_an_objective_of_a_segment_counts_only_there():
    both = Objective("first_project", "First project", criteria="projects >= 1")
    sales = Objective("kickoff", "Kickoff", manual=True, applies_to="plan = 'enterprise'")
    rule = ExitRule("ALL_OBJECTIVES")
    compiled = program(stage(entry="plan has any value", exit=rule, objectives=(both, sales)))
    assert decide(compiled, plan="pro", projects=1).stays[0].outcome == "COMPLETED"
    waiting = decide(compiled, plan="enterprise", projects=1)
    assert waiting.stays[0].is_open
    assert decide(compiled, waiting.stays, 1, plan="pro", projects=1).stays[0].outcome == "COMPLETED"


def test_OB_04_an_objective_before_the_one_expected_first_is_recorded_as_out_of_order():
    first = Objective("first_project", "First project", criteria="projects >= 1")
    second = Objective("paid", "Paid", criteria="plan = 'pro'", after=("first_project",))
    entered = decide(program(stage(objectives=(first, second))), plan="pro", projects=0).stays[0]
    assert entered.achieved["paid"].out_of_order


def test_J7_a_stage_is_entered_again_only_after_its_criterion_was_seen_false():
    compiled = program(stage(exit=ExitRule("AFTER_DAYS", 10), reentry=Reentry("ALWAYS")))
    stays = decide(compiled, decide(compiled, plan="pro").stays, 10, plan="pro").stays
    assert len(decide(compiled, stays, 11, plan="pro").stays) == 1
    left = decide(compiled, stays, 12, plan="free").stays
    assert [stay.number for stay in decide(compiled, left, 13, plan="pro").stays] == [1, 2]


def test_J7_after_days_a_stage_is_due_at_the_end_of_the_delay():
    compiled = program(stage(exit=ExitRule("AFTER_DAYS", 10), reentry=Reentry("AFTER_DAYS", 20)))
    stays = decide(compiled, decide(compiled, plan="pro").stays, 10, plan="free").stays
    waiting = decide(compiled, stays, 15, plan="pro")
    assert (len(waiting.stays), waiting.due) == (1, START + 30 * DAY)
    assert decide(compiled, waiting.stays, 30, plan="pro").stays[1].entered_at == START + 30 * DAY


def test_J10_a_chain_of_stages_moves_in_one_step():
    onboarding = stage(exit=ExitRule("AFTER_DAYS", 30))
    adoption = stage("adoption", entry="last_completed_onboarding_stage has any value", position=1)
    compiled = program(onboarding, adoption)
    moved = decide(compiled, decide(compiled, plan="pro").stays, 30, plan="pro")
    assert [(stay.stage, stay.is_open) for stay in moved.stays] == [("onboarding", False), ("adoption", True)]
    assert moved.generated["currently_member_of_adoption_stage"] is True
    assert moved.generated["last_completion_of_onboarding_stage"] == datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_J10_who_never_entered_a_stage_is_not_in_it():
    other = stage("other", entry="currently_member_of_onboarding_stage = false")
    assert [stay.stage for stay in decide(program(stage(), other), plan="free").stays] == ["other"]


def test_an_exclusive_journey_takes_the_latest_that_matches_and_leaves_the_earlier():
    early, late = stage("early", entry="plan has any value"), stage("late", entry="projects >= 1", position=1)
    compiled = program(early, late, exclusive=True)
    assert [stay.stage for stay in decide(compiled, plan="pro", projects=1).stays] == ["late"]
    first = decide(compiled, plan="pro", projects=0)
    moved = decide(compiled, first.stays, 2, plan="pro", projects=1).stays
    assert [(stay.stage, stay.is_open, stay.reason) for stay in moved] == [
        ("early", False, "moved on"),
        ("late", True, None),
    ]


def test_only_live_stages_move_anybody():
    for status in ("DRAFT", "PAUSED", "ARCHIVED"):
        assert decide(program(stage(status=status)), plan="pro").stays == ()
    stays = decide(program(stage(exit=ExitRule("AFTER_DAYS", 1))), plan="pro").stays
    assert decide(program(stage(exit=ExitRule("AFTER_DAYS", 1), status="PAUSED")), stays, 5, plan="pro").changed == ()


def test_J1_late_evidence_is_shown_and_rewrites_nothing():
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    compiled = program(stage(exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 10), objectives=(goal,)))
    stays = decide(compiled, decide(compiled, plan="pro").stays, 10, plan="pro").stays
    late = StepTime(START + 12 * DAY, facts_at=START + 12 * DAY, stated_at=START + 5 * DAY)
    shown = step(compiled, Snapshot({"plan": "pro", "projects": 1}), stays, late).stays[0]
    assert (shown.late_evidence, shown.outcome, dict(shown.achieved)) == (True, "EXITED", {})


def test_J9_an_open_stay_keeps_its_rules_but_takes_added_objectives_and_loses_removed_ones():
    old, new = Objective("old", "Old", criteria="projects >= 1"), Objective("new", "New", criteria="projects >= 2")
    before = stage(exit=ExitRule("AFTER_DAYS", 10), objectives=(old,))
    after = stage(exit=ExitRule("AFTER_DAYS", 20), objectives=(new,), version=2)
    stays = decide(program(before), plan="pro", projects=0).stays
    catalogue = Catalogue((*ATTRIBUTES, *generated_definitions(before), *generated_definitions(after)))
    journey = Journey("customer", "Customer", stages=(after,))
    compiled = compile_journeys([journey], {("onboarding", 1): before}, catalogue)
    moved = decide(compiled, stays, 5, plan="pro", projects=2)
    assert moved.stays[0].achieved.keys() == {"new"}
    assert moved.due == START + 10 * DAY


def test_a_step_at_rest_moves_nothing_however_often_it_is_taken():
    goal = Objective("first_project", "First project", criteria="projects >= 1")
    compiled = program(stage(objectives=(goal,)), stage("next", entry="last_left_onboarding_stage has any value"))
    stays = decide(compiled, plan="pro", projects=1).stays
    assert decide(compiled, stays, 1, plan="pro", projects=1).changed == ()


def test_objectives_that_exclude_each_other_do_not_go_on_for_ever():
    one = Objective("one", "One", manual=True, applies_to="currently_member_of_two_objective = false")
    two = Objective("two", "Two", manual=True, applies_to="currently_member_of_one_objective = false")
    assert decide(program(stage(objectives=(one, two))), plan="pro").stays
