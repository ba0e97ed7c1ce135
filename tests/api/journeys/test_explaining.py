"""Why an organisation is where it is, over GraphQL, beside whatever else is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.engine import Graph
from graph.journey.decisions.stay import Achievement, Stay
from tests.api.conftest import Api
from tests.api.journeys.stages import DAY, NOW, journey, organisations, stayed

TREE = "holds text tree { parent clause holds unknown actual flipsAt }"
STAGE = f"query($i: ID!, $s: String!) {{ explainStage(organisation: $i, stage: $s) {{ {TREE} }} }}"
OBJECTIVE = f"query($i: ID!, $o: String!) {{ explainObjective(organisation: $i, objective: $o) {{ {TREE} }} }}"
OPEN = Stay("onboarding", 1, 1, NOW - DAY, applicable=frozenset({"first_project", "kick_off"}))


async def test_a_stage_is_explained_down_to_the_values_met(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    person = 'person: {email: "ann@acme.test"}, organisation: {domain: "acme.test"}'
    await api.data(f'mutation {{ upsertMemberships(memberships: [{{{person}, role: "admin"}}]) {{ created }} }}')
    await stayed(graph, acme, OPEN)
    found = (await api.data(STAGE, i=acme, s="onboarding"))["explainStage"]
    assert found["holds"] is True
    assert "In Onboarding since 2026-05-31 12:00 UTC" in found["text"]
    assert found["tree"][0]["clause"] == "any member (role = 'admin')"
    assert found["tree"][0]["actual"]["holds_for"] == 1
    assert [(one["parent"], one["holds"]) for one in found["tree"]] == [(None, True), (0, True)]
    found = (await api.data(STAGE, i=acme, s="adoption"))["explainStage"]
    assert (found["holds"], found["tree"][0]["actual"]) == (False, 0)
    assert "Never in Adoption" in found["text"]


async def test_an_objective_is_explained(api: Api, graph: Graph):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    await stayed(graph, acme, replace(OPEN, achieved={"first_project": Achievement(NOW, out_of_order=True)}))
    found = (await api.data(OBJECTIVE, i=acme, o="first_project"))["explainObjective"]
    assert (found["holds"], found["tree"][0]["holds"]) == (True, False), "complete, though it does not hold now"
    found = (await api.data(OBJECTIVE, i=acme, o="kick_off"))["explainObjective"]
    assert (found["holds"], found["tree"][0]["clause"]) == (False, "ticked by hand")


async def test_fragments_aliases_and_other_fields_beside_it(api: Api):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    document = """query($i: ID!) {
        why: explainStage(organisation: $i, stage: "adoption") { __typename yes: holds tree { ...Node } }
        organisations { totalCount }
    }
    fragment Node on ExplanationNode { __typename what: clause up: parent }"""
    found = await api.data(document, i=acme)
    node = {"__typename": "ExplanationNode", "what": "did 'Login' at least 3 times", "up": None}
    assert found == {
        "why": {"__typename": "Explanation", "yes": False, "tree": [node]},
        "organisations": {"totalCount": 1},
    }


async def test_C5_a_clause_says_when_time_flips_it(api: Api):
    await organisations(api, "acme")
    stage = '{key: "fresh", name: "Fresh", entry: "first_seen_date within last 30 days", exit: {mode: ONGOING}}'
    await api.data(f"mutation {{ saveStage(stage: {stage}) {{ userErrors {{ code }} }} }}")
    rows = '[{identities: [{kind: "domain", value: "acme.test"}], firstSeenAt: "2026-05-30T00:00:00Z"}]'
    await api.data(f"mutation {{ upsertOrganisations(organisations: {rows}) {{ ids }} }}")
    acme = (await api.data('{ organisation(by: {domain: "acme.test"}) { id } }'))["organisation"]["id"]
    found = (await api.data(STAGE, i=acme, s="fresh"))["explainStage"]["tree"][0]
    assert found["flipsAt"].startswith("2026-06-29T00:00:00")
    assert found["actual"] == "2026-05-30T00:00:00Z"


@pytest.mark.parametrize(
    ("document", "names", "nearest"),
    [(STAGE, {"s": "onbording"}, "onboarding"), (OBJECTIVE, {"o": "first_projct"}, "first_project")],
)
async def test_what_there_is_not_is_told_with_the_nearest_name(
    api: Api, document: str, names: dict[str, str], nearest: str
):
    (acme,) = await organisations(api, "acme")
    await journey(api)
    error = await api.error(document, i=acme, **names)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert nearest in error["message"]


async def test_an_organisation_there_is_not_is_told(api: Api):
    await journey(api)
    error = await api.error(STAGE, i="o_nobody", s="onboarding")
    assert (error["extensions"], error["path"]) == ({"code": "NOT_FOUND", "field": "organisation"}, ["explainStage"])
