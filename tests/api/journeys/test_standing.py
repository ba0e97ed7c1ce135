"""The standing of organisations over GraphQL: their stages and objectives, in one statement."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.reports.baseline import baseline
from graph.journey.reports.pace import pace
from tests.api.conftest import Api
from tests.api.journeys.stages import DAY, HOUR, NOW, ONBOARDING, journey, organisations, saved, stayed

STATES = "objectives { objective { key } completedAt instant hoursToComplete manual outOfOrder completedBy { name } event { name } }"
STANDING = f"""query($by: OrganisationRef!) {{ organisation(by: $by) {{
  evaluatedAt
  journey {{ __typename journey {{ key }} stage {{ key name exit {{ mode }} }} since daysInStage stay {{ id organisation {{ name }} }} {STATES} }}
}} }}"""
STAYS = """query($by: OrganisationRef!, $stage: String, $first: Int, $after: String) { organisation(by: $by) {
  stays(stage: $stage, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
    id version enteredAt exitedAt outcome reason backfilled byHand lateEvidence stage { key } organisation { name } } } }
} }"""
PACES = "query($by: OrganisationRef!) { organisation(by: $by) { stays { edges { node { objectives { objective { key } pace } } } } } }"
APPLIES = frozenset({"first_project", "kick_off", "big"})
OPEN = Stay("onboarding", 1, 1, NOW - 3 * DAY - HOUR, applicable=APPLIES)


def _pending(key: str) -> dict[str, Any]:
    return {
        "objective": {"key": key},
        "completedAt": None,
        "instant": False,
        "hoursToComplete": None,
        "manual": False,
        "outOfOrder": False,
        "completedBy": None,
        "event": None,
    }


async def _submit_event(api: Api) -> tuple[str, str]:
    event = (
        '[{name: "Project Created", occurredAt: "2026-05-31T10:00:00Z", person: {email: "ann@acme.test"}, '
        'organisation: {domain: "acme.test"}}]'
    )
    person = '[{identities: [{kind: "email", value: "ann@acme.test"}], name: "Ann Lee"}]'
    found = await api.data(
        f"mutation {{ upsertPeople(people: {person}) {{ ids }} trackEvents(events: {event}) {{ ids rejected {{ message }} }} }}"
    )
    assert found["trackEvents"]["rejected"] == []
    return found["trackEvents"]["ids"][0], found["upsertPeople"]["ids"][0]


async def test_where_an_organisation_stands_is_one_statement(api: Api, graph: Graph):
    acme, _ = await organisations(api, "acme", "bolt")
    await journey(api)
    event, person = await _submit_event(api)
    achieved = {
        "first_project": Achievement(NOW - DAY),
        "big": Achievement(OPEN.entered_at, instant=True),
    }
    await stayed(graph, acme, replace(OPEN, achieved=achieved), {"first_project": (event, person)})
    await stayed(graph, acme, Stay("adoption", 1, 1, NOW - HOUR))
    api.graph.statements.clear()
    found = (await api.data(STANDING, by={"id": acme}))["organisation"]
    assert len(api.graph.statements) == 1
    first, second = found["journey"]
    assert found["evaluatedAt"] is None
    assert (second["stage"]["key"], second["daysInStage"], second["objectives"]) == ("adoption", 0, [])
    assert first == {
        "__typename": "JourneyState",
        "journey": {"key": "customer"},
        "stage": {"key": "onboarding", "name": "Onboarding", "exit": {"mode": "ALL_OBJECTIVES_OR_AFTER_DAYS"}},
        "since": "2026-05-29T11:00:00Z",
        "daysInStage": 3,
        "stay": {"id": f"s_{acme}|onboarding|1", "organisation": {"name": "acme"}},
        "objectives": [
            {
                **_pending("first_project"),
                "completedAt": "2026-05-31T12:00:00Z",
                "hoursToComplete": 49,
                "completedBy": {"name": "Ann Lee"},
                "event": {"name": "Project Created"},
            },
            _pending("kick_off"),
            {**_pending("big"), "completedAt": "2026-05-29T11:00:00Z", "instant": True, "hoursToComplete": 0},
        ],
    }


async def test_I4_who_completed_it_is_whom_they_were_merged_into(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    event, ann = await _submit_event(api)
    people = '[{identities: [{kind: "user_id", value: "anna"}], name: "Anna Lee"}]'
    anna = (await api.data(f"mutation {{ upsertPeople(people: {people}) {{ ids }} }}"))["upsertPeople"]["ids"][0]
    await stayed(
        graph, acme, replace(OPEN, achieved={"first_project": Achievement(NOW)}), {"first_project": (event, ann)}
    )
    await api.data(
        "mutation($a: ID!, $b: ID!) { mergePeople(into: $a, from: $b) { userErrors { code } } }", a=anna, b=ann
    )
    found = await api.data(
        "query($i: ID!) { node(id: $i) { ... on Stay { objectives { completedBy { id } } } } }",
        i=f"s_{acme}|onboarding|1",
    )
    assert found["node"]["objectives"][0]["completedBy"] == {"id": anna}


async def test_only_objectives_that_apply_or_were_completed_are_shown(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    done = {"first_project": Achievement(NOW - HOUR, out_of_order=True)}
    await stayed(graph, acme, replace(OPEN, applicable=frozenset(), achieved=done))
    await api.data(
        'mutation { removeObjective(stage: "onboarding", objective: "first_project") { userErrors { code } } }'
    )
    found = (await api.data(STANDING, by={"id": acme}))["organisation"]["journey"][0]["objectives"]
    assert [(one["objective"]["key"], one["outOfOrder"]) for one in found] == [("first_project", True)]
    found = (await api.data('{ stage(key: "onboarding") { objectives { key } } }'))["stage"]["objectives"]
    assert [one["key"] for one in found] == ["kick_off", "big"]


async def test_stays_come_newest_first_by_pages_and_by_stage(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    for n in (1, 2, 3):
        at = NOW - (10 - n) * DAY
        closed = Stay(
            "adoption", n, 1, at, exited_at=at + HOUR, outcome="EXITED", reason="criteria", late_evidence=n == 1
        )
        await stayed(graph, acme, closed)
    await stayed(graph, acme, replace(OPEN, backfilled=True, entered_at=NOW - 30 * DAY))
    by = {"domain": "acme.test"}
    page = (await api.data(STAYS, by=by, first=3))["organisation"]["stays"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, True)
    assert [edge["node"]["id"][-2:] for edge in page["edges"]] == ["|3", "|2", "|1"]
    assert page["edges"][2]["node"] == {
        "id": f"s_{acme}|adoption|1",
        "version": 1,
        "enteredAt": "2026-05-23T12:00:00Z",
        "exitedAt": "2026-05-23T13:00:00Z",
        "outcome": "EXITED",
        "reason": "criteria",
        "backfilled": False,
        "byHand": False,
        "lateEvidence": True,
        "stage": {"key": "adoption"},
        "organisation": {"name": "acme"},
    }
    rest = (await api.data(STAYS, by=by, first=3, after=page["pageInfo"]["endCursor"]))["organisation"]["stays"]
    assert [edge["node"]["backfilled"] for edge in rest["edges"]] == [True]
    page = (await api.data(STAYS, by=by, stage="onboarding"))["organisation"]["stays"]
    assert (page["totalCount"], page["edges"][0]["node"]["stage"]["key"]) == (1, "onboarding")
    assert await api.code(STAYS, by=by, stage="adoption", after=rest["pageInfo"]["endCursor"]) == "BAD_CURSOR"


async def test_a_stay_is_a_node(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    await stayed(graph, acme, OPEN)
    document = (
        "query($i: [ID!]!) { nodes(ids: $i) { id __typename ... on Stay { stage { key } objectives { pace } } } }"
    )
    found = await api.data(document, i=[f"s_{acme}|onboarding|1", "s_nothing"])
    assert found["nodes"][0]["objectives"] == [{"pace": "PENDING"}] * 3
    assert (found["nodes"][0]["__typename"], found["nodes"][1]) == ("Stay", None)


async def test_occupants_are_the_open_stays_organisations(api: Api, graph: Graph):
    ids = await organisations(api, "acme", "bolt", "crux", "dash")
    await journey(api)
    for id_ in ids[:3]:
        await stayed(graph, id_, OPEN)
    await stayed(graph, ids[3], replace(OPEN, exited_at=NOW, outcome="EXITED"))
    await api.data("mutation($i: ID!) { deleteOrganisation(id: $i) { erased } }", i=ids[2])
    document = 'query($n: Int, $a: String) { stage(key: "onboarding") { occupants(first: $n, after: $a) { totalCount pageInfo { endCursor } edges { node { name } } } } }'
    page = (await api.data(document, n=1))["stage"]["occupants"]
    rest = (await api.data(document, n=9, a=page["pageInfo"]["endCursor"]))["stage"]["occupants"]
    assert page["totalCount"] == 2
    assert {edge["node"]["name"] for edge in page["edges"] + rest["edges"]} == {"acme", "bolt"}


HOURS = [10, 10, 10, 10, 10, 10, 10, 10, 7, 13]
"""Ten completions whose mean is ten hours."""


async def _paces(api: Api, graph: Graph, hours: list[float], stay: Stay) -> list[str]:
    """The paces of a stay's objectives beside others that took so many hours to complete the first one."""
    ids = await organisations(api, *(f"other{n}" for n in range(len(hours))), "mine")
    await saved(api, ONBOARDING, {"key": "first_project", "name": "First project", "criteria": "did 'Project Created'"})
    for id_, took in zip(ids[:-1], hours, strict=True):
        at = NOW - 50 * DAY
        await stayed(
            graph, id_, Stay("onboarding", 1, 1, at, achieved={"first_project": Achievement(at + int(took * HOUR))})
        )
    await stayed(graph, ids[-1], stay)
    found = (await api.data(PACES, by={"id": ids[-1]}))["organisation"]["stays"]["edges"][0]["node"]["objectives"]
    return [one["pace"] for one in found]


