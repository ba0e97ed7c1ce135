"""The doctor finds each planted defect, names its place, and finds nothing in a sound graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.engine import Graph, GraphSettings, open_graph
from graph.schema import Violation, check
from tests.engines.executing import execute

SOUND = """
CREATE (p:Person {id: 'p1'})-[:IDENTIFIED_BY]->(:Identity {key: 'email:a@x.io', kind: 'email', value: 'a@x.io'})
CREATE (q:Person {id: 'p2'})-[:IDENTIFIED_BY]->(:Identity {key: 'user_id:7', kind: 'user_id', value: '7'})
CREATE (gone:Person {id: 'p3', uncounted: 'merged', mergedInto: 'p1'})-[:MERGED_INTO]->(p)
CREATE (o:Organisation {id: 'o1'})-[:PART_OF]->(h:Organisation {id: 'o2'})
CREATE (p)-[:HAS_MEMBERSHIP]->(m:Membership {id: 'm1', until: datetime('2026-01-01T00:00:00Z')})-[:IN_ORGANISATION]->(o)
CREATE (p)-[:HAS_MEMBERSHIP]->(n:Membership {id: 'm2', since: datetime('2026-02-01T00:00:00Z')})-[:IN_ORGANISATION]->(o)
CREATE (q)-[:HAS_MEMBERSHIP]->(s:Membership {id: 'm3', origin: 'activity'})-[:IN_ORGANISATION]->(o)
CREATE (n)-[:PERFORMED]->(:Event {id: 'e1', name: 'Login', occurredAt: datetime('2026-03-01T10:00:00Z')})
CREATE (n)-[:PERFORMED]->(:Event {id: 'e2', name: 'Login', occurredAt: datetime('2026-03-01T23:59:59.999Z')})
CREATE (n)-[:ACTIVE_ON]->(:Activity {key: 'm2|2026-03-01', day: date('2026-03-01'), count: 2,
  names: ['Login'], counts: [2], firsts: [1772359200000], lasts: [1772409599999]})
CREATE (o)-[:RECORDED]->(:Event {id: 'e3', name: 'Trial', occurredAt: datetime('2026-03-02T00:00:00Z')})
CREATE (o)-[:ACTIVE_ON]->(:Activity {key: 'o1|2026-03-02', day: date('2026-03-02'), count: 1,
  names: ['Trial'], counts: [1], firsts: [1772409600000], lasts: [1772409600000]})
CREATE (:SourceRecord {key: 'crm|person|1'})-[:DESCRIBES]->(p)
CREATE (:Stage {key: 'trial'})-[:HAS_OBJECTIVE]->(:Objective {key: 'first'})
WITH o
MATCH (g:Stage {key: 'trial'})-[:HAS_OBJECTIVE]->(x:Objective)
CREATE (o)-[:STAYED]->(t:Stay {key: 'o1|trial|1', stage: 'trial', n: 1, open: true,
  enteredAt: datetime('2026-03-02T00:00:00Z')})-[:IN_STAGE]->(g)
