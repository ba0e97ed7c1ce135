"""A small world for tests of criteria: random organisations, people and events, in Python and as a graph.

Its parts point at each other, so they have no repr: it would never end.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.attributes.catalogue import Catalogue, Definition
from graph.clock import epoch_ms
from graph.engine import Graph

NOW = datetime(2026, 5, 13, 10, 30, 0, 123000, tzinfo=UTC)

CATALOGUE = Catalogue(
    tuple(
        Definition(entity, name, kind)
        for entity, attributes in {
            "organisation": {
                "plan": "text",
                "arr": "float",
                "seats": "integer",
                "seats_used": "integer",
                "churned": "boolean",
                "renewal": "date",
                "trial_at": "datetime",
                "tags": "texts",
            },
            "person": {"title": "text", "score": "integer", "born": "date", "role": "text"},
            "membership": {"level": "text", "score": "integer"},
            "event": {"amount": "float", "due": "date"},
        }.items()
        for name, kind in attributes.items()
    )
)


@dataclass(repr=False, eq=False)
class Happening:
    name: str
    at: int
    amount: float | None
    due: date | None


@dataclass(repr=False, eq=False)
class Person:
    id: str
    values: dict[str, Any]
    uncounted: str | None
    events: list[Happening] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)


@dataclass(repr=False, eq=False)
class Membership:
    id: str
    person: Person
    organisation: Organisation
    values: dict[str, Any]
    since: int | None
    until: int | None
    events: list[Happening] = field(default_factory=list)

    def current(self, now: int) -> bool:
        return (self.since is None or self.since <= now) and (self.until is None or self.until > now)


@dataclass(repr=False, eq=False)
class Organisation:
    id: str
    values: dict[str, Any]
    parent: Organisation | None = None
    children: list[Organisation] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)


@dataclass(repr=False, eq=False)
class World:
    organisations: list[Organisation]
    people: list[Person]
    memberships: list[Membership]


# Instants near every boundary: now itself, whole days and hours before and after it, midnights, ends of months.
_DAYS = (-400, -92, -91, -90, -60, -32, -31, -30, -29, -14, -8, -7, -6, -3, -2, -1, 0, 1, 2, 3, 6, 7, 8, 13, 18, 30, 90)
_MOMENTS = [NOW + timedelta(days=days, milliseconds=ms) for days in _DAYS for ms in (-1, 0, 1)]
_MIDNIGHTS = [
    datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) + timedelta(days=days, milliseconds=ms)
    for days in _DAYS
    for ms in (-1, 0, 1)
]
_ENDS = [
    datetime(2026, 3, 31, 10, 30, tzinfo=UTC),
    datetime(2026, 2, 28, 23, 59, tzinfo=UTC),
    datetime(2026, 4, 13, tzinfo=UTC),
]
INSTANTS = [epoch_ms(t) for t in (*_MOMENTS, *_MIDNIGHTS, *_ENDS)]
DAYS = sorted(
    {datetime.fromtimestamp(ms / 1000, UTC).date() for ms in INSTANTS} | {date(2026, 1, 31), date(2025, 12, 31)}
)


def build(seed: int, size: int = 24) -> World:
    """A world made from a seed."""
    r = random.Random(seed)

    def maybe(value: Any, odds: float = 0.7) -> Any:
        return value if r.random() < odds else None

    def happenings(most: int) -> list[Happening]:
        past = [ms for ms in INSTANTS if ms <= epoch_ms(NOW) + 300_000]
        count = r.choice((0, 0, 1, r.randint(0, most)))
        return [
            Happening(r.choice("AB"), r.choice(past), maybe(r.choice((1.0, 2.5, 10.0))), maybe(r.choice(DAYS)))
            for _ in range(count)
        ]

    organisations = [
        Organisation(
            f"o{i}",
            {
                "plan": maybe(r.choice(("pro", "free", ""))),
                "arr": maybe(r.choice((0.0, 10.5, 100.0))),
                "seats": maybe(r.choice((0, 1, 10))),
                "seats_used": maybe(r.choice((0, 9, 10))),
                "churned": maybe(r.choice((True, False))),
                "renewal": maybe(r.choice(DAYS)),
                "trial_at": maybe(r.choice(INSTANTS)),
                "tags": maybe(r.choice((["a"], ["a", "b"], []))),
                "firstSeenAt": maybe(r.choice(INSTANTS)),
            },
            events=happenings(4),
        )
        for i in range(size)
    ]
    for i, organisation in enumerate(organisations[1:], 1):
        if r.random() < 0.4:
            organisation.parent = r.choice(organisations[:i])
            organisation.parent.children.append(organisation)
    people = [
        Person(
            f"p{i}",
            {
                "title": maybe(r.choice(("dev", "boss"))),
                "score": maybe(r.choice((0, 5))),
                "born": maybe(r.choice(DAYS)),
                "role": maybe("person's"),
                "lastSeenAt": maybe(r.choice(INSTANTS)),
            },
            maybe("shared", 0.15),
            events=happenings(3),
        )
        for i in range(size)
    ]
    memberships = []
    pairs = {(r.randrange(size), r.randrange(size)) for _ in range(size * 2)}
    for i, (person, where) in enumerate(sorted(pairs)):
        role = maybe(r.choice(("admin", "owner")))
        begins, ends = maybe(r.choice(INSTANTS), 0.4), maybe(r.choice(INSTANTS), 0.4)
        membership = Membership(
            f"m{i}",
            people[person],
            organisations[where],
            {
                "role": role,
                "roles": [role] if role else [],
                "level": maybe("high"),
                "score": maybe(7),
                "primary": False,
            },
            begins,
            ends,
            events=happenings(4),
        )
        people[person].memberships.append(membership)
        organisations[where].memberships.append(membership)
        memberships.append(membership)
    return World(organisations, people, memberships)


async def load(graph: Graph, world: World) -> None:
    """Write a world into an empty graph, counters included."""
    await _write(graph, "Organisation", [(o.id, o.values, {}) for o in world.organisations])
    await _write(graph, "Person", [(p.id, p.values, {"uncounted": p.uncounted}) for p in world.people])
    members = [(m.id, m.values, {"since": m.since, "until": m.until}) for m in world.memberships]
    await _write(graph, "Membership", members)
    await _run(
        graph,
        "UNWIND $rows AS r MATCH (m:Membership {id: r.m}) MATCH (p:Person {id: r.p}) MATCH (o:Organisation {id: r.o}) "
        "CREATE (p)-[:HAS_MEMBERSHIP]->(m) CREATE (m)-[:IN_ORGANISATION]->(o)",
        [{"m": m.id, "p": m.person.id, "o": m.organisation.id} for m in world.memberships],
    )
    await _run(
        graph,
        "UNWIND $rows AS r MATCH (c:Organisation {id: r.c}) MATCH (p:Organisation {id: r.p}) CREATE (c)-[:PART_OF]->(p)",
        [{"c": o.id, "p": o.parent.id} for o in world.organisations if o.parent],
    )
    for label, edge, owners in (
        ("Organisation", "RECORDED", world.organisations),
        ("Person", "PERFORMED", world.people),
        ("Membership", "PERFORMED", world.memberships),
    ):
        await _write_events(graph, label, edge, owners)


_TIMES = {"trial_at", "firstSeenAt", "lastSeenAt", "since", "until"}
_DATES = {"renewal", "born"}


async def _write(graph: Graph, label: str, nodes: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
    rows = []
    for id_, values, more in nodes:
        known = {k: v for k, v in {**values, **more}.items() if v is not None}
        rows.append(
            {
                "id": id_,
                "plain": {k: v for k, v in known.items() if k not in _TIMES | _DATES},
                **{k: known.get(k) for k in _TIMES},
                **{k: known[k].isoformat() if k in known else None for k in _DATES},
            }
        )
    times = ", ".join(
        f"n.{k} = CASE WHEN r.{k} IS NULL THEN null ELSE datetime({{epochMillis: r.{k}}}) END" for k in _TIMES
    )
    dates = ", ".join(f"n.{k} = CASE WHEN r.{k} IS NULL THEN null ELSE date(r.{k}) END" for k in _DATES)
    await _run(graph, f"UNWIND $rows AS r CREATE (n:{label} {{id: r.id}}) SET n += r.plain SET {times}, {dates}", rows)


async def _write_events(graph: Graph, label: str, edge: str, owners: Any) -> None:
    events, days = [], {}
    for owner in owners:
        for i, event in enumerate(owner.events):
            day = datetime.fromtimestamp(event.at / 1000, UTC).date().isoformat()
            due = event.due.isoformat() if event.due else None
            events.append(
                {
                    "o": owner.id,
                    "id": f"{owner.id}-{i}",
                    "name": event.name,
                    "at": event.at,
                    "amount": event.amount,
                    "due": due,
                }
            )
            counts = days.setdefault((owner.id, day), {})
            counts[event.name] = counts.get(event.name, 0) + 1
    await _run(
        graph,
        f"UNWIND $rows AS r MATCH (n:{label} {{id: r.o}}) CREATE (n)-[:{edge}]->(e:Event {{id: r.id, name: r.name}}) "
        "SET e.occurredAt = datetime({epochMillis: r.at}), e.amount = r.amount, "
        "e.due = CASE WHEN r.due IS NULL THEN null ELSE date(r.due) END",
        events,
    )
    await _run(
        graph,
        f"UNWIND $rows AS r MATCH (n:{label} {{id: r.o}}) CREATE (n)-[:ACTIVE_ON]->"
        "(:Activity {key: r.key, day: date(r.day), names: r.names, counts: r.counts, count: r.count})",
        [
            {
                "o": owner,
                "key": f"{owner}|{day}",
                "day": day,
                "names": list(counts),
                "counts": list(counts.values()),
                "count": sum(counts.values()),
            }
            for (owner, day), counts in days.items()
        ],
    )


async def _run(graph: Graph, text: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        await graph.write(lambda tx: tx.execute(text, {"rows": rows}))