def _took(hours: float, version: int = 1) -> Stay:
    at = NOW - 40 * DAY
    achieved = {"first_project": Achievement(at + int(hours * HOUR))}
    return Stay("onboarding", 1, version, at, applicable=frozenset(achieved), achieved=achieved)


def _waiting(hours: float, *, exited_after: float | None = None) -> Stay:
    at = NOW - int(hours * HOUR)
    exited = None if exited_after is None else at + int(exited_after * HOUR)
    return Stay("onboarding", 1, 1, at, applicable=frozenset({"first_project"}), exited_at=exited)


PACE = {
    "faster": (HOURS, _took(7), "FASTER"),
    "typical": (HOURS, _took(8), "TYPICAL"),
    "slower": (HOURS, _took(17), "SLOWER"),
    "too few": (HOURS[:8], _took(7), "COMPLETED_TOO_FEW_TO_TELL"),
    "another version": (HOURS, _took(7, version=2), "COMPLETED_TOO_FEW_TO_TELL"),
    "pending": (HOURS, _waiting(20), "PENDING"),
    "overdue": (HOURS, _waiting(20.1), "OVERDUE"),
    "pending beside too few": (HOURS[:9], _waiting(900), "PENDING"),
    "out before it was overdue": (HOURS, _waiting(900, exited_after=5), "PENDING"),
}


