"""Decisions by hand over GraphQL: objectives ticked, organisations put into stages and taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graph.engine import Graph
from graph.journey.decisions.stay import Achievement, Stay
from tests.api.conftest import Api
from tests.api.journeys.stages import DAY, ERRORS, HOUR, NOW, journey, organisations, saved, stayed

COMPLETE = (
    "mutation($i: ID!, $o: String!, $at: DateTime) { completeObjective(organisation: $i, objective: $o, at: $at) "
    "{ state { objective { key name } completedAt hoursToComplete instant manual completedBy { name } event { name } pace } "
    f"{ERRORS} }} }}"
)
STAY = "stay { id enteredAt exitedAt outcome reason byHand stage { key } organisation { name } objectives { manual } }"
PUT_IN = f"mutation($i: ID!, $s: String!) {{ putInStage(organisation: $i, stage: $s) {{ {STAY} {ERRORS} }} }}"
TAKE_OUT = f"mutation($i: ID!, $s: String!) {{ takeOutOfStage(organisation: $i, stage: $s) {{ {STAY} {ERRORS} }} }}"
OPEN = Stay("onboarding", 1, 1, NOW - DAY, applicable=frozenset({"first_project", "kick_off"}))


async def _code(api: Api, document: str, **given: Any) -> str:
    (payload,) = (await api.data(document, **given)).values()
    assert payload[next(key for key in payload if key != "userErrors")] is None
    return str(payload["userErrors"][0]["code"])


async def test_J8_an_objective_is_ticked_once(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    await stayed(graph, acme, OPEN)
    payload = (await api.data(COMPLETE, i=acme, o="kick_off", at="2026-06-01T00:00:00+02:00"))["completeObjective"]
    ticked = {
        "objective": {"key": "kick_off", "name": "Kick-off call"},
        "completedAt": "2026-05-31T22:00:00Z",
        "hoursToComplete": 10,
        "instant": False,
        "manual": True,
        "completedBy": None,
        "event": None,
        "pace": "COMPLETED_TOO_FEW_TO_TELL",
    }
    assert payload == {"state": ticked, "userErrors": []}
    assert (await api.data(COMPLETE, i=acme, o="kick_off"))["completeObjective"]["state"] == ticked


async def test_an_objective_that_cannot_be_ticked_is_data(api: Api, graph: Graph):
    acme, bolt = await organisations(api, "acme", "bolt")
    await journey(api)
    await stayed(graph, acme, OPEN)
    before = "2026-05-31T11:59:00Z"
    assert await _code(api, COMPLETE, i=acme, o="kick_off", at=before) == "OUTSIDE_STAY"
    assert await _code(api, COMPLETE, i=acme, o="kick_off", at="2026-06-01T12:01:00Z") == "OUTSIDE_STAY"
    assert await _code(api, COMPLETE, i=acme, o="kick_off", at="yesterday") == "BAD_DATETIME"
    assert await _code(api, COMPLETE, i=acme, o="kickoff") == "NOT_FOUND"
    assert await _code(api, COMPLETE, i=bolt, o="kick_off") == "NOT_IN_STAGE"
    assert await _code(api, COMPLETE, i="o_nobody", o="kick_off") == "NOT_FOUND"
    assert await _code(api, COMPLETE, i="acme", o="kick_off") == "NOT_FOUND", "a name is no id"


async def test_an_organisation_is_put_in_and_taken_out(api: Api):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    payload = (await api.data(PUT_IN, i=acme, s="adoption"))["putInStage"]
    stay = {
        "id": f"s_{acme}|adoption|1",
        "enteredAt": "2026-06-01T12:00:00Z",
        "exitedAt": None,
        "outcome": None,
        "reason": None,
        "byHand": True,
        "stage": {"key": "adoption"},
        "organisation": {"name": "acme"},
        "objectives": [],
    }
    assert payload == {"stay": stay, "userErrors": []}
    assert await _code(api, PUT_IN, i=acme, s="adoption") == "ALREADY_IN_STAGE"
    payload = (await api.data(TAKE_OUT, i=acme, s="adoption"))["takeOutOfStage"]
    out = {"exitedAt": "2026-06-01T12:00:00Z", "outcome": "EXITED", "reason": "by hand"}
    assert payload == {"stay": {**stay, **out}, "userErrors": []}
    assert await _code(api, TAKE_OUT, i=acme, s="adoption") == "NOT_IN_STAGE"


async def test_J6_taken_out_with_all_complete_is_completed(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    achieved = {key: Achievement(NOW - HOUR) for key in OPEN.applicable}
    await stayed(graph, acme, replace(OPEN, achieved=achieved))
    assert (await api.data(TAKE_OUT, i=acme, s="onboarding"))["takeOutOfStage"]["stay"]["outcome"] == "COMPLETED"


async def test_only_a_live_stage_takes_anybody_in(api: Api):
    (acme,) = await organisations(api, "acme")
    await saved(api, {"key": "draft", "name": "Draft", "entry": "did 'Login'", "exit": {"mode": "ONGOING"}})
    assert await _code(api, PUT_IN, i=acme, s="draft") == "NOT_LIVE"
    assert await _code(api, PUT_IN, i=acme, s="nothing") == "NOT_FOUND"


async def test_I4_an_old_id_leads_to_what_it_was_merged_into(api: Api):
    acme, old = await organisations(api, "acme", "old")
    await journey(api)
    await api.data(
        "mutation($a: ID!, $b: ID!) { mergeOrganisations(into: $a, from: $b) { userErrors { code } } }", a=acme, b=old
    )
    payload = (await api.data(PUT_IN, i=old, s="adoption"))["putInStage"]
    assert payload["stay"]["organisation"] == {"name": "acme"}
