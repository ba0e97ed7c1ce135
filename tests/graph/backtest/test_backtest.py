"""Back-tests against the graph's own past, on both engines: what a stage really did, its rule would have done (J1)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from graph.backtest import BackTest, backtest
from graph.calculated.definition import Calculated, Rule
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.errors import UserMistake
from graph.journey.changes.stages import save_stage, set_stage_status
from graph.journey.decisions.manual_changes import put_in
from graph.journey.definitions.definition import ExitRule, Reentry, Stage
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import START, Company, day

ENTRIES = {
    "paying": "plan = 'pro'",
    "busy": "did 'Login' at least 2 times within last 7 days",
    "hourly": "did 'Login' within last 36 hours and not plan = 'free'",
    "led": "any member (role = 'admin' and title = 'CTO')",
    "staffed": "at least 2 members (role in ('admin', 'user'))",
    "fresh": "first_seen_date within last 3 days and seats >= 5",
    "rolled": "logins_7d >= 3 or crew >= 2",
    "summed": "spent >= 6 and first_login within last 30 days",
    "scored": "health >= 60",
    "chained": "last_completed_trial_stage has any value and seats >= 3",
    "seen": "last_seen_at within last 2 days and seats >= 2",
    "active": "any member (last_seen_at within last 3 days and role = 'user')",
    "again": "plan = 'pro' and seats >= 4",
}


def _stage(key: str, **more: Any) -> Stage:
    return Stage(key, "customer", key, **{"entry": "plan = 'pro'", "exit": ExitRule("ONGOING"), **more})


async def _name(company: Company) -> dict[str, str]:
    rows = await company.graph.query("MATCH (o:Organisation) RETURN o.id AS id, o.name AS name", {})
    return {row["id"]: row["name"] for row in rows}


async def _tested(company: Company, stage: str, **more: Any) -> BackTest:
    return await backtest(company.graph, company.clock, stage, **more)


async def _outcomes(company: Company, found: BackTest) -> list[tuple[str, int | None, int | None]]:
    names = await _name(company)
    return [(names[each.organisation], each.simulated_at, each.real_at) for each in found.organisations]


def _login(where: str, at: datetime, amount: int | None) -> dict[str, Any]:
    there = {"identity": {"kind": "organisation_id", "value": where}}
    row = {"type": "event", "name": "Login", "occurredAt": at.isoformat(), "organisation": there}
    return row | {"id": f"{where} {at}", "properties": {"amount": amount}}


async def _happen(company: Company, dice: random.Random) -> None:
    """Submit one random fact the moment it happens: a value, a login, a membership or a title."""
    where, who, now = dice.choice("ABCDE"), dice.choice("xyz"), company.clock.now()
    person = {"identity": {"kind": "user_id", "value": who}}
    there = {"identity": {"kind": "organisation_id", "value": where}}
    common: dict[str, Any] = {"observedAt": now.isoformat()}
    what = dice.randrange(7)
    if what < 2:
        values: dict[str, Any] = {"plan": dice.choice(["pro", "free", None]), "seats": dice.choice([1, 3, 5, None])}
        await company.organisation(where, **values)
    elif what < 4:
        row = _login(where, now, dice.choice([1, 2, 3, None])) | ({"person": person} if dice.random() < 0.8 else {})
        await company.writer.submit([row])
    elif what < 6:
        row = {"type": "membership", "person": person, "organisation": there, "role": dice.choice(["admin", "user"])}
        row |= {"since": now.isoformat()} if what == 4 else {}
        await company.writer.submit([row | common])
    else:
        row = {
            "type": "person",
            "identities": [person["identity"]],
            "attributes": {"title": dice.choice(["CTO", "CEO"])},
        }
        await company.writer.submit([row | common])


@pytest.mark.plans
async def test_J1_a_rule_replayed_over_facts_told_at_once_enters_whom_it_really_did_at_the_very_instant(
    company: Company,
) -> None:
    dice = random.Random(11)
    await company.organisation("Z", plan="none", seats=1)
    await company.writer.submit([
        {"type": "person", "identities": [{"kind": "user_id", "value": "x"}], "attributes": {"title": "CEO"}, "observedAt": START.isoformat()}
    ])  # fmt: skip
    await company.writer.submit([_login("Z", START, 1)])
    for name, rule in {
        "logins_7d": RollUp("COUNT", "EVENTS", event_name="Login", window_days=7),
        "crew": RollUp("COUNT", where="role = 'user'"),
        "spent": RollUp("SUM", "EVENTS", attribute="amount", event_where="amount > 1"),
        "first_login": RollUp("FIRST", "EVENTS", event_name="Login"),
    }.items():
        await define_roll_up(company.graph, company.clock, StoredRollUp(name, rule))
    health = (Rule("paying", 1, "plan = 'pro'"), Rule("busy", 2, "logins_7d >= 2"))
    await define_calculated(company.graph, company.clock, Calculated("health", score=health))
    back = {"exit": ExitRule("CRITERIA", criteria="plan = 'free'"), "reentry": Reentry("ALWAYS")}
    stages = [_stage(key, entry=entry, **(back if key == "again" else {})) for key, entry in ENTRIES.items()]
    for each in [_stage("trial", entry="plan = 'free'", exit=ExitRule("AFTER_DAYS", 5)), *stages]:
        await save_stage(company.graph, company.clock, each)
        await set_stage_status(company.graph, company.clock, each.key, "LIVE")
    await company.evaluator.evaluate_stale()
    for _ in range(36):
        await company.after(hours=dice.randrange(1, 30))
        await _happen(company, dice)
        await company.evaluator.evaluate_stale()
    await company.after(days=8)
    entered = 0
    for key in ENTRIES:
        found = await _tested(company, key, since=day(0))
        assert [each.simulated_at for each in found.organisations] == [each.real_at for each in found.organisations], (
            key
        )
        entered += found.entered
    assert entered >= len(ENTRIES)


async def test_another_criterion_is_held_against_what_really_happened(company: Company) -> None:
    acme = await company.organisation("Acme", plan="free", seats=1)
    await company.organisation("Bolt", plan="pro", seats=9)
    await company.live(_stage("onboarding"))
    await company.after(days=3)
    await company.organisation("Acme", plan="pro")
    await company.organisation("Cogs", plan="free", seats=9)
    await company.evaluator.evaluate_stale()
    await company.after(days=3)
    await company.organisation("Acme", seats=7)
    await company.after(days=1)
    found = await _tested(company, "onboarding", since=day(0), entry="seats >= 5")
    assert await _outcomes(company, found) == [
        ("Bolt", day(0), day(0)),
        ("Cogs", day(3), None),
        ("Acme", day(6), day(3)),
    ]
    assert [each.matched_at_begin for each in found.organisations] == [True, False, False]
    assert (found.would_enter, found.entered, found.both) == (3, 2, 2)
    later = await _tested(company, "onboarding", since=day(1), until=day(5))
    assert await _outcomes(company, later) == [("Acme", day(3), day(3))]
    assert [(each.name, each.since) for each in found.inputs] == [("seats", day(0))]
    assert acme in {each.organisation for each in found.organisations}


async def test_who_was_put_in_by_hand_is_in_reality_only(company: Company) -> None:
    acme = await company.organisation("Acme", plan="free")
    await company.live(_stage("onboarding"))
    await company.after(days=1)
    await put_in(company.graph, company.clock, acme, "onboarding")
    await company.after(days=1)
    assert await _outcomes(company, await _tested(company, "onboarding")) == [("Acme", None, day(1))]


async def test_a_draft_can_be_tested_and_nobody_enters_before_anybody_had_heard_of_them(company: Company) -> None:
    await company.after(days=5)
    await company.organisation("Acme", seats=1)
    await save_stage(company.graph, company.clock, _stage("small", entry="not seats > 3"))
    await company.after(days=1)
    found = await _tested(company, "small", since=day(0))
    assert await _outcomes(company, found) == [("Acme", day(5), None)]
    assert found.complete_since == day(5)


async def test_facts_told_late_count_from_the_instants_they_speak_of(company: Company) -> None:
    await company.organisation("Acme", plan="free")
    await company.live(_stage("onboarding", entry="did 'Project Created'"))
    await company.after(days=10)
    await company.event("Acme", "Project Created", START + timedelta(days=4))
    await company.evaluator.evaluate_stale()
    assert await _outcomes(company, await _tested(company, "onboarding", until=day(10))) == [("Acme", day(4), None)]


async def test_what_is_not_known_of_the_past_is_refused_and_never_taken_as_it_is_today(company: Company) -> None:
    await company.organisation("Acme", plan="free", arr=5)
    await company.event("Acme", "Login", START)
    spent = RollUp("MAX", attribute="since")
    await define_roll_up(company.graph, company.clock, StoredRollUp("spent", spent))
    await company.live(_stage("onboarding"))
    await company.after(days=1)
    for entry, message in (
        ("parent (plan = 'pro')", "other organisations"),
        ("any member (primary = true)", "`primary` of a membership"),
        ("spent has any value", "roll-up of another kind"),
        ("any member (origin = 'crm')", "`origin`"),
    ):
        with pytest.raises(UserMistake, match=message) as refused:
            await _tested(company, "onboarding", entry=entry)
        assert (refused.value.code, refused.value.field) == ("NO_HISTORY", "entry")
    for more, code in (
        ({"since": day(3)}, "BAD_PERIOD"),
        ({"since": day(0), "until": day(0)}, "BAD_PERIOD"),
        ({"until": day(2)}, "BAD_PERIOD"),
        ({"entry": "plam = 'pro'"}, "INVALID_CRITERION"),
    ):
        with pytest.raises(UserMistake) as mistake:
            await _tested(company, "onboarding", **more)
        assert mistake.value.code == code
    with pytest.raises(UserMistake, match="no stage"):
        await _tested(company, "onbaording")
    never = await _tested(company, "onboarding", entry="did 'Logout'")
    assert (never.complete_since, [each.since for each in never.inputs]) == (None, [None])
