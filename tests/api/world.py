"""A small world, written straight into the graph and kept as plain Python for the oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
DAY = 86_400_000
HOUR = 3_600_000


@dataclass
class World:
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    organisations: dict[str, dict[str, Any]] = field(default_factory=dict)
    memberships: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    identities: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, dict[str, Any]] = field(default_factory=dict)


def make(seed: int = 7, organisations: int = 12, people: int = 30) -> World:
    """Return organisations, people in several of them, past and future memberships, and events of all three owners."""
    chance = random.Random(seed)
    world = World()
    for n in range(organisations):
        _organisation(world, chance, n)
    for n in range(people):
        _person(world, chance, n)
    for n in range(0, organisations - 1, 4):
        world.parents[f"o_{n + 1:03}"] = f"o_{n:03}"
    for n in range(5):
        at = NOW_MS - n * DAY
        row = {"type": "event", "n": n}
        code = "BAD_TIME" if n % 2 else "BAD_ID"
        world.rejected[f"r_{n}"] = {
            "id": f"r_{n}",
            "code": code,
            "message": "no",
            "path": ["a"],
            "receivedAt": at,
            "row": row,
        }
    world.people["p_old"] = {"id": "p_old", "uncounted": "merged", "mergedInto": "p_000", "words": []}
    world.people["p_kiosk"] = {"id": "p_kiosk", "uncounted": "shared", "shared": True, "words": []}
    world.identities["p_kiosk"] = [{"kind": "anonymous_id", "value": "kiosk"}]
    return world


def _organisation(world: World, chance: random.Random, n: int) -> None:
    id_ = f"o_{n:03}"
    name = f"{chance.choice(['Acme', 'Bolt', 'Crux', 'Delta'])} {n}"
    domain = f"{name.replace(' ', '').lower()}.test"
    seen = NOW_MS - chance.randrange(1, 300) * DAY
    found = {"id": id_, "name": name, "domain": domain, "firstSeenAt": seen, "words": [*name.lower().split(), domain]}
    if chance.random() < 0.8:
        found["arr"] = chance.choice([0, 100, 100, 2500.5, 90000])
    if chance.random() < 0.7:
        found["plan"] = chance.choice(["free", "pro", "team"])
    world.organisations[id_] = found
    world.identities[id_] = [{"kind": "domain", "value": domain}]
    for day in range(chance.randrange(3)):
        _event(world, chance, id_, "Trial Started", NOW_MS - (day + 1) * DAY)


def _person(world: World, chance: random.Random, n: int) -> None:
    id_ = f"p_{n:03}"
    name = f"{chance.choice(['Ann', 'Bob', 'Cyd', 'Dee'])} {chance.choice(['Lee', 'Moe', 'Ray'])}"
    email = f"{name.split(maxsplit=1)[0].lower()}{n}@mail.test"
    found = {
        "id": id_,
        "name": name if chance.random() < 0.9 else None,
        "email": email,
        "words": [*name.lower().split(), email],
    }
    if chance.random() < 0.5:
        found["score"] = chance.randrange(100)
    world.people[id_] = found
    world.identities[id_] = [{"kind": "email", "value": email}, {"kind": "user_id", "value": f"u{n}"}]
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        _membership(world, chance, id_)
    for hour in range(chance.randrange(3)):
        _event(world, chance, id_, "Page Viewed", NOW_MS - (hour + 1) * HOUR)


def _membership(world: World, chance: random.Random, person: str) -> None:
    id_ = f"m_{len(world.memberships):03}"
    organisation = chance.choice(sorted(world.organisations))
    since = NOW_MS - chance.randrange(10, 200) * DAY if chance.random() < 0.8 else None
    until = chance.choice([None, None, NOW_MS - 5 * DAY, NOW_MS + 5 * DAY])
    role = chance.choice(["admin", "member", None])
    world.memberships[id_] = {
        "id": id_,
        "person": person,
        "organisation": organisation,
        "role": role,
        "roles": [role] if role else [],
        "since": since,
        "until": until,
        "primary": chance.random() < 0.5,
        "origin": "explicit",
        "uncounted": None,
    }
    for _ in range(chance.randrange(4)):
        at = NOW_MS - chance.randrange(1, 9) * DAY
        _event(world, chance, id_, chance.choice(["Login", "Project Created"]), at)


def _event(world: World, chance: random.Random, owner: str, name: str, at: int) -> None:
    id_ = f"e_{len(world.events):04}"
    world.events[id_] = {
        "id": id_,
        "owner": owner,
        "name": name,
        "occurredAt": at,
        "receivedAt": at + 1000,
        "source": "test",
        "amount": chance.randrange(10),
    }


_TIMES = ("firstSeenAt", "lastSeenAt", "since", "until", "occurredAt", "receivedAt")


def _node(label: str, left_out: str = "", extra: str = "") -> str:
    times = ", ".join(
        f"n.{t} = CASE WHEN r.{t} IS NULL THEN null ELSE datetime({{epochMillis: r.{t}}}) END" for t in _TIMES
    )
    return f"UNWIND $rows AS r CREATE (n:{label}) SET n = r.plain SET {times}{extra}"


async def write(graph: Any, world: World) -> None:
    """Create the world in an empty graph."""
    import orjson

    async def work(tx: Any) -> None:
        for label, rows in (
            ("Person", world.people),
            ("Organisation", world.organisations),
            ("Membership", world.memberships),
            ("Event", world.events),
        ):
            await tx.execute(_node(label), {"rows": [_split(row) for row in rows.values()]})
        rejected = [_split({**r, "row": orjson.dumps(r["row"]).decode()}) for r in world.rejected.values()]
        await tx.execute(_node("Rejected"), {"rows": rejected})
        pairs = [[m["id"], m["person"], m["organisation"]] for m in world.memberships.values()]
        await tx.execute(
            "UNWIND $rows AS r MATCH (m:Membership {id: r[0]}) MATCH (p:Person {id: r[1]}) "
            "MATCH (o:Organisation {id: r[2]}) CREATE (m)-[:IN_ORGANISATION]->(o) CREATE (p)-[:HAS_MEMBERSHIP]->(m)",
            {"rows": pairs},
        )
        for prefix, label, kind in (
            ("p_", "Person", "PERFORMED"),
            ("m_", "Membership", "PERFORMED"),
            ("o_", "Organisation", "RECORDED"),
        ):
            rows = [[e["id"], e["owner"]] for e in world.events.values() if e["owner"].startswith(prefix)]
            await tx.execute(
                f"UNWIND $rows AS r MATCH (e:Event {{id: r[0]}}) MATCH (x:{label} {{id: r[1]}}) CREATE (x)-[:{kind}]->(e)",
                {"rows": rows},
            )
        for prefix, label in (("p_", "Person"), ("o_", "Organisation")):
            rows = [
                {"owner": owner, "key": f"{i['kind']}:{i['value']}", **i}
                for owner, found in world.identities.items()
                if owner.startswith(prefix)
                for i in found
            ]
            await tx.execute(
                f"UNWIND $rows AS r MATCH (x:{label} {{id: r.owner}}) "
                "CREATE (i:Identity {key: r.key, kind: r.kind, value: r.value}) CREATE (x)-[:IDENTIFIED_BY]->(i)",
                {"rows": rows},
            )
        await tx.execute(
            "UNWIND $rows AS r MATCH (c:Organisation {id: r[0]}) MATCH (p:Organisation {id: r[1]}) CREATE (c)-[:PART_OF]->(p)",
            {"rows": [list(pair) for pair in world.parents.items()]},
        )
        await tx.execute(
            "MATCH (a:Person {id: 'p_old'}) MATCH (b:Person {id: 'p_000'}) CREATE (a)-[:MERGED_INTO]->(b)", {}
        )
        definitions = [
            {
                "key": f"{e}:{n}",
                "entity": e,
                "name": n,
                "type": t,
                "origin": "ingested",
                "spellings": [n],
                "sources": [],
            }
            for e, n, t in (
                ("organisation", "arr", "float"),
                ("organisation", "plan", "text"),
                ("person", "score", "integer"),
                ("event", "amount", "integer"),
            )
        ]
        await tx.execute("UNWIND $rows AS r CREATE (d:AttributeDefinition) SET d = r", {"rows": definitions})

    await graph.write(work)


def _split(row: dict[str, Any]) -> dict[str, Any]:
    """Split a row into plain values and times, which become instants in the graph."""
    left_out = {*_TIMES, "person", "organisation", "owner"}
    plain = {key: value for key, value in row.items() if key not in left_out and value is not None}
    return {"plain": plain, **{time: row.get(time) for time in _TIMES}}
