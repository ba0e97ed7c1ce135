"""A key's facts carry the key's own source; naming another needs the scope `sources` (V1)."""

from __future__ import annotations

from typing import Any

import pytest

from api.keys import create
from tests.api.conftest import client_of

HUBSPOT = "the key 'web' may not name the source 'hubspot'"
INPUTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "upsertPeople": ("people", "PersonInput", {"identities": [{"kind": "email", "value": "a@b.test"}]}),
    "upsertOrganisations": (
        "organisations",
        "OrganisationInput",
        {"identities": [{"kind": "domain", "value": "b.test"}]},
    ),
    "upsertMemberships": (
        "memberships",
        "MembershipInput",
        {"person": {"email": "a@b.test"}, "organisation": {"domain": "b.test"}},
    ),
    "trackEvents": (
        "events",
        "EventInput",
        {"name": "Login", "occurredAt": "2026-03-01T00:00:00Z", "person": {"email": "a@b.test"}},
    ),
    "endMemberships": (
        "memberships",
        "EndMembershipInput",
        {"person": {"email": "a@b.test"}, "organisation": {"domain": "b.test"}, "until": "2026-03-02T00:00:00Z"},
    ),
}
KINDS = {
    "upsertPeople": "person",
    "upsertOrganisations": "organisation",
    "upsertMemberships": "membership",
    "trackEvents": "event",
    "endMemberships": "end_membership",
}


async def by_graphql(client, field, rows):
    argument, kind, _ = INPUTS[field]
    document = (
        f"mutation T($r: [{kind}!]!) {{ {field}({argument}: $r) {{ ids rejected {{ index code message path }} }} }}"
    )
    result = (await client.post("/graphql", json={"query": document, "variables": {"r": rows}})).json()
    assert "errors" not in result, result
    return result["data"][field]


async def by_load(client, field, rows):
    answer = await client.post("/facts", json={"rows": [{**row, "type": KINDS[field]} for row in rows]})
    return answer.json()


async def sources(graph):
    """Return all sources of records and events in the graph."""
    found = await graph.query(
        "MATCH (n) WHERE n.source IS NOT NULL AND NOT n:Rejected RETURN DISTINCT n.source AS source", {}
    )
    return {row["source"] for row in found}


@pytest.mark.parametrize("send", [by_graphql, by_load])
@pytest.mark.parametrize("field", INPUTS)
async def test_a_row_that_names_another_source_is_refused_alone_and_kept(service, graph, keys_file, clock, send, field):
    row = INPUTS[field][2]
    secret, _ = create(keys_file, "web", ["write", "read"], clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        result = await send(client, field, [{**row, "source": "hubspot"}, row, {**row, "source": "web"}])
        (refused,) = [each for each in result["rejected"] if each["code"] == "SOURCE_NOT_ALLOWED"]
        assert (refused["index"], refused["path"]) == (0, ["source"])
        assert HUBSPOT in refused["message"]
        assert "scope `sources`" in refused["message"]
        assert result["ids"][0] is None
    assert "hubspot" not in await sources(graph)
    (kept,) = await graph.query("MATCH (r:Rejected {code: 'SOURCE_NOT_ALLOWED'}) RETURN r.row AS row", {})
    assert "hubspot" in kept["row"]


async def test_what_was_refused_is_not_told_by_a_replay_either(service, graph, keys_file, clock):
    secret, _ = create(keys_file, "web", ["write"], clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        await by_graphql(client, "upsertPeople", [{**INPUTS["upsertPeople"][2], "source": "hubspot"}])
        (kept,) = await graph.query("MATCH (r:Rejected) RETURN r.id AS id", {})
        document = "mutation R($i: [ID!]!) { replayRejected(ids: $i) { created rejected { code } } }"
        result = (await client.post("/graphql", json={"query": document, "variables": {"i": [kept["id"]]}})).json()
        assert result["data"]["replayRejected"]["created"] == 0
    assert await graph.query("MATCH (p:Person) RETURN p.id", {}) == []


@pytest.mark.parametrize("scopes", [["write", "sources"], ["admin"]])
@pytest.mark.parametrize("send", [by_graphql, by_load])
async def test_with_the_scope_any_source_may_be_named(service, graph, keys_file, clock, scopes, send):
    secret, _ = create(keys_file, "web", scopes, clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        result = await send(client, "upsertPeople", [{**INPUTS["upsertPeople"][2], "source": "hubspot"}])
        assert result["rejected"] == []
    assert await sources(graph) == {"hubspot"}


@pytest.mark.parametrize("source", [None, ""])
async def test_a_keys_facts_carry_its_own_source(service, graph, keys_file, clock, source):
    secret, _ = create(keys_file, "back|end", ["write"], clock)
    row = INPUTS["upsertPeople"][2] | ({} if source is None else {"source": source})
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        assert (await by_graphql(client, "upsertPeople", [row]))["rejected"] == []
        assert (await by_load(client, "upsertPeople", [row]))["rejected"] == []
    assert await sources(graph) == {"back/end"}


async def test_a_key_that_tracks_names_no_other_source_either(service, graph, keys_file, clock):
    secret, _ = create(keys_file, "web", ["track"], clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        row = INPUTS["trackEvents"][2]
        result = await by_graphql(
            client, "trackEvents", [{**row, "source": "hubspot"}, {**row, "source": "public:web"}, row]
        )
        assert [each["code"] for each in result["rejected"]] == ["SOURCE_NOT_ALLOWED"] * 2
    assert await graph.query("MATCH (e:Event) RETURN e.source AS source", {}) == [{"source": "web"}]


async def test_without_keys_any_source_may_be_named(service, graph):
    async with client_of(service) as client:
        result = await by_graphql(client, "upsertPeople", [{**INPUTS["upsertPeople"][2], "source": "hubspot"}])
        assert result["rejected"] == []
    assert await sources(graph) == {"hubspot"}


async def test_a_public_key_is_given_nothing_but_tracking(service, keys_file, clock):
    secret, _ = create(keys_file, "page", ["track"], clock, public=True)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        for query in (
            "{ dataQuality { people } }",
            "{ __schema { types { name } } }",
            "mutation { replayRejected(ids: []) { created } }",
        ):
            answer = await client.post("/graphql", json={"query": query})
            assert answer.status_code == 403, query
        assert (await client.post("/facts", json={"rows": []})).status_code == 403
        for probe in ("/health", "/ready"):
            assert set((await client.get(probe)).json()) == {"status"}
        assert (await client.get("/metrics")).status_code == 403
