"""Mutations through the real writer, and the selections of their payloads."""

from typing import Any

PEOPLE = "mutation($r: [PersonInput!]!) { upsertPeople(people: $r) { created updated unchanged ids rejected { index code message path } warnings { index code message path } } }"
MEMBERSHIPS = (
    "mutation($r: [MembershipInput!]!) { upsertMemberships(memberships: $r) { created ids rejected { index code } } }"
)
ANN = {
    "identities": [{"kind": "user_id", "value": "ann"}],
    "email": "Ann@Acme.test",
    "name": "Ann Lee",
    "attributes": {"Score": 7},
}
BOB = {"identities": [{"kind": "user_id", "value": "bob"}], "name": "Bob Ray"}


async def _people(api: Any, *rows: dict[str, Any]) -> list[str]:
    result = (await api.data(PEOPLE, r=list(rows)))["upsertPeople"]
    assert result["rejected"] == []
    return list(result["ids"])


async def test_f2_the_same_rows_twice_change_nothing_and_ids_align(api):
    first = (await api.data(PEOPLE, r=[ANN, BOB]))["upsertPeople"]
    again = (await api.data(PEOPLE, r=[ANN, BOB]))["upsertPeople"]
    assert (first["created"], again["created"], again["unchanged"]) == (2, 0, 2)
    assert first["ids"] == again["ids"]
    found = await api.data(
        "query($i: ID!) { node(id: $i) { ... on Person { name email attributes } } }", i=first["ids"][0]
    )
    assert found["node"] == {"name": "Ann Lee", "email": "ann@acme.test", "attributes": {"score": 7}}


async def test_f9_a_bad_row_is_reported_under_its_index_and_the_rest_written(api):
    rows = [ANN, {"identities": [{"kind": "user_id", "value": "null"}]}, {**BOB, "firstSeenAt": "2026-01-01T00:00:00"}]
    result = (await api.data(PEOPLE, r=rows))["upsertPeople"]
    assert [one["index"] for one in result["rejected"]] == [1]
    assert [(one["index"], one["code"], one["path"]) for one in result["warnings"]] == [
        (2, "NO_OFFSET", ["firstSeenAt"])
    ]
    assert result["ids"][0].startswith("p_")
    assert result["ids"][1] is None
    assert result["ids"][2].startswith("p_")
    assert all(one["message"] for one in (*result["rejected"], *result["warnings"]))
    listed = (await api.data("{ rejected { totalCount edges { node { code row } } } }"))["rejected"]
    assert listed["totalCount"] >= 1


async def test_the_whole_way_from_rows_to_nested_reads(api):
    await _people(api, ANN, BOB)
    created = await api.data(
        'mutation { upsertOrganisations(organisations: [{identities: [{kind: "organisation_id", value: "1"}], name: "Acme", domain: "acme.test", '
        "attributes: {arr: 1200}}]) { created ids rejected { message } } }"
    )
    organisation = created["upsertOrganisations"]["ids"][0]
    rows = [
        {"person": {"identity": {"kind": "user_id", "value": who}}, "organisation": {"id": organisation}, "role": role}
        for who, role in (("ann", "admin"), ("bob", "member"))
    ]
    assert (await api.data(MEMBERSHIPS, r=rows))["upsertMemberships"]["rejected"] == []
    event = {
        "name": "Login",
        "occurredAt": "2026-05-31T10:00:00+02:00",
        "person": {"email": "ann@acme.test"},
        "properties": {"Plan Tier": {"a": 1}},
    }
    tracked = await api.data(
        "mutation($e: [EventInput!]!) { trackEvents(events: $e) { created rejected { message } } }", e=[event]
    )
    assert tracked["trackEvents"] == {"created": 1, "rejected": []}
    api.graph.statements.clear()
    found = await api.data(
        """query($by: OrganisationRef!) { organisation(by: $by) {
             name attributes provenance { name source value }
             members: rollUp(of: {aggregation: COUNT}) admins: rollUp(of: {aggregation: COUNT, where: "role = 'admin'"})
             logins: rollUp(of: {aggregation: COUNT, source: EVENTS, eventName: "Login", windowDays: 7})
             memberships(where: "role = 'admin'", current: true) { totalCount edges { node { role current
               person { name events { edges { node { name occurredAt properties organisation { name } } } } } } } } } }""",
        by={"domain": "ACME.test"},
    )
    assert len(api.graph.statements) == 1
    membership = found["organisation"]["memberships"]["edges"][0]["node"]
    assert found["organisation"]["attributes"] == {"arr": 1200}
    assert {"name": "arr", "source": "api", "value": 1200} in found["organisation"]["provenance"]
    assert [found["organisation"][k] for k in ("members", "admins", "logins")] == [2, 1, 1]
    assert found["organisation"]["memberships"]["totalCount"] == 1
    assert membership["role"] == "admin"
    assert membership["person"]["events"]["edges"][0]["node"] == {
        "name": "Login",
        "occurredAt": "2026-05-31T08:00:00Z",
        "properties": {"plan_tier": {"a": 1}},
        "organisation": {"name": "Acme"},
    }


