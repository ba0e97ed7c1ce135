"""Calculated attributes in the graph: defined, kept right by the evaluator, removed, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.calculated.definition import Calculated, Rule
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated, list_calculated, remove_calculated
from graph.engine import Graph
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.journey.definitions.definition import ExitRule
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import START, Company, stage

_VALUES = "MATCH (o:Organisation) RETURN o.name AS name, properties(o) AS p"


async def values(graph: Graph, *names: str) -> dict[str, list[Any]]:
    rows = await graph.query(_VALUES, {})
    return {row["name"]: [row["p"].get(name) for name in names] for row in rows}


async def test_one_is_worked_out_and_kept_right_without_any_stage(company: Company) -> None:
    await company.organisation("acme", seats=10, seats_used=9)
    await company.organisation("bolt", seats=0, seats_used=0)
    await define_roll_up(
        company.graph, company.clock, StoredRollUp("logins", RollUp("COUNT", "EVENTS", event_name="Login"))
    )
    await define_calculated(company.graph, company.clock, Calculated("Seat usage", "seats_used / seats"))
    rules = (Rule("full", 1, "seat_usage >= 0.9"), Rule("active", 3, "logins >= 1"))
    await define_calculated(company.graph, company.clock, Calculated("health", score=rules, description="How it is."))
    await company.evaluator.evaluate_stale()
    assert await values(company.graph, "seat_usage", "health") == {"acme": [0.9, 25.0], "bolt": [None, 0.0]}
    company.clock.advance(timedelta(minutes=1))
    await company.event("bolt", "Login", START)
    await company.organisation("acme", seats=20)
    assert await company.evaluator.evaluate_stale() == 2
    assert await values(company.graph, "seat_usage", "health") == {"acme": [0.45, 0.0], "bolt": [None, 75.0]}
    # Two evaluators at once, or one that comes again, change nothing and find nothing.
    assert await Evaluator(company.graph, company.clock).evaluate_stale() == 0


async def test_T3_time_alone_changes_a_score_at_its_own_instant(company: Company) -> None:
    await company.organisation("acme", trial_at=START.isoformat())
    recent = Calculated("fresh", score=(Rule("new", 1, "trial_at within last 3 days"),))
    await define_calculated(company.graph, company.clock, recent)
    await company.evaluator.evaluate_stale()
    assert await values(company.graph, "fresh") == {"acme": [100.0]}
    (due,) = await company.graph.query("MATCH (o:Organisation) RETURN o.dueAt.epochMillis AS at", {})
    assert (
        timedelta()
        <= timedelta(milliseconds=due["at"] - START.timestamp() * 1000) - timedelta(days=3)
        < timedelta(seconds=1)
    )
    await company.after(days=10)
    assert await values(company.graph, "fresh") == {"acme": [0.0]}


async def test_J2_stages_are_entered_by_what_is_calculated_and_calculated_by_what_is_entered(company: Company) -> None:
    await company.organisation("acme", seats=10, seats_used=9)
    await define_calculated(company.graph, company.clock, Calculated("usage", "seats_used / seats"))
    await company.live(stage(entry="usage >= 0.8", exit=ExitRule("ONGOING")))
    inside = Rule("inside", 1, "currently_member_of_onboarding_stage = true")
    await define_calculated(company.graph, company.clock, Calculated("progress", score=(inside,)))
    await company.evaluator.evaluate_stale()
    assert await company.stays("organisation", "stage", "open") == [("acme", "onboarding", True)]
    assert await values(company.graph, "progress") == {"acme": [100.0]}


async def test_one_changed_is_worked_out_anew_and_one_removed_is_gone_from_every_node(company: Company) -> None:
    await company.organisation("acme", seats=10)
    for formula in ("seats * 2", "seats * 3"):
        await define_calculated(company.graph, company.clock, Calculated("x", formula))
        await company.evaluator.evaluate_stale()
    assert await values(company.graph, "x") == {"acme": [30.0]}
    assert [(each.name, each.formula) for each in await list_calculated(company.graph)] == [("x", "seats * 3")]
    assert await remove_calculated(company.graph, company.clock, "x")
    assert not await remove_calculated(company.graph, company.clock, "x")
    assert await values(company.graph, "x") == {"acme": [None]}
    assert await list_calculated(company.graph) == []


async def test_its_name_is_refused_from_sources_and_from_roll_ups_and_a_stored_circle_is_none(company: Company) -> None:
    await company.organisation("acme", seats=10)
    await define_calculated(company.graph, company.clock, Calculated("x", "seats * 2"))
    await define_calculated(company.graph, company.clock, Calculated("y", "x * 2"))
    row = {"type": "organisation", "identities": [{"kind": "organisation_id", "value": "acme"}], "attributes": {"x": 1}}
    outcome = await company.writer.submit([row])
    assert [each.code for each in outcome.warnings] == ["COMPUTED_NAME"]
    with pytest.raises(UserMistake, match="already"):
        await define_roll_up(company.graph, company.clock, StoredRollUp("x", RollUp("COUNT")))
    with pytest.raises(UserMistake, match="reads"):
        await define_calculated(company.graph, company.clock, Calculated("x", "y + 1"))
    await company.evaluator.evaluate_stale()
    assert await values(company.graph, "x", "y") == {"acme": [20.0, 40.0]}


async def below(company: Company, child: str, parent: str, **attributes: str) -> None:
    row = {
        "type": "organisation",
        "identities": [{"kind": "organisation_id", "value": child}],
        "name": child,
        "parent": {"kind": "organisation_id", "value": parent},
        "attributes": attributes,
        "observedAt": company.clock.now().isoformat(),
    }
    assert not (await company.writer.submit([row])).rejected


async def test_T2_a_fact_reaches_those_who_look_at_it_over_several_steps(company: Company) -> None:
    await company.organisation("top", plan="free")
    await below(company, "middle", "top")
    await below(company, "low", "middle")
    under = Calculated("under", score=(Rule("pro", 1, "parent (parent (plan = 'pro'))"),))
    await define_calculated(company.graph, company.clock, under)
    await company.after(minutes=1)
    await company.organisation("top", plan="pro")
    await company.evaluator.evaluate_stale()
    assert await values(company.graph, "under") == {"top": [0.0], "middle": [0.0], "low": [100.0]}


async def test_T4_what_time_changes_above_is_seen_below_at_its_instant_also_after_a_pause(company: Company) -> None:
    await company.organisation("top", trial_at=START.isoformat())
    await below(company, "low", "top")
    recent = Calculated("fresh", score=(Rule("new", 1, "trial_at within last 3 days"),))
    await define_calculated(company.graph, company.clock, recent)
    await company.live(stage(entry="parent (fresh = 0)"))
    assert await company.stays("organisation") == []
    await company.after(days=30)
    ((name, at),) = await company.stays("organisation", "entered")
    assert (name, timedelta(milliseconds=at) - timedelta(milliseconds=START.timestamp() * 1000)) == (
        "low",
        timedelta(days=3),
    )
