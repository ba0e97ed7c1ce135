"""Calculated attributes over GraphQL: definition, values, parts of scores, uses, history, removal."""

from __future__ import annotations

from graph.clock import FixedClock
from graph.engine import Graph
from graph.evaluation import Evaluator
from tests.api.conftest import Api

ORGANISATION = "mutation($r: [OrganisationInput!]!) { upsertOrganisations(organisations: $r) { ids } }"
DEFINE = """mutation($a: CalculatedInput!) { defineCalculated(attribute: $a) {
  attribute { name type origin formula score description } userErrors { code message field line column } } }"""
REMOVE = """mutation($n: String!) { removeAttribute(entity: "organisation", attribute: $n) {
  removed userErrors { code message field } } }"""
ACME = {
    "identities": [{"kind": "organisation_id", "value": "acme"}],
    "name": "Acme",
    "attributes": {"seats": 10, "seats_used": 9, "plan": "free"},
}
HEALTH = {
    "name": "health",
    "score": [
        {"name": "in use", "weight": 3, "criterion": "usage >= 0.5"},
        {"name": "paying", "criterion": "plan = 'pro'"},
    ],
}


async def test_one_is_defined_worked_out_explained_and_kept_while_in_use(api: Api, graph: Graph, clock: FixedClock):
    (acme,) = (await api.data(ORGANISATION, r=[ACME]))["upsertOrganisations"]["ids"]
    usage = {"name": "Usage", "formula": "seats_used / seats", "description": "How full it is."}
    assert (await api.data(DEFINE, a=usage))["defineCalculated"] == {
        "attribute": {
            "name": "usage",
            "type": "float",
            "origin": "calculated",
            "formula": "seats_used / seats",
            "score": None,
            "description": "How full it is.",
        },
        "userErrors": [],
    }
    defined = (await api.data(DEFINE, a=HEALTH))["defineCalculated"]
    rules = [HEALTH["score"][0], {"weight": 1, **HEALTH["score"][1]}]  # type: ignore[dict-item]
    assert defined["attribute"]["score"] == rules
    await Evaluator(graph, clock).evaluate_stale()
    query = """query($i: ID!) { organisation(by: {id: $i}) { attributes(names: ["usage", "health"]) }
      attributes(entity: "organisation") { name score }
      scoreParts(organisation: $i, attribute: "health") { name weight holds text }
      usage: attributeUses(entity: "organisation", attribute: "usage") { kind name part text __typename } }"""
    found = await api.data(query, i=acme)
    assert found["organisation"]["attributes"] == {"usage": 0.9, "health": 75.0}
    assert {"name": "health", "score": rules} in found["attributes"]
    parts = [(each["name"], each["weight"], each["holds"]) for each in found["scoreParts"]]
    assert parts == [("in use", 3, True), ("paying", 1, False)]
    assert "free" in found["scoreParts"][1]["text"]
    use = {"kind": "CALCULATED", "name": "health", "part": "rule in use", "text": "usage >= 0.5"}
    assert found["usage"] == [{**use, "__typename": "AttributeUse"}]
    kept = (await api.data(REMOVE, n="usage"))["removeAttribute"]
    assert (kept["removed"], kept["userErrors"][0]["code"]) == (False, "IN_USE")
    for name in ("health", "usage"):
        assert (await api.data(REMOVE, n=name))["removeAttribute"] == {"removed": True, "userErrors": []}
    listed = (await api.data('{ attributes(entity: "organisation") { name } }'))["attributes"]
    assert {each["name"] for each in listed}.isdisjoint({"health", "usage"})


async def test_C4_what_is_wrong_is_told_with_its_place(api: Api):
    await api.data(ORGANISATION, r=[ACME])
    wrong = {"name": "x", "score": [{"name": "a", "criterion": "seats >\n  'many'"}]}
    (error,) = (await api.data(DEFINE, a=wrong))["defineCalculated"]["userErrors"]
    assert (error["code"], error["field"], error["line"]) == ("INVALID_CRITERION", ["score", "0", "criterion"], 2)
    (error,) = (await api.data(DEFINE, a={"name": "x", "formula": "seat * 2"}))["defineCalculated"]["userErrors"]
    assert "seats" in error["message"]
    assert (error["field"], error["column"]) == (["formula"], 1)
    for name, code in (("seats", "NOT_REMOVABLE"), ("none", "UNKNOWN_ATTRIBUTE")):
        (error,) = (await api.data(REMOVE, n=name))["removeAttribute"]["userErrors"]
        assert (error["code"], error["field"]) == (code, ["attribute"])
    assert await api.code('{ scoreParts(organisation: "o_1", attribute: "none") { name } }') == "NOT_FOUND"
    assert (
        await api.code('{ attributeUses(entity: "organisation", attribute: "none") { name } }') == "UNKNOWN_ATTRIBUTE"
    )


