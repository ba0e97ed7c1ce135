"""The answers of the oracle of a step, case by case, with their rules: who checks is checked.

The step itself is asked the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest

from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage
from tests.graph.criteria.oracle import DAY
from tests.graph.criteria.world import Organisation
from tests.graph.journey import oracle
from tests.graph.journey.facts import Event, Fact, Timeline, Value
from tests.graph.journey.implementation import Implementation
from tests.graph.journey.rules import Rule, any_member, both, compare, did, instant_within_last, known, negated, unknown
from tests.graph.journey.simulation import Asked, ask_oracle
from tests.graph.journey.worlds import START as T

PRO = compare("plan", "=", "pro")
RICH = compare("arr", ">=", 100)
CHURNED = compare("churned", "=", True)
ALL = ExitRule("ALL_OBJECTIVES")
ONGOING = ExitRule("ONGOING")


def stage(key: str, entry: Rule, exit: ExitRule, *objectives: Objective, **more: Any) -> Stage:
    return Stage(key, "j", key, entry, exit, status="LIVE", objectives=objectives, **{"position": 0, **more})


def objective(key: str, criteria: Rule | None = RICH, **more: Any) -> Objective:
    return Objective(key, key, criteria=criteria, **more)


def ask_step(asked: Asked) -> list[Stay]:
    return list(Implementation(list(asked.versions.values()))(asked)[0])


@dataclass
class Story:
    """One organisation, step by step."""

    decide: ClassVar[Callable[[Asked], list[Stay]]]

    stages: list[Stage]
    exclusive: bool = False
    stays: list[Stay] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    versions: dict[tuple[str, int], Stage] = field(default_factory=dict)

    def step(
        self, now: int, facts: int | None = None, stated_at: int | None = None, *backfilled: str, **values: Any
    ) -> Stay | None:
        """A step; `values` are what is known newly. The last stay in the first stage."""
        self.values |= values
        journeys = (Journey("j", "j", self.exclusive, tuple(self.stages)),)
        self.versions |= {(each.key, each.version): each for each in self.stages}
        stated_at = facts if stated_at is None else stated_at
        known = Organisation("o", dict(self.values))
        asked = Asked(journeys, self.versions, known, tuple(self.stays), now, facts, stated_at, frozenset(backfilled))
        self.stays = self.decide(asked)
        return self.last(self.stages[0].key)

    def last(self, key: str) -> Stay | None:
        there = [each for each in self.stays if each.stage == key]
        return max(there, key=lambda each: each.number, default=None)

    def generated(self) -> dict[str, Any]:
        return oracle.generated([Journey("j", "j", stages=tuple(self.stages))], self.stays)


def entered(*stages: Stage, at: int = T, **values: Any) -> Story:
    """A story in which the plan is pro since T, so that whoever asks for that is entered."""
    story = Story(list(stages))
    story.step(at, at, plan="pro", **values)
    return story


def left(stay: Stay | None) -> tuple[int | None, str | None, str | None]:
    assert stay is not None
    return stay.exited_at, stay.outcome, stay.reason


@pytest.fixture(autouse=True, params=[ask_oracle, ask_step], ids=["oracle", "step"])
def decider(request: pytest.FixtureRequest) -> None:
    Story.decide = staticmethod(request.param)


# ---------------------------------------------------------------- J3, J4


def test_J3_what_facts_decide_is_dated_at_their_commit():
    story = Story([stage("s", PRO, ONGOING)])
    assert story.step(T + DAY, T, T - 9 * DAY, plan="pro").entered_at == T


def test_J3_what_time_decides_is_dated_at_its_due_instant():
    story = Story([stage("s", instant_within_last("trial_at", 7), ONGOING)])
    assert story.step(T, T, trial_at=T + DAY) is None
    assert story.step(T + DAY).entered_at == T + DAY


def test_J3_an_objective_is_dated_by_what_was_told():
    story = entered(stage("s", PRO, ONGOING, objective("a")))
    stay = story.step(T + 5 * DAY, T + 4 * DAY, T + 3 * DAY, arr=100.0)
    assert stay.achieved == {"a": Achievement(T + 3 * DAY)}


def test_J3_an_objective_is_never_dated_before_entry():
    story = entered(stage("s", PRO, ONGOING, objective("a")))
    assert story.step(T + DAY, T + DAY, T - DAY, arr=100.0).achieved["a"].at == T


def test_J3_an_objective_by_time_alone_is_dated_at_its_instant():
    story = entered(stage("s", PRO, ONGOING, objective("a", negated(instant_within_last("trial_at", 7)))), trial_at=T)
    assert story.step(T + DAY).achieved == {}
    assert story.step(T + 7 * DAY).achieved == {"a": Achievement(T + 7 * DAY)}


def test_J4_who_is_in_stays_in():
    story = entered(stage("s", PRO, ONGOING))
    assert story.step(T + DAY, T + DAY, plan="free").is_open


def test_J4_going_live_takes_in_who_matches_now_entered_now():
    story = Story([stage("s", PRO, ONGOING)], values={"plan": "pro"})
    stay = story.step(T, None, None, "s")
    assert (stay.entered_at, stay.backfilled) == (T, True)


@pytest.mark.parametrize("status", ["DRAFT", "PAUSED", "ARCHIVED"])
def test_J_only_live_stages_move_anybody(status: str):
    asleep = stage("s", PRO, ExitRule("AFTER_DAYS", 1))
    assert Story([replace(asleep, status=status)]).step(T, T, plan="pro") is None
    story = entered(asleep)
    story.stages = [replace(asleep, status=status)]
    assert story.step(T + 9 * DAY).is_open


# ---------------------------------------------------------------- J5, J6


def test_J5_after_days_is_dated_so_many_days_after_entry_even_if_the_service_slept():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 30)))
    assert story.step(T + 30 * DAY - 1).is_open
    assert left(story.step(T + 37 * DAY)) == (T + 30 * DAY, "COMPLETED", "days")


def test_J5_ongoing_never_ends():
    assert entered(stage("s", PRO, ONGOING, objective("a")), arr=100.0).step(T + 9999 * DAY).is_open


def test_J5_all_objectives_is_dated_at_the_commit_though_the_last_objective_came_before():
    story = entered(stage("s", PRO, ALL, objective("a")))
    stay = story.step(T + 5 * DAY, T + 4 * DAY, T + 3 * DAY, arr=100.0)
    assert left(stay) == (T + 4 * DAY, "COMPLETED", "objectives")
    assert stay.achieved["a"].at == T + 3 * DAY


def test_J5_with_no_applicable_objective_all_objectives_never_fires():
    story = entered(stage("s", PRO, ALL, objective("a", applies_to=CHURNED)))
    assert story.step(T + DAY, T + DAY, arr=100.0).is_open


def test_J6_time_running_out_in_the_hybrid_is_exited():
    story = entered(stage("s", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a")))
    assert left(story.step(T + 7 * DAY)) == (T + 7 * DAY, "EXITED", "days")


def test_J6_time_alone_completes_in_the_hybrid_where_no_objective_applies():
    rule = ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7)
    story = entered(stage("s", PRO, rule, objective("a", applies_to=CHURNED), objective("m", PRO, kind="MARKER")))
    assert left(story.step(T + 7 * DAY)) == (T + 7 * DAY, "COMPLETED", "days")


def test_J6_after_days_alone_completes_whatever_was_reached():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 7), objective("a")))
    stay = story.step(T + 7 * DAY)
    assert left(stay) == (T + 7 * DAY, "COMPLETED", "days")
    assert stay.achieved == {}


def test_J6_the_last_objective_at_the_last_instant_completes():
    rule = ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7)
    story = entered(stage("s", PRO, rule, objective("a")))
    assert left(story.step(T + 7 * DAY, T + 7 * DAY, arr=100.0)) == (T + 7 * DAY, "COMPLETED", "objectives")


def test_J6_criteria_complete_if_all_is_done_unless_completed_when_decides():
    plain = stage("s", PRO, ExitRule("CRITERIA", criteria=CHURNED), objective("a"))
    assert left(entered(plain).step(T + DAY, T + DAY, churned=True)) == (T + DAY, "EXITED", "criteria")
    assert left(entered(plain, arr=100.0).step(T + DAY, T + DAY, churned=True))[1] == "COMPLETED"
    ending = replace(plain, exit=ExitRule("CRITERIA", criteria=CHURNED, completed_when=unknown("renewal")))
    assert left(entered(ending).step(T + DAY, T + DAY, churned=True))[1] == "COMPLETED"
    ending = replace(plain, exit=ExitRule("CRITERIA", criteria=CHURNED, completed_when=known("renewal")))
    assert left(entered(ending, arr=100.0).step(T + DAY, T + DAY, churned=True))[1] == "EXITED"


def test_J6_adoption_chains_on_an_onboarding_that_ended_by_time():
    chain = known("last_completion_of_onboarding_stage")
    story = entered(stage("onboarding", PRO, ExitRule("AFTER_DAYS", 30)), stage("adoption", chain, ONGOING, position=1))
    story.step(T + 30 * DAY)
    assert story.last("adoption").entered_at == T + 30 * DAY


def test_J6_a_chain_on_completion_leaves_behind_who_ran_out_of_time_and_last_left_does_not():
    hybrid = stage("onboarding", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a"))
    story = entered(
        hybrid,
        stage("adoption", known("last_completion_of_onboarding_stage"), ONGOING, position=1),
        stage("growth", known("last_left_onboarding_stage"), ONGOING, position=2),
    )
    story.step(T + 7 * DAY)
    assert (story.last("adoption"), story.last("growth").entered_at) == (None, T + 7 * DAY)


def test_J5_whichever_is_first_counts_even_if_a_pause_hid_both():
    hybrid = stage("s", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a"))
    story = entered(hybrid)
    story.stages = [replace(hybrid, status="PAUSED")]
    assert story.step(T + 9 * DAY, T + 9 * DAY, arr=100.0).is_open
    story.stages = [hybrid]
    assert left(story.step(T + 10 * DAY)) == (T + 7 * DAY, "COMPLETED", "objectives")


# ---------------------------------------------------------------- J7


def test_J7_never_is_the_default():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 1)))
    story.step(T + DAY)
    story.step(T + 2 * DAY, T + 2 * DAY, plan="free")
    assert story.step(T + 3 * DAY, T + 3 * DAY, plan="pro").number == 1


def test_J7_the_criterion_must_have_been_seen_false_since_the_exit():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 1), reentry=Reentry("ALWAYS")))
    assert story.step(T + DAY).number == 1
    assert story.step(T + 2 * DAY).number == 1
    assert story.step(T + 3 * DAY, T + 3 * DAY, plan="free").entry_gone
    again = story.step(T + 4 * DAY, T + 4 * DAY, plan="pro")
    assert (again.number, again.entered_at) == (2, T + 4 * DAY)


def test_J7_after_days_counts_from_the_exit():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 1), reentry=Reentry("AFTER_DAYS", 7)))
    story.step(T + DAY)
    story.step(T + 2 * DAY, T + 2 * DAY, plan="free")
    assert story.step(T + 3 * DAY, T + 3 * DAY, plan="pro").number == 1
    assert story.step(T + 8 * DAY - 1).number == 1
    assert story.step(T + 8 * DAY).entered_at == T + 8 * DAY


def test_I4_of_merged_stays_that_began_together_the_own_one_goes_on_and_each_ends_by_its_own_rules():
    first = stage("s", PRO, ONGOING, objective("a"), objective("b", CHURNED))
    changed = replace(first, version=2, objectives=(objective("a"), objective("b", CHURNED, kind="MARKER")))
    own = Stay("s", 1, 2, T, applicable=frozenset("a"))
    other = Stay("s", 1, 1, T, applicable=frozenset("ab"), achieved={"a": Achievement(T)}, home="x")
    story = Story([changed], stays=[other, own], values={"plan": "pro"}, versions={("s", 1): first})
    story.step(T + DAY, T + DAY)
    found = {each.home: (each.exited_at, each.outcome, each.reason) for each in story.stays}
    assert found == {None: (None, None, None), "x": (T + DAY, "EXITED", "merged")}


def test_J7_I4_of_merged_organisations_days_count_from_the_exit_of_the_stay_that_went_on():
    story = Story(
        [stage("s", PRO, ExitRule("AFTER_DAYS", 20), reentry=Reentry("AFTER_DAYS", 30))], values={"plan": "free"}
    )
    merged = Stay(
        "s", 1, 1, T + DAY, exited_at=T + 5 * DAY, outcome="EXITED", reason="merged", entry_gone=True, home="x"
    )
    story.stays = [Stay("s", 1, 1, T), merged]
    story.step(T + 20 * DAY)
    again = T + 50 * DAY
    assert len(story.stays) == 2
    story.step(T + 40 * DAY, T + 40 * DAY, plan="pro")
    assert len(story.stays) == 2
    assert story.step(again).entered_at == again


# ---------------------------------------------------------------- J8


def test_J8_already_true_at_entry_is_complete_at_entry_and_instant():
    story = Story([stage("s", PRO, ALL, objective("a"))])
    stay = story.step(T + DAY, T, T - DAY, plan="pro", arr=100.0)
    assert stay.achieved == {"a": Achievement(T, instant=True)}
    assert left(stay) == (T, "COMPLETED", "objectives")


def test_J8_already_true_when_put_in_by_hand_is_instant_too():
    story = Story([stage("s", CHURNED, ONGOING, objective("a"))], values={"arr": 100.0})
    story.stays = [Stay("s", 1, 1, T, by_hand=True)]
    assert story.step(T).achieved == {"a": Achievement(T, instant=True)}


def test_J8_an_objective_latches_and_a_marker_may_turn_false():
    story = entered(stage("s", PRO, ONGOING, objective("a"), objective("m", kind="MARKER")), arr=100.0)
    stay = story.step(T + DAY, T + DAY, arr=0.0)
    assert (set(stay.achieved), stay.holding) == ({"a", "m"}, frozenset())
    assert story.step(T + 2 * DAY, T + 2 * DAY, arr=100.0).holding == {"m"}


def test_J8_markers_never_block():
    story = entered(stage("s", PRO, ALL, objective("a"), objective("m", CHURNED, kind="MARKER")))
    assert left(story.step(T + DAY, T + DAY, arr=100.0))[1] == "COMPLETED"


def test_J8_a_manual_objective_is_for_people_and_blocks_until_they_tick_it():
    story = entered(stage("s", PRO, ALL, objective("a"), objective("b", None, manual=True)), arr=100.0)
    assert story.last("s").is_open
    ticked = {**story.last("s").achieved, "b": Achievement(T + DAY, manual=True)}
    story.stays = [replace(story.last("s"), achieved=ticked)]
    assert left(story.step(T + DAY)) == (T + DAY, "COMPLETED", "objectives")


def test_J8_applies_to_is_decided_again_while_pending():
    story = entered(stage("s", PRO, ONGOING, objective("a", applies_to=negated(CHURNED))))
    assert story.last("s").applicable == {"a"}
    assert story.step(T + DAY, T + DAY, churned=True, arr=100.0).applicable == frozenset()
    assert story.last("s").achieved == {}
    assert set(story.step(T + 2 * DAY, T + 2 * DAY, churned=False).achieved) == {"a"}
    assert story.step(T + 3 * DAY, T + 3 * DAY, churned=True).applicable == {"a"}


def test_J8_out_of_order_is_recorded_not_refused():
    ordered = stage("s", PRO, ONGOING, objective("a", PRO, after=("b",)), objective("b"))
    assert entered(ordered).last("s").achieved["a"] == Achievement(T, instant=True, out_of_order=True)


def test_J8_what_does_not_apply_is_not_waited_for():
    ordered = stage("s", PRO, ONGOING, objective("a", PRO, after=("b",)), objective("b", applies_to=CHURNED))
    assert not entered(ordered).last("s").achieved["a"].out_of_order


# ---------------------------------------------------------------- J9


def second(stage: Stage, **changes: Any) -> Stage:
    return replace(stage, version=2, **changes)


def test_J9_open_stays_keep_their_exit_and_new_ones_take_the_new():
    first = stage("s", PRO, ExitRule("AFTER_DAYS", 30))
    story = entered(first)
    story.stages = [second(first, exit=ExitRule("AFTER_DAYS", 1))]
    assert story.step(T + DAY).is_open
    assert left(story.step(T + 30 * DAY))[0] == T + 30 * DAY


def test_J9_an_added_objective_is_pending_from_then():
    first = stage("s", PRO, ALL, objective("a"))
    story = entered(first)
    story.stages = [second(first, objectives=(objective("a"), objective("b", CHURNED)))]
    assert story.step(T + DAY).applicable == {"a", "b"}
    assert story.step(T + 2 * DAY, T + 2 * DAY, arr=100.0).is_open
    assert left(story.step(T + 3 * DAY, T + 3 * DAY, churned=True))[0] == T + 3 * DAY


def test_J9_a_removed_objective_no_longer_applies_and_what_was_achieved_stays_recorded():
    first = stage("s", PRO, ALL, objective("a"), objective("b", CHURNED), objective("c", PRO))
    story = entered(first)
    assert story.last("s").applicable == {"a", "b", "c"}
    story.stages = [second(first, objectives=(objective("a"),))]
    stay = story.step(T + DAY)
    assert (stay.applicable, set(stay.achieved)) == ({"a", "c"}, {"c"})
    assert left(story.step(T + 2 * DAY, T + 2 * DAY, arr=100.0)) == (T + 2 * DAY, "COMPLETED", "objectives")


def test_J9_a_removed_marker_is_watched_no_longer():
    first = stage("s", PRO, ONGOING, objective("m", PRO, kind="MARKER"))
    story = entered(first)
    assert story.last("s").holding == {"m"}
    story.stages = [second(first, objectives=())]
    assert story.step(T + DAY).holding == frozenset()
    assert set(story.last("s").achieved) == {"m"}


def test_J9_a_changed_objective_is_for_later_stays():
    first = stage("s", PRO, ONGOING, objective("a"))
    story = entered(first)
    story.stages = [second(first, objectives=(objective("a", PRO),))]
    assert story.step(T + DAY).achieved == {}


# ---------------------------------------------------------------- J10


def test_J10_names_take_their_suffix_once():
    story = entered(stage("onboarding_stage", PRO, ONGOING, objective("first_project_objective")))
    names = set(story.generated())
    assert {"currently_member_of_onboarding_stage", "last_left_first_project_objective"} <= names


def test_J10_what_a_stage_generates():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 7)))
    assert {name: value for name, value in story.generated().items() if value} == {
        "currently_member_of_s_stage": True,
        "last_entry_to_s_stage": T,
    }
    story.step(T + 7 * DAY)
    assert {name: value for name, value in story.generated().items() if value} == {
        "last_entry_to_s_stage": T,
        "last_completion_of_s_stage": T + 7 * DAY,
        "last_left_s_stage": T + 7 * DAY,
    }


def test_J10_what_a_missed_objective_generates():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 7), objective("a")))
    assert story.generated()["currently_member_of_a_objective"] is True
    story.step(T + 7 * DAY)
    found = {name: value for name, value in story.generated().items() if name.endswith("a_objective") and value}
    exited = dict.fromkeys(("last_exit_from_a_objective", "last_left_a_objective"), T + 7 * DAY)
    assert found == {"last_entry_to_a_objective": T, **exited}


# ---------------------------------------------------------------- J1, J2, exclusive


def test_J2_a_chain_runs_through_in_one_step():
    done = known("last_completion_of_s_a_objective")
    story = entered(
        stage("s", PRO, ALL, objective("s_a")),
        stage("t", done, ALL, objective("t_a"), position=1),
        stage("u", known("last_completion_of_t_stage"), ONGOING, position=2),
    )
    story.step(T + DAY, T + DAY, arr=100.0)
    assert [left(story.last(key))[0] for key in "stu"] == [T + DAY, T + DAY, None]


def test_J1_a_late_fact_is_shown_on_a_closed_stay_and_rewrites_nothing():
    story = entered(stage("s", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a")))
    story.step(T + 7 * DAY)
    before = story.last("s")
    assert story.step(T + 8 * DAY, T + 8 * DAY, T + 6 * DAY, arr=100.0) == replace(before, late_evidence=True)


def test_J1_what_happened_at_the_instant_of_the_exit_is_late_evidence():
    story = entered(stage("s", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a")))
    story.step(T + 7 * DAY)
    assert story.step(T + 8 * DAY, T + 8 * DAY, T + 7 * DAY, arr=100.0).late_evidence


def test_J3_no_stay_ends_before_it_began_though_the_fact_that_ends_it_was_committed_before():
    window = instant_within_last("trial_at", 30)
    story = Story([stage("s", window, ExitRule("CRITERIA", criteria=CHURNED))])
    story.step(T, T, trial_at=T + 2 * DAY)
    assert story.step(T + 2 * DAY).entered_at == T + 2 * DAY
    assert left(story.step(T + 3 * DAY, T + DAY, churned=True)) == (T + 2 * DAY, "EXITED", "criteria")


def test_J7_nobody_enters_again_before_they_left():
    story = entered(stage("s", PRO, ExitRule("AFTER_DAYS", 2), reentry=Reentry("ALWAYS")))
    story.step(T + DAY // 2, T + DAY // 2, plan="free")
    assert story.step(T + 2 * DAY).entry_gone
    again = story.step(T + 3 * DAY, T + DAY, plan="pro")
    assert (again.number, again.entered_at) == (2, T + 2 * DAY)


def test_J1_what_happened_after_the_exit_is_no_late_evidence():
    story = entered(stage("s", PRO, ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 7), objective("a")))
    story.step(T + 7 * DAY)
    assert not story.step(T + 8 * DAY, T + 8 * DAY, T + 7 * DAY + 1, arr=100.0).late_evidence


def exclusive() -> Story:
    stages = [stage("s", PRO, ONGOING, objective("a")), stage("t", RICH, ONGOING, position=1)]
    return Story(stages, exclusive=True)


def test_an_exclusive_journey_takes_the_latest_that_matches():
    story = exclusive()
    story.step(T, T, plan="pro", arr=100.0)
    assert (story.last("s"), story.last("t").entered_at) == (None, T)


def test_in_an_exclusive_journey_one_moves_on_and_never_back():
    story = exclusive()
    story.step(T, T, plan="pro")
    story.step(T + DAY, T + DAY, arr=50.0)
    assert story.last("s").is_open
    story.stages[0] = replace(story.stages[0], reentry=Reentry("ALWAYS"))
    story.step(T + 2 * DAY, T + 2 * DAY, churned=True, arr=100.0)
    assert left(story.last("s")) == (T + 2 * DAY, "COMPLETED", "moved on")
    story.step(T + 3 * DAY, T + 3 * DAY, plan="free")
    story.step(T + 4 * DAY, T + 4 * DAY, plan="pro")
    assert story.last("s").number == 1


# ---------------------------------------------------------------- the rules and facts themselves


def test_C2_events_count_in_whole_utc_days_today_included():
    facts = [Fact(T, T, "o", Event("A"))]
    organisation = Timeline(tuple(facts)).known("o", T)
    seen = oracle.Seen(organisation=organisation)
    rule = did("A", 1, 2)
    midnight = T - T % DAY
    assert [rule.holds(seen, at) for at in (T, midnight + 2 * DAY - 1, midnight + 2 * DAY)] == [True, True, False]


def test_F4_a_late_value_does_not_displace_a_newer_one():
    facts = (Fact(T, T, "o", Value("plan", "pro")), Fact(T + 1, T - DAY, "o", Value("plan", "free")))
    assert Timeline(facts).known("o", T + 1).values == {"plan": "pro"}


def test_rules_are_written_as_people_write_them():
    rule = negated(both(did("A", 2, 7), any_member("admin", 14)))
    written = "not ((did 'A' at least 2 times within last 7 days and any member ({})))"
    assert rule == written.format("role = 'admin' and seen_at within last 14 days")
