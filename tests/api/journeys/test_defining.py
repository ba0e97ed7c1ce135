"""Stages and objectives saved, changed, moved through their life over GraphQL (J5, J8, J9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.journeys.stages import (
    ADOPTION,
    ERRORS,
    OBJECTIVES,
    ONBOARDING,
    SAVE_OBJECTIVE,
    SAVE_STAGE,
    SET_STATUS,
    STAGE,
    journey,
    made_live,
    saved,
)

REMOVE = (
    "mutation($s: String!, $o: String!) { removeObjective(stage: $s, objective: $o) "
    f"{{ stage {{ objectives {{ key }} }} {ERRORS} }} }}"
)
SAVE_JOURNEY = (
    f"mutation($j: JourneyInput!) {{ saveJourney(journey: $j) {{ journey {{ key name exclusive }} {ERRORS} }} }}"
)
READ = (
    "query($k: String!) { stage(key: $k) { "
    + STAGE
    + " objectives { key name kind criteria manual appliesTo after } } }"
)


async def _stage(api: Api, key: str) -> Any:
    return (await api.data(READ, k=key))["stage"]


async def test_a_new_stage_is_a_draft_at_the_end_of_its_journey(api: Api):
    first, second = await saved(api, ONBOARDING), await saved(api, ADOPTION)
    assert first == {
        "key": "onboarding",
        "name": "Onboarding",
        "journey": {"key": "customer"},
        "description": None,
        "position": 1,
        "status": "DRAFT",
        "entry": "any member (role = 'admin')",
        "exit": {"mode": "ALL_OBJECTIVES_OR_AFTER_DAYS", "days": 30, "criteria": None, "completedWhen": None},
        "reentry": "NEVER",
        "reentryDays": None,
        "version": 1,
    }
    assert second["position"] == 2
    found = await api.data("{ journeys { key name exclusive stages { key position } } }")
    stages = [{"key": "onboarding", "position": 1}, {"key": "adoption", "position": 2}]
    assert found["journeys"] == [{"key": "customer", "name": "Customer", "exclusive": False, "stages": stages}]


async def test_an_absent_field_says_nothing_and_null_removes(api: Api):
    given = {**ONBOARDING, "journey": "pilot", "description": "The first month.", "position": 7}
    await saved(api, {**given, "reentry": {"mode": "AFTER_DAYS", "days": 90}})
    changed = await saved(api, ONBOARDING)
    assert (changed["description"], changed["position"], changed["reentryDays"]) == ("The first month.", 7, 90)
    assert [one["key"] for one in (await api.data("{ journeys { key stages { key } } }"))["journeys"]] == ["pilot"]
    changed = await saved(api, {**ONBOARDING, "description": None, "position": None, "reentry": None})
    assert (changed["description"], changed["position"], changed["reentry"]) == (None, 1, "NEVER")


async def test_absent_says_nothing_in_the_document_too(api: Api):
    await saved(api, ONBOARDING, OBJECTIVES[2])
    document = """mutation($criteria: Criteria, $kind: ObjectiveKind!) {
        a: saveObjective(stage: "onboarding", objective: {key: "big", name: "Large"}) { objective { name kind criteria } }
        b: saveObjective(stage: "onboarding", objective: {key: "big", name: "Huge", criteria: $criteria}) { objective { kind criteria } }
        c: saveObjective(stage: "onboarding", objective: {key: "big", name: "Huge", kind: $kind}) { objective { kind criteria } }
    }"""
    found = await api.data(document, kind="OBJECTIVE")
    criteria = OBJECTIVES[2]["criteria"]
    assert found["a"]["objective"] == {"name": "Large", "kind": "MARKER", "criteria": criteria}
    assert found["b"]["objective"] == {"kind": "MARKER", "criteria": criteria}
    assert found["c"]["objective"] == {"kind": "OBJECTIVE", "criteria": criteria}


async def test_objectives_are_kept_in_order_changed_in_place_and_removed(api: Api):
    await saved(api, ONBOARDING, *OBJECTIVES)
    await saved(api, ONBOARDING, {**OBJECTIVES[0], "name": "Project", "appliesTo": "any member (role = 'admin')"})
    found = (await _stage(api, "onboarding"))["objectives"]
    assert [one["name"] for one in found] == ["Project", "Kick-off call", "Big"]
    assert found[0]["appliesTo"] == "any member (role = 'admin')"
    assert found[1] == {
        "key": "kick_off",
        "name": "Kick-off call",
        "kind": "OBJECTIVE",
        "criteria": None,
        "manual": True,
        "appliesTo": None,
        "after": ["first_project"],
    }
    left = (await api.data(REMOVE, s="onboarding", o="big"))["removeObjective"]
    assert left == {"stage": {"objectives": [{"key": "first_project"}, {"key": "kick_off"}]}, "userErrors": []}


async def test_an_objective_that_was_removed_may_belong_to_another_stage(api: Api):
    await saved(api, ONBOARDING, *OBJECTIVES)
    await api.data(REMOVE, s="onboarding", o="big")
    await saved(api, ADOPTION, OBJECTIVES[2])
    assert [one["key"] for one in (await _stage(api, "adoption"))["objectives"]] == ["big"]
    await saved(api, ONBOARDING, {**OBJECTIVES[0], "name": "Project"})
    assert [one["key"] for one in (await _stage(api, "onboarding"))["objectives"]] == ["first_project", "kick_off"]
    assert [one["key"] for one in (await _stage(api, "adoption"))["objectives"]] == ["big"]


async def test_J9_a_change_of_a_live_stage_is_a_version(api: Api):
    await journey(api)
    assert (await saved(api, {**ONBOARDING, "description": "words only"}))["version"] == 1
    assert (await saved(api, {**ONBOARDING, "entry": "did 'Login'"}))["version"] == 2
    await saved(api, ONBOARDING, {"key": "second", "name": "Second", "criteria": "did 'Login'"})
    assert (await _stage(api, "onboarding"))["version"] == 4


async def test_a_stage_goes_through_its_life_and_no_further(api: Api):
    await saved(api, ADOPTION)
    for status in ("LIVE", "PAUSED", "LIVE", "ARCHIVED"):
        payload = (await api.data(SET_STATUS, k="adoption", t=status))["setStageStatus"]
        assert payload == {"stage": {"key": "adoption", "status": status, "version": 1}, "userErrors": []}
    payload = (await api.data(SET_STATUS, k="adoption", t="LIVE"))["setStageStatus"]
    assert (payload["stage"], payload["userErrors"][0]["code"]) == (None, "INVALID_STATUS")
    assert (await api.data(SAVE_STAGE, s=ADOPTION))["saveStage"]["userErrors"][0]["code"] == "ARCHIVED"


async def test_advice_stops_nothing(api: Api):
    await saved(api, ONBOARDING, OBJECTIVES[0])
    warnings = "warnings { code message field }"
    stage = {**ADOPTION, "entry": "last_completed_onboarding_stage has any value"}
    payload = (await api.data(SAVE_STAGE.replace("warnings { code }", warnings), s=stage))["saveStage"]
    (advice,) = payload["warnings"]
    assert (payload["stage"]["key"], advice["code"], advice["field"]) == ("adoption", "CHAIN_LEAVES_BEHIND", ["entry"])
    assert "last_left_onboarding_stage has any value" in advice["message"]
    for key, criteria, codes in (
        ("a", "name = 'x' and name = 'y'", ["OBJECTIVE_IMPOSSIBLE"]),
        ("b", "did 'Login'", []),
    ):
        objective = {"key": key, "name": key, "criteria": criteria}
        payload = (await api.data(SAVE_OBJECTIVE, s="adoption", o=objective))["saveObjective"]
        assert (payload["objective"]["key"], [one["code"] for one in payload["warnings"]]) == (key, codes)


async def test_a_journey_is_named_and_made_exclusive(api: Api):
    await saved(api, ONBOARDING)
    made = (await api.data(SAVE_JOURNEY, j={"key": "customer", "exclusive": True}))["saveJourney"]
    assert made == {"journey": {"key": "customer", "name": "Customer", "exclusive": True}, "userErrors": []}
    made = (await api.data(SAVE_JOURNEY, j={"key": "customer", "name": "Customers"}))["saveJourney"]
    assert made["journey"] == {"key": "customer", "name": "Customers", "exclusive": True}
    made = (await api.data(SAVE_JOURNEY, j={"key": "trial_users"}))["saveJourney"]
    assert made["journey"] == {"key": "trial_users", "name": "Trial users", "exclusive": False}
    for given, code, field in (
        ({"stages": ["onbording"]}, "NOT_FOUND", ["stage"]),
        ({"stages": ["onboarding", "onboarding"]}, "DUPLICATE", ["stages"]),
    ):
        made = (await api.data(SAVE_JOURNEY, j={"key": "customer", **given}))["saveJourney"]
        assert (made["journey"], made["userErrors"][0]["code"], made["userErrors"][0]["field"]) == (None, code, field)
    made = (await api.data(SAVE_JOURNEY, j={"key": "No Key"}))["saveJourney"]
    assert (made["journey"], made["userErrors"][0]["field"]) == (None, ["key"])


async def test_ST_13_the_stages_of_a_journey_are_put_in_order_and_the_others_follow(api: Api):
    for key in ("a", "b", "c", "d"):
        await saved(api, {**ADOPTION, "key": key, "journey": "pilot" if key == "d" else "customer"})
    document = SAVE_JOURNEY.replace("exclusive }", "exclusive stages { key position journey { key } } }")
    made = (await api.data(document, j={"key": "customer", "stages": ["d", "c"]}))["saveJourney"]
    places = [(one["key"], one["position"], one["journey"]["key"]) for one in made["journey"]["stages"]]
    assert places == [(key, i, "customer") for i, key in enumerate("dcab", 1)]
    assert (await api.data("{ journeys { key stages { key } } }"))["journeys"][1] == {"key": "pilot", "stages": []}


async def test_a_stage_there_is_not_is_null(api: Api):
    assert await api.data('{ stage(key: "nothing") { key } journeys { key } }') == {"stage": None, "journeys": []}


async def test_J10_what_a_stage_generates_is_in_the_catalogue_at_once(api: Api):
    await api.data("{ attributes { name } organisations { totalCount } }")
    await journey(api)
    where = "currently_member_of_onboarding_stage = true"
    assert (await api.data("query($w: Criteria) { organisations(where: $w) { totalCount } }", w=where))["organisations"]
    listed = (await api.data('{ attributes(entity: "organisation") { name type origin category } }'))["attributes"]
    assert {
        "name": "last_completion_of_first_project_objective",
        "type": "datetime",
        "origin": "generated",
        "category": "stage Onboarding",
    } in listed


WRONG = {
    "a criterion's syntax": ({**ONBOARDING, "entry": "arr >"}, "INVALID_CRITERION", ["entry"]),
    "a criterion's name": (
        {**ONBOARDING, "exit": {"mode": "CRITERIA", "criteria": "nothing = 1"}},
        "INVALID_CRITERION",
        ["exit", "criteria"],
    ),
    "no days": ({**ONBOARDING, "exit": {"mode": "AFTER_DAYS", "days": 0}}, "INVALID_DAYS", ["exit", "days"]),
    "days too many": ({**ONBOARDING, "reentry": {"mode": "ALWAYS", "days": 3}}, "INVALID_DAYS", ["reentry", "days"]),
    "a key": ({**ONBOARDING, "key": "Big One"}, "INVALID_KEY", ["key"]),
    "a journey's key": ({**ONBOARDING, "journey": "My journey"}, "INVALID_KEY", ["journey"]),
    "a name": ({**ONBOARDING, "name": " "}, "INVALID_NAME", ["name"]),
    "a stage there is not": (
        {**ONBOARDING, "entry": "last_left_trial_stage has any value"},
        "INVALID_CRITERION",
        ["entry"],
    ),
    "itself": (
        {**ONBOARDING, "entry": "currently_member_of_onboarding_stage = true"},
        "DEPENDS_ON_ITSELF",
        ["entry"],
    ),
}


@pytest.mark.parametrize(("stage", "code", "field"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_with_a_stage_is_data(api: Api, stage: dict[str, Any], code: str, field: list[str]):
    payload = (await api.data(SAVE_STAGE, s=stage))["saveStage"]
    (error,) = payload["userErrors"]
    assert (payload["stage"], payload["warnings"]) == (None, [])
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert (error["line"] is not None) == (code == "INVALID_CRITERION")
    assert await _stage(api, stage["key"]) is None


async def test_C4_a_criterions_mistake_says_line_and_column(api: Api):
    payload = (await api.data(SAVE_STAGE, s={**ONBOARDING, "entry": "did 'Login' and\n nme = 'Acme'"}))["saveStage"]
    (error,) = payload["userErrors"]
    assert (error["line"], error["column"]) == (2, 2)
    assert "name" in error["message"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("last_completed_onbording_stage has any value", ["no stage 'onbording'", "`last_completed_onboarding_stage`"]),
        ("last_left_trial_stage has any value", ["no stage 'trial'", "(there are: adoption, onboarding)"]),
        (
            "last_completion_of_frst_project_objective has any value",
            ["no objective", "`last_completion_of_first_project"],
        ),
    ],
)
async def test_C4_a_criterion_that_names_no_stage_is_told_which_there_are(api: Api, entry: str, words: list[str]):
    await saved(api, ONBOARDING, OBJECTIVES[0])
    payload = (await api.data(SAVE_STAGE, s={**ADOPTION, "entry": entry}))["saveStage"]
    (error,) = payload["userErrors"]
    assert (error["code"], error["field"], error["column"]) == ("INVALID_CRITERION", ["entry"], 1)
    for each in words:
        assert each in error["message"]


async def test_a_stage_that_depends_on_itself_by_what_is_calculated_is_refused_with_the_way(api: Api):
    await saved(api, ONBOARDING)
    rules = [{"name": "in", "weight": 1, "criterion": "currently_member_of_onboarding_stage = true"}]
    define = "mutation($a: CalculatedInput!) { defineCalculated(attribute: $a) { userErrors { message } } }"
    for calculated in ({"name": "health", "score": rules}, {"name": "doubled", "formula": "health * 2"}):
        assert (await api.data(define, a=calculated))["defineCalculated"]["userErrors"] == []
    payload = (await api.data(SAVE_STAGE, s={**ONBOARDING, "entry": "doubled > 50"}))["saveStage"]
    (error,) = payload["userErrors"]
    assert (error["code"], error["field"]) == ("DEPENDS_ON_ITSELF", ["entry"])
    assert "which 'health' reads, which 'doubled' reads, is what this stage itself says" in error["message"]
    await saved(api, {**ADOPTION, "entry": "doubled > 50"})


async def test_what_is_calculated_may_not_come_to_read_a_stage_or_objective_that_reads_it(api: Api):
    await saved(api, ONBOARDING, OBJECTIVES[0])
    define = "mutation($a: CalculatedInput!) { defineCalculated(attribute: $a) { userErrors { code message field } } }"

    async def mistakes_with(calculated: dict[str, Any]) -> Any:
        return (await api.data(define, a=calculated))["defineCalculated"]["userErrors"]

    for calculated in ({"name": "health", "formula": "1 + 1"}, {"name": "doubled", "formula": "health * 2"}):
        assert await mistakes_with(calculated) == []
    await saved(api, {**ONBOARDING, "entry": "doubled > 1"})
    by_objective = {"key": "healthy", "name": "Healthy", "criteria": "health > 1"}
    await saved(api, ADOPTION, by_objective)
    for read, who in (
        ("currently_member_of_onboarding_stage = true", "stage 'onboarding'"),
        ("last_completion_of_healthy_objective has any value", "objective 'healthy'"),
    ):
        (error,) = await mistakes_with({"name": "health", "score": [{"name": "in", "weight": 1, "criterion": read}]})
        assert (error["code"], error["field"]) == ("DEPENDS_ON_ITSELF", ["score"])
        assert f"is what {who} says" in error["message"]
    # What it does not read back may be read.
    rules = [{"name": "in", "weight": 1, "criterion": "currently_member_of_adoption_stage = true"}]
    assert await mistakes_with({"name": "health", "score": rules}) == []


async def test_what_is_wrong_with_an_objective_is_data(api: Api):
    await saved(api, ONBOARDING, *OBJECTIVES)
    await saved(api, ADOPTION)
    for stage, objective, code in (
        ("onbording", OBJECTIVES[0], "NOT_FOUND"),
        ("adoption", OBJECTIVES[0], "KEY_TAKEN"),
        ("onboarding", {"key": "both", "name": "Both", "manual": True, "criteria": "did 'Login'"}, "INVALID_OBJECTIVE"),
        ("onboarding", {"key": "none", "name": "None"}, "INVALID_OBJECTIVE"),
        ("onboarding", {**OBJECTIVES[1], "after": ["nothing"]}, "NOT_FOUND"),
        ("onboarding", {**OBJECTIVES[0], "criteria": "did"}, "INVALID_CRITERION"),
    ):
        payload = (await api.data(SAVE_OBJECTIVE, s=stage, o=objective))["saveObjective"]
        assert (payload["objective"], payload["userErrors"][0]["code"]) == (None, code), objective
    payload = (await api.data(REMOVE, s="onboarding", o="frst_project"))["removeObjective"]
    assert "first_project" in payload["userErrors"][0]["message"]


async def test_J5_a_stage_that_nobody_would_leave_does_not_go_live(api: Api):
    await saved(api, {**ONBOARDING, "exit": {"mode": "ALL_OBJECTIVES"}}, OBJECTIVES[2])
    payload = (await api.data(SET_STATUS, k="onboarding", t="LIVE"))["setStageStatus"]
    assert payload["userErrors"][0]["code"] == "NO_OBJECTIVES"
    await saved(api, {**ONBOARDING, "exit": {"mode": "ALL_OBJECTIVES"}}, OBJECTIVES[0])
    await made_live(api, "onboarding")
