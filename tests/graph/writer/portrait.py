"""A graph as plain text without random ids: equal for two graphs that hold the same (F3)."""

from __future__ import annotations

import json
from typing import Any

from graph.engine import Graph

# Random ids are replaced by what they stand for: a person or organisation by its identities, a membership by its pair and bounds.
_PEOPLE = """
MATCH (p:Person)-[:IDENTIFIED_BY]->(i:Identity)
WITH p, i.key AS key ORDER BY key
WITH p, collect(key) AS keys
RETURN p.id AS id, keys, properties(p) AS held
"""
_ORGANISATIONS = """
MATCH (o:Organisation)-[:IDENTIFIED_BY]->(i:Identity)
WITH o, i.key AS key ORDER BY key
WITH o, collect(key) AS keys
OPTIONAL MATCH (o)-[:PART_OF]->(parent:Organisation)
RETURN o.id AS id, keys, properties(o) AS held, parent.id AS parent
"""
_MEMBERSHIPS = """
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
RETURN m.id AS id, p.id AS person, o.id AS organisation, properties(m) AS held
"""
_EVENTS = """
MATCH (owner)-[:PERFORMED|RECORDED]->(e:Event)
RETURN owner.id AS owner, properties(e) AS held
"""
_COUNTERS = """
MATCH (owner)-[:ACTIVE_ON]->(a:Activity)
RETURN owner.id AS owner, properties(a) AS held
"""
_RECORDS = """
MATCH (r:SourceRecord)
OPTIONAL MATCH (r)-[:DESCRIBES]->(n)
RETURN properties(r) AS held, collect(n.id) AS described
"""
_EVIDENCE = """
MATCH (a:Identity)-[s:SEEN_WITH]->(b:Identity)
RETURN a.key AS one, b.key AS other, s.strength AS strength
"""
_REST = """
MATCH (n)
WHERE n:Identity OR n:AttributeDefinition OR n:IdentityConflict
RETURN labels(n)[0] AS label, properties(n) AS held
"""
_LEFT_OUT = {
    "id",
    "version",
    "staleSince",
    "touchedAt",
    "toldAt",
    "movesAt",
    "dueAt",
    "evaluatedAt",
    "receivedAt",
    "key",
    "seenAt",
    "mergedInto",
}


async def portrait(graph: Graph) -> dict[str, list[str]]:
    """Return all nodes that follow from facts, sorted: spells, conflicts, counters, records and the catalogue."""
    people, organisations = await graph.query(_PEOPLE, {}), await graph.query(_ORGANISATIONS, {})
    named = {row["id"]: "+".join(row["keys"]) for row in people + organisations}
    memberships = await graph.query(_MEMBERSHIPS, {})
    for row in memberships:
        since, until = row["held"].get("since"), row["held"].get("until")
        named[row["id"]] = f"{named[row['person']]} in {named[row['organisation']]} {since}..{until}"
    found = {
        "people": [f"{named[row['id']]}: {_shown(row['held'])}" for row in people],
        "organisations": [f"{named[r['id']]} < {named.get(r['parent'])}: {_shown(r['held'])}" for r in organisations],
        "memberships": [f"{named[row['id']]}: {_shown(row['held'])}" for row in memberships],
        "events": [
            f"{named[r['owner']]}: {r['held']['id']} {_shown(r['held'])}" for r in await graph.query(_EVENTS, {})
        ],
        "counters": [f"{named[r['owner']]}: {_shown(r['held'])}" for r in await graph.query(_COUNTERS, {})],
        "records": [
            f"{r['held']['key']} {_shown(_without_past(r['held']))} of {sorted(named[i] for i in r['described'])}"
            for r in await graph.query(_RECORDS, {})
        ],
        "evidence": [f"{r['one']} {r['other']} {r['strength']}" for r in await graph.query(_EVIDENCE, {})],
        "rest": [f"{r['label']} {r['held'].get('key', '')} {_shown(r['held'])}" for r in await graph.query(_REST, {})],
    }
    return {name: sorted(lines) for name, lines in found.items()}


def _without_past(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without its past. A law of its own covers that: the middle of a run is not kept."""
    attributes = json.loads(record.get("attributes") or "{}")
    newest = {name: entry[:2] for name, entry in attributes.items()}
    return {name: value for name, value in record.items() if name not in ("past", "hash")} | {"attributes": newest}


def _shown(held: dict[str, Any]) -> str:
    return str(sorted((name, str(value)) for name, value in held.items() if name not in _LEFT_OUT))
