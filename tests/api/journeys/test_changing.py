"""Changes of live stages over GraphQL: their impact is shown, and confirmed where it strands or floods (J9)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.journey.definitions.definition import ExitRule, Objective, Stage
from graph.writer import Writer
from tests.api.conftest import Api
from tests.api.journeys.stages import ERRORS
from tests.graph.journey.company import START, Company

_MOVING = "{ organisations sample { name } }"
ANSWER = (
    f"change {{ occupants leaving {_MOVING} stranded {_MOVING} entering {_MOVING} }} "
    f"warnings {{ code message field }} {ERRORS} }}"
)
SAVE = f"mutation($s: StageInput!, $c: Boolean) {{ saveStage(stage: $s, confirm: $c) {{ stage {{ version }} {ANSWER} }}"
REMOVE = (
    "mutation($o: String!, $c: Boolean) "
    f'{{ removeObjective(stage: "pro", objective: $o, confirm: $c) {{ stage {{ version }} {ANSWER} }}'
)
OBJECTIVE = (
    "mutation($o: ObjectiveInput!, $c: Boolean) "
    f'{{ saveObjective(stage: "pro", objective: $o, confirm: $c) {{ objective {{ key }} {ANSWER} }}'
)
STATUS = f'mutation($t: StageStatus!) {{ setStageStatus(stage: "pro", status: $t) {{ stage {{ status }} {ANSWER} }}'
JOURNEY = (
    "mutation($j: JourneyInput!, $c: Boolean) { saveJourney(journey: $j, confirm: $c) "
    f"{{ journey {{ exclusive }} changes {{ stage occupants entering {_MOVING} }} {ERRORS} }} }}"
)
PRO = {"key": "pro", "name": "Pro", "entry": "plan = 'pro'", "exit": {"mode": "ALL_OBJECTIVES"}}
NOBODY: dict[str, Any] = {"organisations": 0, "sample": []}


@pytest.fixture
async def company(api: Api, graph: Graph, writer: Writer, clock: FixedClock) -> Company:
    """Five in a live stage with one objective, two outside."""
    clock.set(START)
    company = Company(graph, writer, clock)
    for i in range(5):
        await company.organisation(f"pro{i}", plan="pro")
    for i in range(2):
        await company.organisation(f"free{i}", plan="free")
    stage = Stage("pro", "customer", "Pro", "plan = 'pro'", ExitRule("ALL_OBJECTIVES"))
    await company.live(stage, Objective("call", "Call", manual=True), Objective("demo", "Demo", "MARKER", manual=True))
    return company


async def test_J9_a_flood_is_told_with_some_of_the_organisations_and_made_when_confirmed(api: Api, company: Company):
    wide = {**PRO, "entry": "plan in ('pro', 'free')"}
    made = (await api.data(SAVE, s=wide))["saveStage"]
    (error,) = made["userErrors"]
    assert (made["stage"], error["code"], error["field"]) == (None, "CONFIRMATION_NEEDED", ["confirm"])
    assert "2 would enter at once: more than a fifth" in error["message"]
    change = made["change"]
    assert (change["occupants"], change["leaving"], change["stranded"]) == (5, NOBODY, NOBODY)
    assert {one["name"] for one in change["entering"]["sample"]} == {"free0", "free1"}
    made = (await api.data(SAVE, s=wide, c=True))["saveStage"]
    assert (made["stage"], made["userErrors"]) == ({"version": 2}, [])
    assert made["change"]["entering"]["organisations"] == 2
    assert (await api.data(SAVE, s={**wide, "description": "words"}))["saveStage"]["change"] is None


async def test_J9_of_a_journey_the_flood_is_told_for_each_stage_and_made_when_confirmed(api: Api, company: Company):
    assert (await api.data(JOURNEY, j={"key": "customer", "exclusive": True}))["saveJourney"]["userErrors"] == []
    await company.live(Stage("any", "customer", "Any", "plan has any value", ExitRule("ONGOING"), -1))
    parallel = {"key": "customer", "exclusive": False}
    made = (await api.data(JOURNEY, j=parallel))["saveJourney"]
    assert (made["journey"], made["userErrors"][0]["code"]) == (None, "CONFIRMATION_NEEDED")
    assert (
        "of 2 in stage 'any', 0 would leave at once and 0 could never leave; 5 would enter"
        in made["userErrors"][0]["message"]
    )
    assert {one["stage"]: (one["occupants"], one["entering"]["organisations"]) for one in made["changes"]} == {
        "any": (2, 5),
        "pro": (5, 0),
    }
    confirmed = (await api.data(JOURNEY, j=parallel, c=True))["saveJourney"]
    assert confirmed == {"journey": {"exclusive": False}, "changes": made["changes"], "userErrors": []}


async def test_J5_J9_what_strands_is_told_of_every_way_to_change_a_stage(api: Api, company: Company):
    impossible = {"key": "never", "name": "Never", "criteria": "plan = 'pro' and plan = 'free'"}
    made = (await api.data(OBJECTIVE, o=impossible))["saveObjective"]
    assert (made["objective"], made["change"]["stranded"]["organisations"]) == (None, 5)
    assert len(made["change"]["stranded"]["sample"]) == 5
    hybrid = {**PRO, "exit": {"mode": "ALL_OBJECTIVES_OR_AFTER_DAYS", "days": 30}}
    assert (await api.data(SAVE, s=hybrid))["saveStage"]["userErrors"] == []
    made = (await api.data(REMOVE, o="call"))["removeObjective"]
    assert (made["userErrors"][0]["code"], made["change"]["stranded"]["organisations"]) == ("CONFIRMATION_NEEDED", 5)
    made = (await api.data(REMOVE, o="call", c=True))["removeObjective"]
    assert (made["userErrors"], made["stage"]) == ([], {"version": 3})


async def test_T4_pausing_says_who_waits_and_resuming_what_it_took(api: Api, company: Company):
    paused = (await api.data(STATUS, t="PAUSED"))["setStageStatus"]
    (waiting,) = paused["warnings"]
    assert (paused["stage"], paused["change"], waiting["code"]) == ({"status": "PAUSED"}, None, "WAITING")
    assert "5 organisations inside: nobody moves until it is resumed." in waiting["message"]
    resumed = (await api.data(STATUS, t="LIVE"))["setStageStatus"]
    assert (resumed["change"]["occupants"], resumed["change"]["entering"]) == (5, NOBODY)
    assert [one["code"] for one in resumed["warnings"]] == ["TAKEN_UP"]
