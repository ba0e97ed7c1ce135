"""A broken stored value fails only the fact that needs it. That fact is kept with its reason (F12, F9)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.engine import Graph
from graph.writer import Writer, open_writer
from tests.engines.executing import execute
from tests.graph.writer.company import CLOCK, Row, event, membership, organisation, person

ANN, ACME, BETA = "user_id:ann", "organisation_id:acme", "organisation_id:beta"
BEFORE: list[Row] = [
    person(ANN, name="Ann", attributes={"plan": "pro"}, source="crm"),
    person("user_id:bob", name="Bob", source="crm"),
    organisation(ACME, attributes={"arr": 5}, source="crm"),
    organisation(BETA, parent={"kind": "organisation_id", "value": "acme"}, source="crm"),
    membership(ANN, ACME, role="admin", since="2026-01-01", attributes={"seat": 1}, source="crm"),
    event("Login", "2026-11-01T09:00:00Z", ANN, id="1"),
]
OF_PERSON = person(ANN, name="Ann Lee", attributes={"plan": "free"}, source="crm", observedAt="2026-11-02")
OF_ORGANISATION = organisation(ACME, attributes={"arr": 7}, source="crm", observedAt="2026-11-02")
OF_MEMBERSHIP = membership(
    ANN, ACME, role="owner", attributes={"seat": 2}, source="crm", since="2026-01-01", observedAt="2026-11-02"
)
OF_EVENT = event("Login", "2026-11-01T10:00:00Z", ANN, id="2")
OF_PARENT = organisation(BETA, parent=None, source="crm", observedAt="2026-11-02")
LATE = person(ANN, attributes={"plan": "old"}, source="crm", observedAt="2026-10-01")

# what is broken, the fact that needs it
BROKEN: dict[str, tuple[str, Row]] = {
    "a person's provenance is a number": ("MATCH (n:Person {name: 'Ann'}) SET n.provenance = 7", OF_PERSON),
    "a person's provenance is cut": ("MATCH (n:Person {name: 'Ann'}) SET n.provenance = '{\"na'", OF_PERSON),
    "a person's provenance is a list": ("MATCH (n:Person {name: 'Ann'}) SET n.provenance = '[1]'", OF_PERSON),
    "an organisation's provenance": ("MATCH (n:Organisation) SET n.provenance = 'x'", OF_ORGANISATION),
    "a membership's provenance is a number": ("MATCH (m:Membership) SET m.provenance = 3.5", OF_MEMBERSHIP),
    "a person's record": ("MATCH (r:SourceRecord {object: 'person'}) WHERE r.key ENDS WITH 'ann' SET r.attributes = '{'", OF_PERSON),
    "a value of a record": (
        "MATCH (r:SourceRecord {object: 'person'}) WHERE r.key ENDS WITH 'ann' SET r.attributes = '{\"plan\": 5}'", OF_PERSON),
    "a value without its word": (
        "MATCH (r:SourceRecord {object: 'person'}) WHERE r.key ENDS WITH 'ann' SET r.attributes = '{\"plan\": []}'", OF_PERSON),
    "an organisation's record is a number": ("MATCH (r:SourceRecord {object: 'organisation'}) SET r.attributes = 5", OF_ORGANISATION),
    "statements of a membership": ("MATCH (r:SourceRecord {object: 'membership'}) SET r.statements = '[{\"at\": \"x\"}]'", OF_MEMBERSHIP),
    "statements that are a number": ("MATCH (r:SourceRecord {object: 'membership'}) SET r.statements = 5", OF_MEMBERSHIP),
    "the word on a parent": ("MATCH (r:SourceRecord {object: 'parent'}) SET r.attributes = 'none'", OF_PARENT),
    "the past of a record": ("MATCH (r:SourceRecord {object: 'person'}) WHERE r.key ENDS WITH 'ann' SET r.past = ['[']", LATE),
    "counts of a day are too few": ("MATCH (a:Activity) SET a.counts = []", OF_EVENT),
    "counts of a day are texts": ("MATCH (a:Activity) SET a.counts = ['one']", OF_EVENT),
    "names of a day are a number": ("MATCH (a:Activity) SET a.names = 5", OF_EVENT),
    "a beginning is a text": ("MATCH (m:Membership) SET m.since = 'once'", OF_MEMBERSHIP),
    "what keeps an identity apart": ("MATCH (i:Identity {key: 'user_id:ann'}) SET i.apart = 5", OF_PERSON),
}  # fmt: skip


async def reopened(graph: Graph) -> Writer:
    """A writer that remembers nothing of what was stored before it was broken."""
    return await open_writer(graph, CLOCK)


async def before(graph: Graph, broken: str) -> Writer:
    writer = await reopened(graph)
    outcome = await writer.submit(BEFORE)
    await writer.close()
    assert not outcome.rejected
    await execute(graph, broken)
    return await reopened(graph)


def neighbours(number: int) -> list[Row]:
    return [
        person(f"user_id:n{number}", name=f"N{number}", attributes={"plan": "pro"}, source="crm"),
        event("Login", "2026-11-01T11:00:00Z", "user_id:bob", id=f"n{number}"),
        membership(f"user_id:n{number}", f"organisation_id:n{number}", source="crm"),
    ]


@pytest.mark.parametrize("name", BROKEN)
async def test_F12_a_broken_value_fails_the_fact_that_needs_it_and_no_other(graph: Graph, name: str) -> None:
    broken, row = BROKEN[name]
    writer = await before(graph, broken)
    rows = [*neighbours(1), *neighbours(2), row, *neighbours(3)]
    outcome = await writer.submit(rows)
    single = await writer.submit([row])
    await writer.close()
    refused = {each.index for each in outcome.rejected}
    assert refused <= {6}
    assert outcome.created + outcome.updated + outcome.unchanged + len(refused) == len(rows)
    written = await graph.query("MATCH (p:Person) WHERE p.name STARTS WITH 'N' RETURN count(p) AS n", {})
    events = await graph.query("MATCH (e:Event) WHERE e.id CONTAINS ':n' RETURN count(e) AS n", {})
    assert (written, events) == ([{"n": 3}], [{"n": 3}])
    if refused:
        assert [(each.code, each.whole) for each in (*outcome.rejected, *single.rejected)] == [
            (outcome.rejected[0].code, True)
        ] * 2
        assert outcome.rejected[0].code in ("STORED_VALUE_BROKEN", "NOT_APPLIED", "NOT_STORABLE")
        kept = await graph.query("MATCH (r:Rejected) RETURN r.code AS code", {})
        assert kept == [{"code": outcome.rejected[0].code}]


async def test_F12_every_caller_of_a_group_gets_an_answer_of_their_own(graph: Graph) -> None:
    writer = await before(graph, BROKEN["a person's provenance is a number"][0])
    rows = [*neighbours(1), OF_PERSON, *neighbours(2)]
    outcomes = await asyncio.gather(*(writer.submit([row]) for row in rows))
    await writer.close()
    codes = [[each.code for each in outcome.rejected] for outcome in outcomes]
    assert codes == [[], [], [], ["STORED_VALUE_BROKEN"], [], [], []]
    (rejected,) = outcomes[3].rejected
    assert rejected.message.startswith("the provenance stored of whom this row names cannot be read; mend it")
    assert "membergraph doctor" in rejected.message


async def test_F12_a_dry_run_says_so_too_and_keeps_nothing(graph: Graph) -> None:
    writer = await before(graph, BROKEN["a person's provenance is a number"][0])
    outcome = await writer.dry_run([*neighbours(1), OF_PERSON])
    await writer.close()
    assert [(each.index, each.code) for each in outcome.rejected] == [(3, "STORED_VALUE_BROKEN")]
    assert await graph.query("MATCH (r:Rejected) RETURN r", {}) == []


async def test_F9_the_fact_is_replayed_once_the_value_is_mended(graph: Graph) -> None:
    writer = await before(graph, BROKEN["a person's provenance is a number"][0])
    await writer.submit([OF_PERSON])
    await execute(graph, "MATCH (n:Person {name: 'Ann'}) REMOVE n.provenance")
    (kept,) = await graph.query("MATCH (r:Rejected) RETURN r.id AS id", {})
    outcome = await writer.replay([kept["id"]])
    await writer.close()
    assert (outcome.updated, outcome.rejected) == (1, [])
    assert await graph.query("MATCH (n:Person {name: 'Ann Lee'}) RETURN n.plan AS plan", {}) == [{"plan": "free"}]


BROKEN_DEFINITIONS = [
    "SET d.type = 5", "SET d.type = 'integer list'", "SET d.sources = 5", "SET d.spellings = 7", "SET d.origin = ['x']",
    "SET d.name = 5", "SET d.entity = 'planet'", "SET d.source = 5", "REMOVE d.entity, d.name, d.type",
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN_DEFINITIONS)
async def test_F12_a_broken_definition_fails_no_fact(graph: Graph, broken: str) -> None:
    writer = await before(graph, f"MATCH (d:AttributeDefinition {{key: 'person:plan'}}) {broken}")
    outcome = await writer.submit([*neighbours(1), OF_PERSON, OF_MEMBERSHIP, OF_EVENT])
    await writer.close()
    assert (outcome.rejected, outcome.warnings) == ([], [])


async def test_nothing_is_refused_where_nothing_can_be_written_at_all(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("no row is to blame")

    writer = await reopened(graph)
    monkeypatch.setattr("graph.writer.commit.FactTransaction.run", fails)
    with pytest.raises(RuntimeError):
        await writer.submit(neighbours(1))
    await writer.close()
    assert await graph.query("MATCH (r:Rejected) RETURN r", {}) == []
