"""A transaction reads before it writes: in few statements, under the right locks, counters included (F10, E4)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

import queries
from graph.engine import Graph, Transaction
from graph.schema.doctor import check
from graph.writer import Writer
from tests.graph.writer.company import Row, event, membership, organisation, person

ANN, ACME = "user_id:ann", "organisation_id:acme"
KNOWN = [
    person(ANN, "email:ann@acme.com"),
    organisation(ACME),
    membership(ANN, ACME, since="2026-01-01"),
    event("Seen", "2026-03-01T08:00:00Z", ANN, ACME),
    event("Renewed", "2026-03-01T08:00:00Z", None, ACME),
]


@pytest.fixture
def facts() -> list[Row]:
    return KNOWN


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the statements that transactions run, in their order."""
    names = {each.text: each.name for each in queries.all_statements()}
    found: list[str] = []

    def watch(verb: str) -> None:
        run = getattr(Transaction, verb)

        async def watched(self: Transaction, text: str, parameters: Mapping[str, Any]) -> Any:
            found.append(names[text])
            return await run(self, text, parameters)

        monkeypatch.setattr(Transaction, verb, watched)

    watch("rows")
    watch("execute")
    return found


async def test_events_of_whom_is_known_take_one_statement_that_reads_and_two_that_write(
    graph: Graph, writer: Writer, statements: list[str]
) -> None:
    await writer.submit([
        event("Seen", "2026-03-01T09:00:00Z", ANN, ACME),
        event("Seen", "2026-03-02T09:00:00Z", ANN),
        event("Renewed", "2026-03-01T09:00:00Z", None, ACME),
    ])  # fmt: skip
    assert statements == [
        f"writer/prefetch{'_under_locks' if graph.kind == 'neo4j' else ''}",
        "writer/place_events",
        "writer/write_activity",
    ]
    assert await check(graph) == []


async def test_E4_days_are_counted_on_however_many_a_batch_speaks_of(graph: Graph, writer: Writer) -> None:
    for hour in (9, 10):
        for where in (ACME, None):
            events = [event("Seen", f"2026-03-{day:02}T{hour:02}:00:00Z", ANN, where) for day in range(1, 30)]
            assert (await writer.submit(events)).created == 29
    assert await check(graph) == []
    found = await graph.query("MATCH (a:Activity) RETURN sum(a.count) AS events, count(a) AS days", {})
    assert found == [{"events": 2 + 4 * 29, "days": 1 + 29}]


@pytest.mark.neo4j
@pytest.mark.parametrize(("label", "who"), [("Person", "email:ann@acme.com"), ("Organisation", None)])
async def test_E4_what_is_counted_is_read_once_its_owner_is_locked(
    graph: Graph, writer: Writer, label: str, who: str | None
) -> None:
    """Another service begins first, by another identity of the same person. Its counts are not lost."""
    locked, may_commit = asyncio.Event(), asyncio.Event()

    async def other_service(tx: Transaction) -> None:
        await tx.rows(f"MATCH (n:{label}) SET n:{label}", {})
        locked.set()
        await may_commit.wait()
        await tx.execute("MATCH (a:Activity) SET a.count = 5, a.counts = [5]", {})

    other = asyncio.create_task(graph.write(other_service))
    await locked.wait()
    own = asyncio.create_task(writer.submit([event("Again", "2026-03-01T09:00:00Z", who, ACME)]))
    await asyncio.wait([own], timeout=0.7)
    assert not own.done()
    may_commit.set()
    await asyncio.gather(other, own)
    counted = await graph.query("MATCH (a:Activity) WHERE 'Again' IN a.names RETURN a.count AS count", {})
    assert counted == [{"count": 6}]


@pytest.mark.neo4j
async def test_who_is_told_of_again_is_looked_up_with_everything_else(writer: Writer, statements: list[str]) -> None:
    await writer.submit([membership(ANN, ACME, since="2026-01-01", role="admin", observedAt="2026-11-02")])
    assert "writer/keys_of" not in statements


async def test_who_is_new_is_written_at_once_whatever_is_told_of_them(
    graph: Graph, writer: Writer, statements: list[str]
) -> None:
    described = {"source": "crm", "name": "Bob", "attributes": {"plan": "team"}}
    await writer.submit([person("user_id:bob", "email:bob@acme.com", "anonymous_id:b", **described)])
    assert statements[-2] == "writer/introduce_people"
    await writer.submit([
        person("user_id:cyd", "email:cyd@acme.com", source="crm", name="Cyd"),
        person("user_id:cyd", source="billing", attributes={"plan": "free"}),
        organisation("organisation_id:beta", source="crm", name="Beta", domain="beta.com"),
        organisation("organisation_id:beta", source="crm", observedAt="2026-10-01", name="Alpha"),
    ])  # fmt: skip
    assert await check(graph) == []
    found = await graph.query(
        "MATCH (i:Identity)<-[:IDENTIFIED_BY]-(n)<-[:DESCRIBES]-(s:SourceRecord) WHERE n.name <> 'Ann' "
        "RETURN n.name AS name, count(DISTINCT i) AS identities, count(DISTINCT s) AS records, "
        "sum(size(coalesce(s.past, []))) AS past ORDER BY name",
        {},
    )
    assert [tuple(row.values()) for row in found] == [("Beta", 2, 1, 2), ("Bob", 3, 1, 0), ("Cyd", 2, 2, 0)]
