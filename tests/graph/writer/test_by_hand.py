"""Changes by hand: merge and unmerge, erasure, deletion, replay, precedence (I4, I8, F9, F4)."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest

from graph.engine import Graph
from graph.errors import UserMistake
from graph.schema.doctor import check
from graph.writer import Writer
from tests.graph.writer.company import CLOCK, Row, event, membership, organisation, person
from tests.graph.writer.portrait import portrait

ANN, BOB, ACME, BETA = "user_id:ann", "user_id:bob", "organisation_id:acme", "organisation_id:beta"
FACTS = [
    person(ANN, "email:ann@x.test", name="Ann", attributes={"plan": "pro"}, source="crm"),
    person(BOB, "email:bob@x.test", name="Bob", attributes={"plan": "free"}, source="app"),
    organisation(ACME, name="Acme"),
    organisation(BETA, name="Beta", parent={"kind": "organisation_id", "value": "acme"}),
    membership(ANN, ACME, role="admin", since="2026-01-01"),
    membership(BOB, ACME, role="buyer", since="2026-03-01", until="2026-06-01"),
    membership(BOB, BETA, role="owner", primary=True),
    event("Login", "2026-04-01T10:00:00Z", ANN),
    event("Login", "2026-04-01T11:00:00Z", BOB),
    event("Login", "2026-08-01T11:00:00Z", BOB),
    event("Invited", "2026-08-02T11:00:00Z", BOB, ACME),
    event("Trial Started", "2026-01-01T11:00:00Z", None, BETA),
]


@pytest.fixture
def facts() -> list[Row]:
    return FACTS


async def _id(writer: Writer, row: dict[str, Any]) -> str:
    return str((await writer.submit([row])).ids[0])


async def _value(graph: Graph, statement: str, **parameters: Any) -> Any:
    return next(iter((await graph.query(statement, parameters))[0].values()))


async def test_I4_merging_people_loses_no_membership_event_or_value(graph: Graph, writer: Writer) -> None:
    ann, bob = await _id(writer, person(ANN)), await _id(writer, person(BOB))
    assert await writer.merge("person", ann, bob) == ann
    assert await check(graph) == []
    memberships = (
        "MATCH (:Person {id: $id})-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->(o) RETURN count(DISTINCT o) AS n"
    )
    assert await _value(graph, memberships, id=ann) == 2
    events = "MATCH (:Person {id: $id})-[:HAS_MEMBERSHIP|PERFORMED*1..2]->(e:Event) RETURN count(DISTINCT e) AS n"
    assert await _value(graph, events, id=ann) == 4
    assert await _id(writer, person(BOB)) == ann
    resolved = await writer.submit(
        [{"type": "event", "name": "Login", "occurredAt": "2026-09-01", "person": {"id": bob}}]
    )
    assert resolved.created == 1


async def test_I4_merging_then_unmerging_people_gives_the_same_graph_back(graph: Graph, writer: Writer) -> None:
    ann, bob = await _id(writer, person(ANN)), await _id(writer, person(BOB))
    before = await portrait(graph)
    await writer.merge("person", ann, bob)
    assert await portrait(graph) != before
    await writer.unmerge("person", ann, bob)
    assert _without_marks(await portrait(graph)) == _without_marks(before)
    assert await check(graph) == []
    assert await _id(writer, person(BOB)) == bob


async def test_I4_merging_then_unmerging_organisations_gives_the_same_graph_back(graph: Graph, writer: Writer) -> None:
    acme, beta = await _id(writer, organisation(ACME)), await _id(writer, organisation(BETA))
    before = await portrait(graph)
    assert await writer.merge("organisation", acme, beta) == acme
    assert await check(graph) == []
    assert await _id(writer, organisation(BETA)) == acme
    await writer.unmerge("organisation", acme, beta)
    assert _without_marks(await portrait(graph)) == _without_marks(before)
    assert await check(graph) == []


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("person", person(BOB), person(ANN)), ("organisation", organisation(BETA), organisation(ACME))],
    ids=["person", "organisation"],
)
async def test_I4_whose_identity_is_the_stronger_comes_back_as_themselves_too(
    graph: Graph, writer: Writer, kind: Literal["person", "organisation"], one: dict[str, Any], other: dict[str, Any]
) -> None:
    stays, goes = await _id(writer, one), await _id(writer, other)
    await writer.merge(kind, stays, goes)
    await writer.unmerge(kind, stays, goes)
    assert (await _id(writer, one), await _id(writer, other)) == (stays, goes)
    assert await check(graph) == []


async def test_I4_an_unmerge_outranks_evidence_that_comes_later(graph: Graph, writer: Writer) -> None:
    ann, bob = await _id(writer, person(ANN)), await _id(writer, person(BOB))
    await writer.merge("person", ann, bob)
    await writer.unmerge("person", ann, bob)
    await writer.submit([person("email:ann@x.test", "email:bob@x.test")])
    assert await _id(writer, person(ANN)) == ann
    assert await _id(writer, person(BOB)) == bob


async def test_I4_a_merge_that_evidence_made_can_be_undone_too(graph: Graph, writer: Writer) -> None:
    web = await _id(writer, event("Visited", "2026-04-02", "anonymous_id:k"))
    visitor = await _id(writer, person("anonymous_id:k"))
    ann = await _id(writer, person(ANN, "anonymous_id:k"))
    assert web
    assert await _id(writer, person("anonymous_id:k")) == ann
    await writer.unmerge("person", ann, visitor)
    assert await _id(writer, person("anonymous_id:k")) == visitor
    assert await check(graph) == []


async def test_merging_what_is_nobody_says_so(writer: Writer) -> None:
    ann = await _id(writer, person(ANN))
    with pytest.raises(UserMistake) as caught:
        await writer.merge("person", ann, "p_nobody")
    assert (caught.value.code, caught.value.field) == ("UNKNOWN_ID", "from")
    with pytest.raises(UserMistake) as caught:
        await writer.unmerge("person", ann, await _id(writer, person(BOB)))
    assert caught.value.code == "NOT_MERGED"


async def test_I8_an_erased_person_leaves_sums_but_no_trace_and_is_not_brought_back(
    graph: Graph, writer: Writer
) -> None:
    await writer.submit([person(BOB, attributes={"bad": float("nan")})])
    count = "MATCH (a:Activity) RETURN sum(a.count) AS n"
    before = await _value(graph, count)
    assert await writer.erase_person(await _id(writer, person(BOB)))
    assert await _value(graph, count) == before
    everything = "MATCH (n) RETURN collect(properties(n)) AS held"
    assert "bob" not in str(await _value(graph, everything)).lower()
    again = await writer.submit([person(BOB, "email:bob@x.test"), person(ANN)])
    assert [each.code for each in again.rejected] == ["ERASED"]
    assert again.unchanged == 1
    assert "bob" not in str(await _value(graph, everything)).lower()
    assert await check(graph) == []


async def test_MB16_deleting_an_organisation_ends_memberships_and_leaves_people(graph: Graph, writer: Writer) -> None:
    acme = await _id(writer, organisation(ACME))
    people = await _value(graph, "MATCH (p:Person) WHERE p.uncounted IS NULL RETURN count(p) AS n")
    assert await writer.delete_organisation(acme)
    current = "MATCH (m:Membership)-[:IN_ORGANISATION]->({id: $id}) WHERE m.until IS NULL RETURN count(m) AS n"
    assert await _value(graph, current, id=acme) == 0
    assert await _value(graph, "MATCH (p:Person) WHERE p.uncounted IS NULL RETURN count(p) AS n") == people
    refused = await writer.submit([membership(ANN, ACME)])
    assert [each.code for each in refused.rejected] == ["DELETED"]


async def test_F9_rejected_rows_are_kept_once_and_can_be_replayed(graph: Graph, writer: Writer) -> None:
    late = event("Login", "2026-11-22T13:00:00Z", ANN)
    for _ in range(2):
        assert (await writer.submit([late, person(ANN)])).rejected[0].code == "IN_THE_FUTURE"
    kept = await graph.query("MATCH (r:Rejected) RETURN r.id AS id, r.row AS row, r.path AS path", {})
    assert len(kept) == 1
    assert kept[0]["path"] == ["occurredAt"]
    assert (await writer.replay([kept[0]["id"]])).rejected
    CLOCK.set(CLOCK.now().replace(hour=14))
    try:
        assert (await writer.replay([kept[0]["id"]])).created == 1
    finally:
        CLOCK.set(CLOCK.now().replace(hour=12))
    assert await _value(graph, "MATCH (r:Rejected) RETURN count(r) AS n") == 0


async def test_F4_a_new_precedence_is_applied_to_what_is_known(graph: Graph, writer: Writer) -> None:
    await writer.submit([person(ANN, attributes={"plan": "old"}, source="billing", observedAt="2026-01-01")])
    plan = "MATCH (p:Person {email: 'ann@x.test'}) RETURN p.plan AS plan"
    assert await _value(graph, plan) == "pro"
    await writer.set_precedence("person", "plan", ["billing", "crm"])
    assert await _value(graph, plan) == "old"
    with pytest.raises(UserMistake) as caught:
        await writer.set_precedence("person", "plam", ["crm"])
    assert caught.value.code == "UNKNOWN_ATTRIBUTE"
    assert "plan" in str(caught.value)


async def test_a_dry_run_answers_as_a_load_would_and_writes_nothing(graph: Graph, writer: Writer) -> None:
    before = await portrait(graph)
    rows = [person("user_id:new"), person(ANN), event("Login", "2030-01-01", ANN)]
    dry = await writer.dry_run(rows)
    assert await portrait(graph) == before
    real = await writer.submit(rows)
    assert (dry.created, dry.unchanged, [r.code for r in dry.rejected]) == (
        real.created,
        real.unchanged,
        [r.code for r in real.rejected],
    )


def _without_marks(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return a portrait without the marks that an unmerge leaves on purpose."""
    return {name: [re.sub(r"\('apart', [^)]*\), ", "", line) for line in lines] for name, lines in found.items()}