@pytest.mark.parametrize(("hours", "stay", "pace"), PACE.values(), ids=PACE)
async def test_J11_pace(api: Api, graph: Graph, hours: list[float], stay: Stay, pace: str):
    assert await _paces(api, graph, hours, stay) == [pace]


async def test_J11_the_pace_is_that_of_the_rule(api: Api, graph: Graph):
    """Random stays of two versions, open and closed: the statement's paces are those of the pure function."""
    chance = random.Random(11)
    ids = await organisations(api, *(f"some{n}" for n in range(40)))
    await saved(api, ONBOARDING, {"key": "first_project", "name": "First project", "criteria": "did 'Project Created'"})
    stays = {id_: _random_stay(chance) for id_ in ids}
    for id_, stay in stays.items():
        await stayed(graph, id_, stay)
    took: dict[int, list[int]] = {1: [], 2: []}
    for stay in stays.values():
        done = stay.achieved.get("first_project")
        if done is not None and not done.instant:
            took[stay.version].append(done.at - stay.entered_at)
    found = await api.data(
        "{ organisations(first: 50) { edges { node { id stays { edges { node { objectives { pace } } } } } } } }"
    )
    paces = {
        edge["node"]["id"]: edge["node"]["stays"]["edges"][0]["node"]["objectives"][0]["pace"]
        for edge in found["organisations"]["edges"]
    }
    assert paces == {id_: pace("first_project", one, baseline(took[one.version]), NOW) for id_, one in stays.items()}
    assert len(set(paces.values())) >= 5


