"""Puts a world of plain records into a graph, whole or change by change, as the writer would leave it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from graph.attributes.catalogue import Definition
from graph.clock import epoch_ms
from graph.engine import Graph, Transaction
from tests.graph.rollups.oracle import Event, Membership, Organisation, Person, World

KNOWN = (
    Definition("person", "seats", "integer"),
    Definition("person", "score", "float"),
    Definition("person", "plan", "text"),
    Definition("person", "renewal_date", "date"),
    Definition("event", "amount", "integer"),
    Definition("event", "channel", "text"),
)

_PERSON = """
MERGE (p:Person {id: $id})
SET p += $attributes, p.uncounted = $uncounted,
    p.firstSeenAt = CASE WHEN $first IS NULL THEN null ELSE datetime({epochMillis: $first}) END,
    p.lastSeenAt = CASE WHEN $last IS NULL THEN null ELSE datetime({epochMillis: $last}) END
"""
_ORGANISATION = "MERGE (o:Organisation {id: $id}) SET o.version = coalesce(o.version, 0) + 1"
_ORPHAN = "MATCH (:Organisation {id: $id})-[r:PART_OF]->() DELETE r"
_PARENT = "MATCH (o:Organisation {id: $id}) MATCH (p:Organisation {id: $parent}) CREATE (o)-[:PART_OF]->(p)"
_MEMBERSHIP = """
MATCH (p:Person {id: $person})
MATCH (o:Organisation {id: $organisation})
MERGE (m:Membership {id: $id})
SET m.role = $role, m.uncounted = $uncounted, m.origin = 'explicit', m.primary = false,
    m.since = CASE WHEN $since IS NULL THEN null ELSE datetime({epochMillis: $since}) END,
    m.until = CASE WHEN $until IS NULL THEN null ELSE datetime({epochMillis: $until}) END
MERGE (p)-[:HAS_MEMBERSHIP]->(m)
MERGE (m)-[:IN_ORGANISATION]->(o)
"""
_EVENT = """
MATCH (n:%s {id: $owner})
CREATE (e:Event {id: $id, name: $name, occurredAt: datetime({epochMillis: $at}), source: 'test'})
SET e += $properties
CREATE (n)-[:%s]->(e)
"""
_ACTIVITY = """
MATCH (n:%s {id: $owner})
MERGE (a:Activity {key: $key})
SET a.day = date($day), a.count = $count, a.names = $names, a.counts = $counts, a.firsts = $firsts, a.lasts = $lasts
MERGE (n)-[:ACTIVE_ON]->(a)
"""
_STALE = """
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now}))
"""
_DEFINITION = """
CREATE (:AttributeDefinition {key: $entity + ':' + $name, entity: $entity, name: $name, type: $type, origin: 'ingested'})
"""


async def run(graph: Graph, text: str, **parameters: Any) -> None:
    """One statement that writes."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute(text, parameters)

    await graph.write(work)


async def known(graph: Graph) -> None:
    """The attributes that the tests' people and events have."""
    for each in KNOWN:
        await run(graph, _DEFINITION, entity=each.entity, name=each.name, type=each.type)


class _Within:
    """Stands for the graph inside one transaction, so that a whole world is one commit."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def write(self, work: Any) -> Any:
        return await work(self._transaction)


async def build(graph: Graph, world: World, now: datetime) -> None:
    """The whole world, every organisation stale."""

    async def work(transaction: Transaction) -> None:
        await _build(_Within(transaction), world, now)  # type: ignore[arg-type]

    await graph.write(work)


async def _build(graph: Graph, world: World, now: datetime) -> None:
    await known(graph)
    for person in world.people.values():
        await put_person(graph, person)
    for organisation in world.organisations.values():
        await run(graph, _ORGANISATION, id=organisation.id)
    for organisation in world.organisations.values():
        await put_parent(graph, organisation)
    for membership in world.memberships.values():
        await put_membership(graph, membership)
    for event in world.events.values():
        await _create(graph, world, event)
    for owner, day in {(e.owner, e.at.date().isoformat()) for e in world.events.values()}:
        await _count(graph, world, owner, day)
    await touch(graph, list(world.organisations), now)


async def touch(graph: Graph, ids: list[str], now: datetime) -> None:
    """Say that a fact touched these organisations (T2)."""
    await run(graph, _STALE, ids=ids, now=epoch_ms(now))


async def put_person(graph: Graph, person: Person) -> None:
    await run(
        graph,
        _PERSON,
        id=person.id,
        attributes=person.attributes,
        uncounted=person.uncounted,
        first=_ms(person.first_seen),
        last=_ms(person.last_seen),
    )


async def put_parent(graph: Graph, organisation: Organisation) -> None:
    await run(graph, _ORPHAN, id=organisation.id)
    if organisation.parent:
        await run(graph, _PARENT, id=organisation.id, parent=organisation.parent)


async def put_membership(graph: Graph, membership: Membership) -> None:
    values = vars(membership) | {"since": _ms(membership.since), "until": _ms(membership.until)}
    await run(graph, _MEMBERSHIP, **values)


async def put_event(graph: Graph, world: World, event: Event) -> None:
    """A new event, counted for its day; it is in the world already."""
    await _create(graph, world, event)
    await _count(graph, world, event.owner, event.at.date().isoformat())


async def _create(graph: Graph, world: World, event: Event) -> None:
    label, edge = _label(world, event.owner), "RECORDED" if event.owner in world.organisations else "PERFORMED"
    values = {"id": event.id, "owner": event.owner, "name": event.name, "properties": event.properties}
    await run(graph, _EVENT % (label, edge), at=_ms(event.at), **values)


async def _count(graph: Graph, world: World, owner: str, day: str) -> None:
    times: dict[str, list[int]] = defaultdict(list)
    for event in world.events.values():
        if event.owner == owner and event.at.date().isoformat() == day:
            times[event.name].append(epoch_ms(event.at))
    await run(
        graph,
        _ACTIVITY % _label(world, owner),
        owner=owner,
        key=f"{owner}|{day}",
        day=day,
        count=sum(len(each) for each in times.values()),
        names=list(times),
        counts=[len(each) for each in times.values()],
        firsts=[min(each) for each in times.values()],
        lasts=[max(each) for each in times.values()],
    )


def _label(world: World, owner: str) -> str:
    if owner in world.memberships:
        return "Membership"
    return "Organisation" if owner in world.organisations else "Person"


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else epoch_ms(instant)
