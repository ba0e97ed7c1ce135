"""Identifiers of real SDKs, sent through the endpoint into a graph, lose no person and split none (I6, I9, V2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api import keys
from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import Writer, open_writer
from tests.api.tracking.calls import client
from tests.graph.writer.company import CLOCK

Call = dict[str, Any]


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    opened = await open_writer(graph, CLOCK)
    yield opened
    await opened.close()


async def _send(writer: Writer, *calls: Call, ring: Path = Path("/no/such/keys.json"), key: str | None = None) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with client(writer, CLOCK, ring) as http:
        answer = await http.post("/v1/batch", json={"batch": list(calls)}, headers=headers)
    assert answer.status_code == 200, answer.text


async def _people(graph: Graph) -> list[list[str]]:
    statement = """MATCH (p:Person)-[:IDENTIFIED_BY]->(i:Identity) WITH p, i.key AS key ORDER BY key
    RETURN p.id AS id, collect(key) AS keys"""
    return sorted(row["keys"] for row in await graph.query(statement, {}))


async def _count(graph: Graph, pattern: str) -> int:
    return int((await graph.query(f"MATCH {pattern} RETURN count(*) AS n", {}))[0]["n"])


@pytest.mark.parametrize(
    "user", ["", " ", "undefined", "null", None, 0, -1, True, {}, ["u"], "x" * 513, "[object Object]"]
)
@pytest.mark.parametrize(
    "call",
    [
        {"type": "identify", "traits": {"plan": "pro"}},
        {"type": "group", "groupId": "acme"},
        {"type": "track", "event": "Viewed"},
        {"type": "page", "name": "Home"},
        {"type": "alias", "previousId": "web-1"},
    ],
    ids=lambda call: call["type"],
)
async def test_I6_a_user_id_that_identifies_nobody_leaves_the_call_to_the_anonymous_one(
    graph: Graph, writer: Writer, call: Call, user: Any
) -> None:
    await _send(writer, {"messageId": "m1", "userId": user, "anonymousId": "web-1", **call})
    assert await _people(graph) == [["anonymous_id:web-1"]]
    events = call["type"] in ("track", "page")
    assert await _count(graph, "(:Person)-[:PERFORMED]->(:Event)") == int(events)
    assert await _count(graph, "(:Person)-[:HAS_MEMBERSHIP]->(:Membership)") == int(call["type"] == "group")
    assert await check(graph) == []


async def test_I6_one_bad_email_among_good_identities_costs_the_email_alone(graph: Graph, writer: Writer) -> None:
    bad = {"ty3": "undefined", "ty8": "Tess <ty8@x.example>", "ty9": "a@b@c", "ty4": ""}
    calls = [{"type": "identify", "userId": id, "traits": {"email": email, "plan": "pro"}} for id, email in bad.items()]
    await _send(writer, *calls)
    assert await _people(graph) == [[f"user_id:{id}"] for id in sorted(bad)]
    assert await _count(graph, "(p:Person {plan: 'pro'})") == len(bad)
    assert await _count(graph, "(p:Person) WHERE p.email IS NOT NULL") == 0


async def test_I6_however_an_address_is_written_it_is_one_person(graph: Graph, writer: Writer) -> None:
    written = [
        "ann@bücher.example",
        "Ann@xn--bcher-kva.example\u200b",
        "mailto:ann@bu\u0308cher.example",
        "ANN@BÜCHER。example.",
    ]
    for place, email in enumerate(written):
        await _send(writer, {"type": "identify", "anonymousId": f"web-{place}", "traits": {"email": email}})
    assert len(await _people(graph)) == 1
    assert await _count(graph, "(p:Person {email: 'ann@xn--bcher-kva.example'})") == 1


async def test_I6_however_a_domain_is_written_it_is_one_organisation(graph: Graph, writer: Writer) -> None:
    for domain in ("bücher.example", "xn--bcher-kva.example", "https://www.BÜCHER.example/x", "bücher.example\u200b"):
        row = {"type": "organisation", "identities": [{"kind": "domain", "value": domain}], "source": "crm"}
        assert (await writer.submit([row])).rejected == []
    assert await _count(graph, "(:Organisation)") == 1


async def test_I9_an_alias_from_one_user_id_to_another_is_one_person_with_all_events(
    graph: Graph, writer: Writer
) -> None:
    await _send(
        writer,
        {"type": "identify", "userId": "kim@mail.example", "traits": {"plan": "pro"}, "messageId": "k1"},
        {"type": "track", "userId": "kim@mail.example", "event": "Signed Up", "messageId": "k2"},
    )
    await _send(
        writer,
        {"type": "alias", "previousId": "kim@mail.example", "userId": "usr_501", "messageId": "k3"},
        {"type": "track", "userId": "usr_501", "event": "Signed In", "messageId": "k4"},
    )
    await _send(writer, {"type": "track", "userId": "kim@mail.example", "event": "Late", "messageId": "k5"})
    assert await _people(graph) == [["anonymous_id:kim@mail.example", "user_id:kim@mail.example", "user_id:usr_501"]]
    assert await _count(graph, "(:Person {plan: 'pro'})-[:PERFORMED]->(:Event)") == 3
    assert await _count(graph, "(c:IdentityConflict)") == 0


async def test_V2_an_alias_by_a_public_key_joins_no_user_ids_and_is_shown(
    graph: Graph, writer: Writer, tmp_path: Path
) -> None:
    ring = tmp_path / "keys.json"
    secrets = {public: keys.create(ring, f"k{public}", ["track"], CLOCK, public=public)[0] for public in (True, False)}
    known = {"type": "identify", "userId": "kim@mail.example", "messageId": "k1"}
    alias = {"type": "alias", "previousId": "kim@mail.example", "userId": "usr_501", "messageId": "k3"}
    cookie = {"type": "alias", "previousId": "web-1", "userId": "usr_501", "messageId": "k6"}
    await _send(writer, known, ring=ring, key=secrets[False])
    await _send(writer, alias, cookie, ring=ring, key=secrets[True])
    assert [[key for key in keys if key.startswith("user_id")] for keys in await _people(graph)] == [
        ["user_id:usr_501"], ["user_id:kim@mail.example"],
    ]  # fmt: skip
    conflicts = await graph.query("MATCH (c:IdentityConflict) RETURN c.identities AS of", {})
    assert ["user_id:kim@mail.example", "user_id:usr_501"] in [sorted(row["of"]) for row in conflicts]
    await _send(writer, alias, ring=ring, key=secrets[False])
    assert len(await _people(graph)) == 1
    assert await _count(graph, "(c:IdentityConflict)") == 0
