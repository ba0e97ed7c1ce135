"""Journeys in the graph: facts through the writer, stages saved, everything evaluated, on both engines."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from graph.computed import define_roll_up
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.journey.changes.stages import remove_objective, save_objective, save_stage, set_stage_status
from graph.journey.decisions.explaining import explain_objective, explain_stage
from graph.journey.decisions.manual_changes import complete_objective, put_in, take_out
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.journey.reports.previewing import preview
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import START, Company, day, stage

FIRST_PROJECT = Objective("first_project", "First project", criteria="did 'Project Created' at least 1 times")


async def test_J4_going_live_takes_in_who_matches_now_and_says_so(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.organisation("Bolt", plan="free")
    await company.live(stage())
    assert await company.stays("organisation", "backfilled") == [("Acme", True)]
    company.clock.advance(timedelta(minutes=1))
    await company.organisation("Bolt", plan="pro")
    await company.evaluator.evaluate_stale()
    assert await company.stays("organisation", "backfilled") == [("Acme", True), ("Bolt", False)]


async def test_J4_to_evaluate_everything_takes_in_who_matches_and_whoever_comes_later_is_not_backfilled(
    company: Company,
) -> None:
    await company.organisation("Acme", plan="pro")
    await save_stage(company.graph, company.clock, stage())
    await set_stage_status(company.graph, company.clock, "onboarding", "LIVE")
    await company.evaluator.evaluate_all()
    await company.organisation("Bolt", plan="pro")
    await company.evaluator.evaluate_stale()
    assert await company.stays("organisation", "backfilled") == [("Acme", True), ("Bolt", False)]


async def test_a_draft_moves_nobody(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await save_stage(company.graph, company.clock, stage())
    await company.after(days=1)
    assert await company.stays("organisation") == []


async def test_J3_T4_an_exit_after_thirty_days_is_dated_so_though_nobody_looked_for_a_week(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage(exit=ExitRule("AFTER_DAYS", 30)))
    await company.live(stage("adoption", entry="last_completed_onboarding_stage has any value", position=1))
    await company.after(days=37)
    assert await company.stays("stage", "entered", "exited", "outcome") == [
        ("adoption", day(30), None, None),
        ("onboarding", day(0), day(30), "COMPLETED"),
    ]


async def test_J8_OB_12_an_objective_names_the_event_and_the_person_behind_it(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage(exit=ExitRule("ALL_OBJECTIVES")), FIRST_PROJECT)
    company.clock.advance(timedelta(days=3))
    await company.event("Acme", "Project Created", START + timedelta(days=2), "ann")
    await company.evaluator.evaluate_stale()
    ((outcome, [(key, at, person, event)]),) = await company.stays("outcome", "achieved")
    assert (outcome, key, at) == ("COMPLETED", "first_project", day(2))
    assert person.startswith("p_")
    assert event is not None


async def test_J10_what_stages_generate_can_be_asked_for_and_never_comes_from_a_source(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage())
    rows = await company.graph.query("MATCH (o:Organisation) RETURN o.currently_member_of_onboarding_stage AS it", {})
    assert rows == [{"it": True}]
    row = {
        "type": "organisation",
        "identities": [{"kind": "organisation_id", "value": "Acme"}],
        "attributes": {"currently_member_of_onboarding_stage": False},
    }
    assert [one.code for one in (await company.writer.submit([row])).warnings] == ["COMPUTED_NAME"]


async def test_journeys_read_roll_ups_of_the_same_step(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    roll_up = RollUp("COUNT", "EVENTS", event_name="Project Created", window_days=7)
    await define_roll_up(company.graph, company.clock, StoredRollUp("projects_lately", roll_up))
    await company.evaluator.evaluate_stale()
    await company.live(
        stage("busy", entry="projects_lately >= 1", exit=ExitRule("CRITERIA", criteria="projects_lately < 1"))
    )
    await company.event("Acme", "Project Created", START - timedelta(hours=1))
    await company.evaluator.evaluate_stale()
    assert await company.stays("stage", "open") == [("busy", True)]
    await company.after(days=20)
    assert await company.stays("stage", "exited") == [("busy", day(6.5))]


async def test_J9_changing_a_live_stage_makes_a_version_and_open_stays_keep_theirs(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage(exit=ExitRule("AFTER_DAYS", 10)))
    changed = (await save_stage(company.graph, company.clock, stage(exit=ExitRule("AFTER_DAYS", 20)))).stage
    assert changed.version == 2
    await company.organisation("Bolt", plan="pro")
    await company.after(days=30)
    assert await company.stays("organisation", "version", "exited") == [
        ("Acme", 1, day(10)),
        ("Bolt", 2, day(20)),
    ]


async def test_J9_an_objective_added_is_pending_and_one_removed_no_longer_applies(company: Company) -> None:
    await company.organisation("Acme", plan="pro", seats=5)
    await company.live(stage(exit=ExitRule("ALL_OBJECTIVES")), FIRST_PROJECT)
    seats = Objective("seats", "Seats", criteria="seats >= 3")
    await save_objective(company.graph, company.clock, "onboarding", seats)
    await company.after(days=1)
    assert [[key for key, *_ in achieved] for (achieved,) in await company.stays("achieved")] == [["seats"]]
    await remove_objective(company.graph, company.clock, "onboarding", "first_project")
    await company.after(days=1)
    assert await company.stays("outcome") == [("COMPLETED",)]


async def test_paused_stages_wait_and_resumed_ones_take_what_fell_due_as_of_then(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage(exit=ExitRule("AFTER_DAYS", 10)))
    await set_stage_status(company.graph, company.clock, "onboarding", "PAUSED")
    await company.after(days=20)
    assert await company.stays("open") == [(True,)]
    await set_stage_status(company.graph, company.clock, "onboarding", "LIVE")
    await company.evaluator.evaluate_stale()
    assert await company.stays("open", "exited") == [(False, day(10))]


async def test_an_archived_stage_ends_its_stays_and_cannot_come_back(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await company.live(stage())
    await set_stage_status(company.graph, company.clock, "onboarding", "ARCHIVED")
    await company.after(days=1)
    assert await company.stays("open", "outcome", "reason") == [(False, "EXITED", "archived")]
    with pytest.raises(UserMistake, match="Save it under another key"):
        await set_stage_status(company.graph, company.clock, "onboarding", "LIVE")


async def test_J9_archiving_goes_by_the_rules_that_a_stay_began_under(company: Company) -> None:
    acme = await company.organisation("Acme", plan="pro")
    kickoff = Objective("kickoff", "Kickoff", manual=True)
    await company.live(stage(), kickoff)
    await save_objective(company.graph, company.clock, "onboarding", replace(kickoff, kind="MARKER"))
    await company.after(days=1)
    await complete_objective(company.graph, company.clock, acme, "kickoff")
    await set_stage_status(company.graph, company.clock, "onboarding", "ARCHIVED")
    assert await company.stays("version", "outcome") == [(1, "COMPLETED")]


async def test_ST_21_people_put_in_take_out_and_tick(company: Company) -> None:
    acme = await company.organisation("Acme", plan="free")
    kickoff = Objective("kickoff", "Kickoff", manual=True)
    await company.live(stage(exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30)), kickoff)
    await put_in(company.graph, company.clock, acme, "onboarding")
    await company.after(days=1)
    with pytest.raises(UserMistake, match="must lie between"):
        await complete_objective(company.graph, company.clock, acme, "kickoff", START - timedelta(days=1))
    await complete_objective(company.graph, company.clock, acme, "kickoff")
    await company.after(minutes=1)
    assert await company.stays("open", "outcome", "exited") == [(False, "COMPLETED", day(1))]
    bolt = await company.organisation("Bolt", plan="pro")
    await company.after(days=1)
    await take_out(company.graph, company.clock, bolt, "onboarding")
    assert (await company.stays("outcome", "reason"))[1] == ("EXITED", "by hand")


async def test_every_state_explains_itself_down_to_the_values_met(company: Company) -> None:
    acme = await company.organisation("Acme", plan="pro")
    await company.live(stage(exit=ExitRule("AFTER_DAYS", 30)), FIRST_PROJECT)
    await company.after(days=2)
    inside = await explain_stage(company.graph, company.clock, acme, "onboarding")
    assert inside.holds
    assert "In Onboarding since 2026-01-01 12:00 UTC, for 2 days" in inside.text
    assert inside.nodes[0].actual == "pro"
    pending = await explain_objective(company.graph, company.clock, acme, "first_project")
    assert (pending.holds, pending.nodes[0].actual) == (False, 0)
    assert "pending since" in pending.text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (stage(exit=ExitRule("AFTER_DAYS", 0)), "a whole number from 1"),
        (stage(entry="last_completed_other_stage has any value"), "other_stage"),
        (stage(entry="currently_member_of_onboarding_stage = false"), "depend on itself"),
        (stage(entry="plann = 'pro'"), "plan"),
        (stage(reentry=Reentry("AFTER_DAYS")), "needs days"),
        (stage("Not A Key"), "lower-case"),
    ],
)
async def test_C4_a_stage_that_makes_no_sense_is_refused_in_words(company: Company, wrong: Stage, message: str) -> None:
    await company.organisation("Acme", plan="pro")
    with pytest.raises(UserMistake, match=message):
        await save_stage(company.graph, company.clock, wrong)


async def test_J5_a_stage_that_waits_for_objectives_it_has_not_cannot_go_live(company: Company) -> None:
    await company.organisation("Acme", plan="pro")
    await save_stage(company.graph, company.clock, stage(exit=ExitRule("ALL_OBJECTIVES")))
    with pytest.raises(UserMistake, match="nobody would ever leave"):
        await set_stage_status(company.graph, company.clock, "onboarding", "LIVE")


async def test_two_evaluators_at_once_decide_once(company: Company) -> None:
    for i in range(60):
        await company.organisation(f"o{i}", plan="pro")
    await save_stage(company.graph, company.clock, stage(exit=ExitRule("AFTER_DAYS", 10)))
    await set_stage_status(company.graph, company.clock, "onboarding", "LIVE")
    both = [Evaluator(company.graph, company.clock, batch=7) for _ in range(2)]
    await asyncio.gather(*(each.evaluate_stale() for each in both))
    company.clock.advance(timedelta(days=11))
    await asyncio.gather(*(each.evaluate_stale() for each in both))
    found = await company.stays("organisation", "n", "exited")
    assert len(found) == len(set(found)) == 60
    assert {exited for *_, exited in found} == {day(10)}


async def test_I4_merged_organisations_have_the_stays_of_both_and_unmerging_gives_them_back(company: Company) -> None:
    acme = await company.organisation("Acme", plan="pro")
    await company.live(stage(reentry=Reentry("ALWAYS")))
    company.clock.advance(timedelta(days=1))
    bolt = await company.organisation("Bolt", plan="pro")
    await company.evaluator.evaluate_stale()
    before = await company.stays("organisation", "n", "open", "entered", "reason")
    await company.writer.merge("organisation", acme, bolt)
    await company.after(days=1)
    assert sorted(await company.stays("n", "open", "entered", "exited", "reason")) == [
        (1, False, day(1), day(1), "merged"),
        (1, True, day(0), None, None),
    ]
    assert len({name for (name,) in await company.stays("organisation")}) == 1
    assert (await explain_stage(company.graph, company.clock, acme, "onboarding")).holds
    await company.writer.unmerge("organisation", acme, bolt)
    await company.after(days=1)
    assert await company.stays("organisation", "n", "open", "entered", "reason") == before


async def test_a_deleted_organisation_enters_nothing_any_more(company: Company) -> None:
    acme = await company.organisation("Acme", plan="pro")
    await company.writer.delete_organisation(acme)
    await company.live(stage())
    assert await company.stays("organisation") == []


async def test_ST_19_a_preview_says_who_would_enter_and_what_data_there_is_and_changes_nothing(
    company: Company,
) -> None:
    acme = await company.organisation("Acme", plan="pro", seats=3)
    await company.organisation("Bolt", plan="free")
    seats = Objective("seats", "Seats", criteria="seats >= 3")
    await save_stage(company.graph, company.clock, stage())
    await save_objective(company.graph, company.clock, "onboarding", seats)
    found = await preview(company.graph, company.clock, "onboarding")
    assert (found.would_enter, found.sample) == (1, (acme,))
    assert [(each.name, each.organisations_with_value, each.organisations) for each in found.availability] == [
        ("plan", 2, 2),
        ("seats", 1, 2),
    ]
    await company.after(days=1)
    assert await company.stays("organisation") == []
    await company.live(stage())
    assert (await preview(company.graph, company.clock, "onboarding")).would_enter == 0
