"""Write one person who belongs to two organisations, then ask in Cypher what they did in each.

Facts are rows: who or what they are about, what they say, and which source says it. The graph is the embedded one in
the data directory, or the Neo4j that `MEMBERGRAPH_NEO4J_URI` names. A second run changes nothing: facts are idempotent.
"""

import asyncio
from typing import Any

from membergraph.settings import load
from membergraph.workplace import workplace
from membergraph.writers import writer_of

EMAIL = {"kind": "email", "value": "ada@hopper.example"}
ADA = {"identity": EMAIL}
BOLT = {"kind": "organisation_id", "value": "bolt"}
CREST = {"kind": "organisation_id", "value": "crest"}


def event(number: int, name: str, day: str, organisation: dict[str, str]) -> dict[str, Any]:
    """Return an event of Ada's in one organisation."""
    who_and_where = {"person": ADA, "organisation": {"identity": organisation}}
    return {"type": "event", "source": "app", "id": f"ada-{number}", "name": name, "occurredAt": day} | who_and_where


FACTS: list[dict[str, Any]] = [
    {"type": "person", "source": "app", "identities": [EMAIL], "name": "Ada Hopper"},
    {"type": "organisation", "source": "app", "identities": [BOLT], "name": "Bolt"},
    {"type": "organisation", "source": "app", "identities": [CREST], "name": "Crest"},
    {"type": "membership", "source": "app", "person": ADA, "organisation": {"identity": BOLT}, "role": "admin"},
    {"type": "membership", "source": "app", "person": ADA, "organisation": {"identity": CREST}, "role": "viewer"},
    event(1, "Project Created", "2026-03-01", BOLT),
    event(2, "Report Viewed", "2026-03-02", BOLT),
    event(3, "Report Viewed", "2026-03-02", CREST),
]
IN_EACH = """
MATCH (:Identity {key: $identity})<-[:IDENTIFIED_BY]-(p:Person)-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->(o)
OPTIONAL MATCH (m)-[:PERFORMED]->(e:Event)
RETURN p.name AS person, m.role AS role, o.name AS organisation, count(e) AS events ORDER BY organisation
"""


async def main() -> None:
    """Write the facts, then ask."""
    async with workplace(load()) as place:
        async with writer_of(place) as writer:
            outcome = await writer.submit(FACTS)
        print(f"{outcome.created} created, {outcome.unchanged} unchanged, {len(outcome.rejected)} rejected")
        for row in await place.graph.query(IN_EACH, {"identity": "email:ada@hopper.example"}):
            print(f"{row['person']} is {row['role']} of {row['organisation']}: {row['events']} events there")


if __name__ == "__main__":
    asyncio.run(main())
