"""In a GraphQL body that is not JSON as a whole, valid rows are written and each unreadable row is rejected alone (F9)."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests.api.conftest import Api

REFUSALS = "{ created ids rejected { index code message path } warnings { index code path } }"
EVENTS = f"mutation ($rows: [EventInput!]!) {{ trackEvents(events: $rows) {REFUSALS} }}"
PEOPLE = f"mutation ($rows: [PersonInput!]!) {{ upsertPeople(people: $rows) {REFUSALS} }}"
BROKEN = [b'"a\tb"', b"NaN", rb'"\x41"', b'"\xff"', b"1e400", b""]


def event(n: int) -> dict[str, Any]:
    person = {"identity": {"kind": "user_id", "value": f"u{n}"}}
    return {
        "name": "E",
        "id": f"e{n}",
        "occurredAt": "2026-05-01T00:00:00Z",
        "person": person,
        "properties": {"a": "HERE"},
    }


def body(document: str, rows: list[Any], written: bytes, place: int = 1) -> bytes:
    """Return a request in whose row at `place` the value is this text."""
    parts = json.dumps({"query": document, "variables": {"rows": rows}}).encode().split(b'"HERE"')
    parts[: place + 1] = [b'"ok"'.join(parts[: place + 1])]
    return parts[0] + written + b'"ok"'.join(parts[1:])


async def post(api: Api, content: bytes) -> httpx2.Response:
    return await api.client.post("/graphql", content=content, headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    ("written", "read"),
    [(rb'"cut \ud83d"', "cut \ufffd"), (rb'"\ud83d\ude00"', "\U0001f600"), (b'"\xed\xa0\xbd"', "\ufffd")],
)
async def test_half_a_character_is_a_replacement_character(api: Api, written: bytes, read: str):
    answer = (await post(api, body(EVENTS, [event(n) for n in range(3)], written))).json()["data"]["trackEvents"]
    assert (answer["created"], answer["rejected"], answer["warnings"]) == (3, [], [])
    found = await api.data('{ events(filter: {names: ["E"]}, first: 5) { edges { node { properties } } } }')
    assert sorted(each["node"]["properties"]["a"] for each in found["events"]["edges"]) == sorted(["ok", "ok", read])


@pytest.mark.parametrize("written", BROKEN)
async def test_a_row_that_is_no_json_is_refused_alone_in_its_place_and_kept(api: Api, written: bytes):
    answer = (await post(api, body(EVENTS, [event(n) for n in range(3)], written))).json()["data"]["trackEvents"]
    assert (answer["created"], [id is None for id in answer["ids"]]) == (2, [False, True, False])
    (refused,) = answer["rejected"]
    assert (refused["index"], refused["code"], refused["path"][:1]) == (1, "BAD_JSON", ["properties"])
    assert "codec" not in refused["message"]
    kept = (await api.data("{ rejected(first: 5) { edges { node { code row } } } }"))["rejected"]["edges"]
    assert [(one["node"]["code"], '"e1"' in one["node"]["row"]["row"]) for one in kept] == [("BAD_JSON", True)]


@pytest.mark.parametrize(
    ("kind", "field", "argument", "row"),
    [
        ("PersonInput", "upsertPeople", "people", {"identities": [{"kind": "user_id", "value": "HERE"}]}),
        (
            "OrganisationInput",
            "upsertOrganisations",
            "organisations",
            {"identities": [{"kind": "domain", "value": "HERE"}]},
        ),
        (
            "MembershipInput",
            "upsertMemberships",
            "memberships",
            {"person": {"id": "HERE"}, "organisation": {"id": "o"}},
        ),
        (
            "EndMembershipInput",
            "endMemberships",
            "memberships",
            {"person": {"id": "HERE"}, "organisation": {"id": "o"}},
        ),
        ("EventInput", "trackEvents", "events", {"name": "HERE"}),
    ],
)
async def test_every_kind_of_row_may_be_unreadable(api: Api, kind: str, field: str, argument: str, row: dict[str, Any]):
    document = f"mutation ($rows: [{kind}!]!) {{ {field}({argument}: $rows) {REFUSALS} }}"
    answer = (await post(api, body(document, [row], b"NaN", 0))).json()
    assert [one["code"] for one in answer["data"][field]["rejected"]] == ["BAD_JSON"], answer


async def test_a_body_with_a_mark_or_in_utf_16_is_read(api: Api):
    text = json.dumps({"query": "{ __typename }"})
    for encoding in ("utf-8-sig", "utf-16"):
        assert (await post(api, text.encode(encoding))).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "content",
    [
        b'{"query": "{ __typename }"',
        b'{"query": "{ a\tb }"}',
        b'{"query": "{ __typename }", "variables": {"a": NaN}}',
        b'{"query": "{ __typename }", "variables": {"a": {"b": [{"c": NaN}]}}}',
        b'{"query": "{ __typename }"} {"query": "{ __typename }"}',
        b"{" * 100_000,
        b"\xff\xfe\xff",
    ],
)
async def test_a_request_that_cannot_be_read_is_refused_as_a_whole(api: Api, content: bytes):
    answer = await post(api, content)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "INVALID_JSON")
    assert "codec" not in error["message"]


async def test_what_is_unreadable_in_a_variable_that_holds_no_rows_is_refused(api: Api):
    lists = b'{"query": "query ($n: [String!]) { events(filter: {names: $n}, first: 1) { totalCount } }", "variables": {"n": ["a", NaN]}}'
    row = b'[{"x": NaN}]}}'
    value = json.dumps(
        {"query": f"mutation ($a: JSON) {{ upsertPeople(people: [{{identities: [], attributes: $a}}]) {REFUSALS} }}"}
    )
    for content in (lists, value[:-1].encode() + b', "variables": {"a": ' + row):
        answer = (await post(api, content)).json()
        assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_VARIABLES"], answer


async def test_a_row_of_a_batch_keeps_its_own_source_beside_an_unreadable_one(api: Api):
    rows = [
        {"identities": [{"kind": "user_id", "value": f"u{n}"}], "source": "crm", "attributes": {"a": "HERE"}}
        for n in range(2)
    ]
    answer = (await post(api, body(PEOPLE, rows, b"NaN", 0))).json()["data"]["upsertPeople"]
    assert (answer["created"], [one["index"] for one in answer["rejected"]]) == (1, [0])


@pytest.mark.parametrize("type_", ["[PersonInput!]!", "JSON"])
async def test_a_list_too_long_for_any_request_is_counted_and_not_read(api: Api, type_: str):
    document = {
        "[PersonInput!]!": "mutation ($rows: [PersonInput!]!) { upsertPeople(people: $rows) { created } }",
        "JSON": 'query ($rows: JSON) { answer(question: "q", parameters: $rows) { columns } }',
    }[type_]
    written = b'{"query": %s, "variables": {"rows": [%s1]}}' % (json.dumps(document).encode(), b"NaN," * 200_000)
    (error,) = (await post(api, written)).json()["errors"]
    assert error["extensions"]["asked"] == 200_001
    assert error["extensions"]["code"] in ("TOO_MANY_ROWS", "TOO_MANY_VALUES")