CREATE (t)-[:ACHIEVED {at: datetime('2026-03-03T00:00:00Z')}]->(x)
"""

DEFECTS = {
    "stay_open_twice": (
        """MATCH (o:Organisation {id: 'o1'}), (g:Stage {key: 'trial'})
        CREATE (o)-[:STAYED]->(:Stay {key: 'o1|trial|2', stage: 'trial', n: 2, open: true,
          enteredAt: datetime('2026-03-05T00:00:00Z')})-[:IN_STAGE]->(g)""",
        "o1|trial"),
    "stay_backwards": (
        "MATCH (s:Stay) SET s.open = false, s.exitedAt = datetime('2026-03-01T00:00:00Z')", "o1|trial|1"),
    "stay_ends": ("CREATE (:Stay {key: 'loose', open: true})", "loose"),
    "achieved_early": (
        "MATCH (:Stay)-[a:ACHIEVED]->() SET a.at = datetime('2026-03-01T00:00:00Z')", "o1|trial|1 first"),
    "key_missing": ("CREATE (:Person {name: 'Nobody', uncounted: 'shared'})", "Person Nobody"),
    "membership_ends": ("CREATE (:Membership {id: 'loose'})", "loose (0 people, 0 organisations)"),
    "membership_backwards": (
        "MATCH (m:Membership {id: 'm2'}) SET m.until = datetime('2026-01-31T00:00:00Z')", "m2"),
    "spells_overlap": ("MATCH (m:Membership {id: 'm2'}) SET m.since = datetime('2026-01-01T00:00:00Z')", "m1 and m2"),
    "membership_by_activity": ("MATCH (m:Membership {id: 'm1'}) SET m.origin = 'activity'", "m1"),
    "event_owner": (
        "MATCH (e:Event {id: 'e3'}), (p:Person {id: 'p2'}) CREATE (p)-[:PERFORMED]->(e)", "e3 (2 owners)"),
    "activity_owner": (
        "MATCH (a:Activity {key: 'm2|2026-03-01'}) SET a.day = date('2026-03-02')", "m2|2026-03-01 (1 owners)"),
    "activity_counts": (
        "MATCH (e:Event {id: 'e2'}) SET e.name = 'Logout'", "m2|2026-03-01 Login (1 events)"),
    "stored_json": ("MATCH (m:Membership {id: 'm2'}) SET m.provenance = 7", "provenance of m2"),
    "activity_lists": ("MATCH (a:Activity {key: 'm2|2026-03-01'}) SET a.counts = [2, 1]", "m2|2026-03-01"),
    "activity_totals": (
        """MATCH (m:Membership {id: 'm2'})
        CREATE (m)-[:ACTIVE_ON]->(:Activity {key: 'm2|2026-03-05', day: date('2026-03-05'), count: 4,
          names: ['x'], counts: [4], firsts: [1], lasts: [1]})""",
        "m2 (6 counted, 2 events)"),
    "identity_owner": (
        "MATCH (i:Identity {key: 'user_id:7'}), (p:Person {id: 'p1'}) CREATE (p)-[:IDENTIFIED_BY]->(i)",
        "user_id:7 (2 owners)"),
    "identity_key": ("MATCH (i:Identity {key: 'user_id:7'}) SET i.value = '8'", "user_id:7"),
    "person_without_identity": ("CREATE (:Person {id: 'nameless'})", "nameless"),
    "merged_holds_something": (
        "MATCH (p:Person {id: 'p3'}) CREATE (p)-[:IDENTIFIED_BY]->(:Identity {key: 'a:b', kind: 'a', value: 'b'})",
        "p3"),
    "merged_nowhere": ("MATCH (p:Person {id: 'p3'}) SET p.mergedInto = 'p2'", "p3"),
    "several_parents": (
        "MATCH (o:Organisation {id: 'o1'}) CREATE (o)-[:PART_OF]->(:Organisation {id: 'o3'})", "o1 (2 parents)"),
    "hierarchy_cycle": (
        "MATCH (o:Organisation {id: 'o1'}), (h:Organisation {id: 'o2'}) CREATE (h)-[:PART_OF]->(o)", "o1"),
    "source_record_subject": (
        "MATCH (r:SourceRecord), (p:Person {id: 'p2'}) CREATE (r)-[:DESCRIBES]->(p)", "crm|person|1 (2 nodes)"),
}  # fmt: skip


async def test_a_sound_graph_and_an_empty_one_have_no_findings(graph: Graph):
    assert await check(graph) == []
    await execute(graph, SOUND)
    assert await check(graph) == []


@pytest.mark.parametrize("rule", DEFECTS)
async def test_each_planted_defect_is_found_and_named(graph: Graph, rule: str):
    defect, place = DEFECTS[rule]
    await execute(graph, SOUND)
    await execute(graph, defect)
    found = {finding.rule: finding for finding in await check(graph)}
    assert rule in found, found
    assert place in found[rule].where


async def test_a_missing_lock_is_found(graph: Graph):
    await execute(graph, "MATCH (l:Lock {key: 'i:017'}) DELETE l")
    try:
        assert [(finding.rule, finding.where) for finding in await check(graph)] == [("lock_missing", ("i:017",))]
    finally:
        await execute(graph, "MERGE (:Lock {key: 'i:017'})")


@pytest.mark.embedded
async def test_keys_that_occur_twice_are_found_where_no_constraint_stood(data_dir: Path):
    graph = await open_graph(GraphSettings(data_dir=data_dir, heap="256m"))
    try:
        await execute(graph, "UNWIND ['a', 'a', 'b'] AS id CREATE (:Rejected {id: id})")
        finding = next(finding for finding in await check(graph) if finding.rule == "key_twice")
        assert finding.where == ("Rejected a",)
    finally:
        await graph.close()


async def test_a_finding_counts_all_and_shows_five(graph: Graph):
    await execute(graph, "UNWIND range(1, 12) AS i CREATE (:Membership {id: 'm' + right('0' + toString(i), 2)})")
    finding = next(finding for finding in await check(graph) if finding.rule == "membership_ends")
    assert (finding.count, len(finding.where)) == (12, 5)
    assert str(finding).endswith("m05 (0 people, 0 organisations) and 7 more")


def test_a_finding_reads_as_a_sentence():
    finding = Violation("event_owner", "An event does not have exactly one owner.", 1, ("e1",))
    assert str(finding) == "event_owner: An event does not have exactly one owner. 1 found: e1"