async def test_AT18_what_an_attribute_was_then_is_answered(api: Api):
    rows = [{**ACME, "attributes": {"plan": plan}, "source": "crm", "observedAt": f"2026-01-{day}T00:00:00Z"}
            for plan, day in (("free", "03"), (None, "05"), ("pro", "09"))]  # fmt: skip
    (acme,) = {id for row in rows for id in (await api.data(ORGANISATION, r=[row]))["upsertOrganisations"]["ids"]}
    query = """query($of: ID!, $from: DateTime, $to: DateTime) {
      attributeHistory(entity: "organisation", of: $of, attribute: "Plan", from: $from, to: $to) {
        keptSince values { from until value source } } }"""
    found = (await api.data(query, of=acme))["attributeHistory"]
    assert [tuple(each.values()) for each in found["values"]] == [
        ("2026-01-03T00:00:00Z", "2026-01-05T00:00:00Z", "free", "crm"),
        ("2026-01-05T00:00:00Z", "2026-01-09T00:00:00Z", None, None),
        ("2026-01-09T00:00:00Z", None, "pro", "crm"),
    ]
    for instant, value in (
        ("2026-01-02T23:59:59Z", []),
        ("2026-01-04T00:00:00Z", ["free"]),
        ("2026-01-05T00:00:00Z", [None]),
    ):
        found = (await api.data(query, of=acme, **{"from": instant, "to": instant}))["attributeHistory"]
        assert [each["value"] for each in found["values"]] == value
    for entity, name, code in (("organisation", "last_seen_at", "NO_HISTORY"), ("tribe", "plan", "UNKNOWN_ENTITY")):
        wrong = f'{{ attributeHistory(entity: "{entity}", of: "{acme}", attribute: "{name}") {{ keptSince }} }}'
        assert await api.code(wrong) == code


FACTS = """mutation($p: [PersonInput!]!, $m: [MembershipInput!]!) {
  upsertPeople(people: $p) { ids } upsertMemberships(memberships: $m) { rejected { message } } }"""
ANN = {"identities": [{"kind": "email", "value": "ann@acme.test"}], "attributes": {"seats": 3}}
MEMBER = {
    "person": {"email": "ann@acme.test"},
    "organisation": {"identity": {"kind": "organisation_id", "value": "acme"}},
    "role": "admin",
}
LOGINS = """mutation { defineRollUp(rollUp: {name: "logins", entity: "person", of: {aggregation: COUNT, source: EVENTS}}) {
  attribute { entity name origin } userErrors { message } } }"""


async def test_people_and_memberships_have_them_too(api: Api, graph: Graph, clock: FixedClock):
    await api.data(ORGANISATION, r=[ACME])
    (ann,) = (await api.data(FACTS, p=[ANN], m=[MEMBER]))["upsertPeople"]["ids"]
    rolled_up = {"entity": "person", "name": "logins", "origin": "rolled_up"}
    assert (await api.data(LOGINS))["defineRollUp"] == {"attribute": rolled_up, "userErrors": []}
    double = {"name": "double", "entity": "person", "formula": "seats * 2 + logins"}
    fit = {"name": "fit", "entity": "membership", "score": [{"name": "leads", "criterion": "role = 'admin'"}]}
    for each in (double, fit):
        assert not (await api.data(DEFINE, a=each))["defineCalculated"]["userErrors"]
    await Evaluator(graph, clock).evaluate_stale()
    query = """query($i: ID!) { person(by: {id: $i}) { attributes(names: ["double", "logins"])
        memberships(where: "fit = 100 and double = 6") { edges { node { id attributes(names: ["fit"]) } } } }
      people(where: "double = 6 and in organisation (membership.fit = 100)", orderBy: {attribute: "double"}) { totalCount }
      attributeUses(entity: "person", attribute: "logins") { entity name part } }"""
    found = await api.data(query, i=ann)
    assert found["person"]["attributes"] == {"double": 6.0, "logins": 0}
    (membership,) = (edge["node"] for edge in found["person"]["memberships"]["edges"])
    assert membership["attributes"] == {"fit": 100.0}
    assert found["people"] == {"totalCount": 1}
    assert found["attributeUses"] == [{"entity": "person", "name": "double", "part": "formula"}]
    parts = 'query($m: ID, $p: ID) { scoreParts(membership: $m, person: $p, attribute: "fit") { name holds text } }'
    (part,) = (await api.data(parts, m=membership["id"]))["scoreParts"]
    assert (part["name"], part["holds"]) == ("leads", True)
    assert await api.code(parts, p=ann) == "NOT_FOUND"
    assert await api.code(parts, p=ann, m=membership["id"]) == "BAD_REFERENCE"
    (error,) = (await api.data(DEFINE, a={**double, "entity": "event"}))["defineCalculated"]["userErrors"]
    assert (error["code"], error["field"]) == ("UNKNOWN_ENTITY", ["entity"])
    remove = 'mutation { removeAttribute(entity: "membership", attribute: "fit") { removed } }'
    assert (await api.data(remove))["removeAttribute"] == {"removed": True}