async def test_i4_a_merge_answers_with_the_survivor_as_selected_and_is_undone(api):
    ann, bob = await _people(api, ANN, BOB)
    document = "mutation($a: ID!, $b: ID!) { m: mergePeople(into: $a, from: $b) { __typename person { id who: name identities { kind value } } userErrors { code } } }"
    merged = (await api.data(document, a=ann, b=bob))["m"]
    assert merged["person"]["id"] == ann
    assert {"kind": "user_id", "value": "bob"} in merged["person"]["identities"]
    assert (await api.data("query($i: ID!) { node(id: $i) { id } people { totalCount } }", i=bob)) == {
        "node": {"id": ann},
        "people": {"totalCount": 1},
    }
    undone = await api.data(document.replace("mergePeople", "unmergePeople"), a=ann, b=bob)
    assert undone["m"]["userErrors"] == []
    assert (await api.data("{ people { totalCount } }"))["people"]["totalCount"] == 2


async def test_what_a_person_can_correct_is_data(api):
    found = await api.data(
        'mutation { mergePeople(into: "p_1", from: "p_2") { person { id } userErrors { code message field } } '
        'erasePerson(id: "p_none") { erased userErrors { code message } } '
        'setPrecedence(entity: "planet", attribute: "x", sources: ["a"]) { attribute { name } userErrors { code } } '
        'defineRollUp(rollUp: {name: "n", of: {aggregation: SUM}}) { attribute { name } userErrors { code message field } } }'
    )
    assert found["mergePeople"]["person"] is None
    assert found["erasePerson"]["erased"] is False
    for payload in found.values():
        assert payload["userErrors"], found
        assert payload["userErrors"][0]["code"]


async def test_a_roll_up_is_defined_and_listed(api):
    document = 'mutation { defineRollUp(rollUp: {name: "Member Count", of: {aggregation: COUNT}, description: "people"}) { attribute { name type origin description } userErrors { message } } }'
    assert (await api.data(document))["defineRollUp"] == {
        "attribute": {"name": "member_count", "type": "integer", "origin": "rolled_up", "description": "people"},
        "userErrors": [],
    }
    listed = (await api.data('{ attributes(entity: "organisation") { name origin } }'))["attributes"]
    assert {"name": "member_count", "origin": "rolled_up"} in listed


async def test_i8_an_erased_person_is_gone_from_lists(api):
    (ann,) = await _people(api, ANN)
    assert (await api.data("mutation($i: ID!) { erasePerson(id: $i) { erased userErrors { code } } }", i=ann))[
        "erasePerson"
    ]["erased"]
    assert (await api.data("{ people { totalCount } }"))["people"]["totalCount"] == 0
    again = (await api.data(PEOPLE, r=[ANN]))["upsertPeople"]
    assert again["rejected"][0]["code"] == "ERASED"


async def test_rejected_rows_are_replayed_after_a_fix(api):
    await api.data(PEOPLE, r=[{**ANN, "firstSeenAt": "yesterday"}])
    ids = [e["node"]["id"] for e in (await api.data("{ rejected { edges { node { id } } } }"))["rejected"]["edges"]]
    result = (
        await api.data(
            "mutation($i: [ID!]!) { replayRejected(ids: $i) { created ids rejected { code } warnings { code } } }",
            i=ids,
        )
    )["replayRejected"]
    assert len(result["ids"] or []) == len(ids)
    assert [one["code"] for one in result["warnings"]] == ["BAD_TIME"]
    assert (await api.data("{ rejected { totalCount } }"))["rejected"]["totalCount"] == len(ids)


async def test_v2_what_a_public_key_tells_is_marked_so(graph, writer, clock, tmp_path):
    from api.app import ApiSettings, create_app
    from api.keys import create
    from tests.api.conftest import client_of

    keys = tmp_path / "keys.json"
    secret, _ = create(keys, "site", ["track"], clock, public=True)
    app = create_app(graph, writer, None, clock, ApiSettings(keys=keys))
    event = '{name: "Seen", occurredAt: "2026-05-31T10:00:00Z", source: "hand", person: {identity: {kind: "anonymous_id", value: "a1b2c3"}}}'
    async with client_of(app, authorization=f"Bearer {secret}") as client:
        answer = await client.post(
            "/graphql", json={"query": "mutation { trackEvents(events: [" + event + "]) { created } }"}
        )
    assert answer.json()["data"]["trackEvents"]["created"] == 1
    rows = await graph.query("MATCH (e:Event) RETURN e.source AS source", {})
    assert rows == [{"source": "public:site"}]


async def test_questions_are_listed_and_answered(filled):
    found = await filled.data("{ questions { name title parameters cypher } dataQuality { people } }")
    assert {"people_in_several_organisations", "which_users"} <= {one["name"] for one in found["questions"]}
    table = (
        await filled.data(
            '{ answer(question: "people_in_several_organisations", parameters: {limit: 3}) { columns rows truncated __typename } }'
        )
    )["answer"]
    assert len(table["rows"]) == 3
    assert table["truncated"] is True
    assert all(len(row) == len(table["columns"]) for row in table["rows"])


async def test_introspection_beside_data(filled):
    found = await filled.data(
        '{ __schema { queryType { name } } t: __type(name: "PersonRef") { name isOneOf } people { totalCount } }'
    )
    assert found["__schema"] == {"queryType": {"name": "Query"}}
    assert found["t"] == {"name": "PersonRef", "isOneOf": True}
    assert found["people"]["totalCount"] > 0
