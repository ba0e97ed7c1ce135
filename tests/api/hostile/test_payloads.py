"""Payloads of mutations read only what the key may read, and nothing is changed that cannot be answered."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api
from tests.api.hostile.clients import client_with_key

STAGE = 'stage: {key: "s", name: "S", entry: "name has any value", exit: {mode: ONGOING}}'
PEEKS = {
    "define": [
        f"saveStage({STAGE}) {{ stage {{ preview {{ sample {{ name }} }} }} }}",
        f"saveStage({STAGE}) {{ stage {{ key }} }}",
        f"saveStage({STAGE}) {{ change {{ entering {{ sample {{ name members: memberships {{ totalCount }} }} }} }} }}",
        'setStageStatus(stage: "s", status: LIVE) { ...on StagePayload { stage { occupants { totalCount } } } }',
        'saveJourney(journey: {key: "customer"}) { journey { stages { key } } }',
        'saveObjective(stage: "s", objective: {key: "k", name: "n"}) { objective { key } }',
        'defineRollUp(rollUp: {name: "n", of: {aggregation: COUNT}}) { attribute { name } }',
        'setPrecedence(entity: "person", attribute: "score", sources: ["a"]) { attribute { name } }',
    ],
    "write": [
        'mergePeople(from: "p_001", into: "p_002") { person { email } }',
        'unmergePeople(from: "p_001", into: "p_002") { person { email } }',
        'mergeOrganisations(from: "o_001", into: "o_002") { organisation { name } }',
        'putInStage(organisation: "o_001", stage: "s") { stay { id } }',
        'takeOutOfStage(organisation: "o_001", stage: "s") { stay { organisation { name } } }',
        'completeObjective(organisation: "o_001", objective: "k") { state { instant } }',
        'snoozeSignal(objective: "k", until: "2100-01-01T00:00:00Z") { objective { key } }',
    ],
}


@pytest.mark.parametrize("scope", PEEKS)
async def test_what_is_read_below_a_payload_needs_read_v1(filled: Api, service, keys_file, clock, scope):
    async with client_with_key(service, keys_file, clock, scope) as client:
        for field in PEEKS[scope]:
            response = await client.post("/graphql", json={"query": f"mutation {{ {field} }}"})
            (error,) = response.json()["errors"]
            assert (response.status_code, error["extensions"]["code"]) == (403, "FORBIDDEN"), field
            assert "`read`" in error["message"]
    (left,) = await filled.graph.query(
        "MATCH (p:Person {id: 'p_001'}) RETURN p.mergedInto AS into, COUNT { MATCH (s:Stage) } AS stages", {}
    )
    assert left == {"into": None, "stages": 0}, "nothing was changed"


async def test_what_a_mutation_says_itself_needs_no_read_v1(filled: Api, service, keys_file, clock):
    mutation = f"saveStage({STAGE}) {{ __typename warnings {{ code }} change {{ occupants entering {{ organisations }} }} userErrors {{ code message }} }}"
    async with client_with_key(service, keys_file, clock, "define") as client:
        answer = (await client.post("/graphql", json={"query": f"mutation {{ {mutation} }}"})).json()
    assert answer["data"]["saveStage"]["userErrors"] == []
    row = '[{identities: [{kind: "user_id", value: "new"}]}]'
    async with client_with_key(service, keys_file, clock, "write") as client:
        written = (
            f"mutation {{ upsertPeople(people: {row}) {{ created updated unchanged ids rejected {{ message }} }} }}"
        )
        assert (await client.post("/graphql", json={"query": written})).json()["data"]["upsertPeople"]["created"] == 1


async def test_a_payload_that_would_read_too_much_is_refused_before_anything_is_changed(filled: Api):
    much = "memberships(first: 200) { edges { node { events(first: 200) { edges { node { id } } } } } }"
    deep = f"organisation {{ memberships(first: 200) {{ edges {{ node {{ person {{ {much} }} }} }} }} }}"
    merge = f'mutation {{ mergeOrganisations(from: "o_001", into: "o_002") {{ {deep} }} }}'
    assert await filled.code(merge) == "TOO_COSTLY"
    assert (await filled.data('{ node(id: "o_001") { id } }'))["node"] == {"id": "o_001"}