def _random_stay(chance: random.Random) -> Stay:
    entered = NOW - chance.randrange(1, 200) * HOUR
    done = Achievement(entered + chance.choice([1, 5, 10, 20, 40]) * HOUR // 2, instant=chance.random() < 0.1)
    achieved = {"first_project": done} if done.at <= NOW and chance.random() < 0.8 else {}
    exited = NOW if chance.random() < 0.3 else None
    version = 1 if chance.random() < 0.8 else 2
    return Stay(
        "onboarding", 1, version, entered, applicable=frozenset({"first_project"}), achieved=achieved, exited_at=exited
    )


async def test_J11_instant_completions_are_no_baseline(api: Api, graph: Graph):
    ids = await organisations(api, *(f"other{n}" for n in range(12)), "mine")
    await saved(api, ONBOARDING, {"key": "first_project", "name": "First project", "criteria": "did 'Project Created'"})
    for id_ in ids[:-1]:
        at_once = {"first_project": Achievement(NOW - DAY, instant=True)}
        await stayed(graph, id_, Stay("onboarding", 1, 1, NOW - DAY, achieved=at_once))
    await stayed(graph, ids[-1], _took(7))
    found = (await api.data(PACES, by={"id": ids[-1]}))["organisation"]["stays"]["edges"][0]["node"]["objectives"]
    assert [one["pace"] for one in found] == ["COMPLETED_TOO_FEW_TO_TELL"]


async def test_the_baseline_is_read_only_where_pace_is_selected(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    await stayed(graph, acme, OPEN)
    api.graph.statements.clear()
    await api.data(STANDING, by={"id": acme})
    await api.data(PACES, by={"id": acme})
    without, with_ = api.graph.statements
    assert ("avg(" in without, "avg(" in with_) == (False, True)


async def test_days_in_stage_follow_the_clock(api: Api, graph: Graph, clock: FixedClock):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    await stayed(graph, acme, replace(OPEN, entered_at=NOW - DAY))
    document = "query($i: ID!) { organisation(by: {id: $i}) { journey { daysInStage } } }"
    assert (await api.data(document, i=acme))["organisation"]["journey"] == [{"daysInStage": 1}]
    clock.advance(timedelta(hours=23, minutes=59))
    assert (await api.data(document, i=acme))["organisation"]["journey"] == [{"daysInStage": 1}]
    clock.advance(timedelta(minutes=1))
    assert (await api.data(document, i=acme))["organisation"]["journey"] == [{"daysInStage": 2}]
