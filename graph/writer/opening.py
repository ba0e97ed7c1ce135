"""What a batch must know first, read in one journey: the catalogue, whom its facts name, which of its events are known, what is counted.

Where several services write, it is read under the locks taken on the same journey, and holds all that events alone need to know. Many
events are looked up on a journey of their own: a statement that writes, as one that locks does, locks each key it looks up in an index.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.writer.addressing import Keys, named_by, recognise
from graph.writer.counters import date_of, key_of
from graph.writer.locks import Locks
from graph.writer.world import DAY, World
from queries import text

_MOST_DAYS = 16
"""Days of one identity from which on it is cheaper to wait until it is known in which memberships events are counted."""


_MANY_EVENTS = 200
"""Events from which on a journey more costs less than locking the key of each."""


class Opening(Struct):
    """The catalogue as it is now, and the hash of each known event."""

    definitions: Sequence[Sequence[Any]]
    events: dict[str, str]


class _Days(Struct):
    """On which days events of one identity happened, and whether they may be counted on its owner."""

    days: set[int]
    own: bool


async def open_batch(world: World, facts: Sequence[Fact], locks: Locks) -> Opening:
    """Reads all that facts name; what is known goes to the world. Takes the locks first, where any are needed."""
    events = [fact for fact in facts if isinstance(fact, EventFact)]
    asked = {"events": [event.id for event in events]}
    days = _days(events)
    found = await (_locking(world, facts, asked, days, locks) if locks.needed else _owned(world, facts, asked, days))
    world.counters |= {row[0]: row[1:] for row in found["counters"]}
    return Opening(found["definitions"], dict(found["events"]))


async def _owned(
    world: World, facts: Sequence[Fact], asked: dict[str, list[Any]], days: Mapping[str, _Days]
) -> dict[str, Any]:
    remembered, missing = world.memory.known(named_by(facts))
    recognise(world, remembered)
    counters = set(_counters(world, days))
    asked |= {"keys": missing, "counters": list(counters)}
    found = (await world.tx.rows(text("writer/opening"), asked))[0]
    recognise(world, found["identities"])
    world.counters_asked |= counters
    return found


async def _locking(
    world: World, facts: Sequence[Fact], asked: dict[str, list[Any]], days: Mapping[str, _Days], locks: Locks
) -> dict[str, Any]:
    many = len(asked["events"]) > _MANY_EVENTS
    spans = [{"key": key, "days": [date_of(day) for day in each.days], "own": each.own} for key, each in days.items()]
    told = {keys[0] for keys in _told(facts)}
    keys = named_by(facts)
    named = {"buckets": locks.buckets(keys), "keys": [[key, key in told] for key in keys]}
    events = {"events": [], "days": []} if many else {**asked, "days": spans}
    found = (await world.tx.rows(text("writer/opening_shared"), named | events))[0]
    recognise(world, found["identities"])
    _keep(world, found)
    locks.taken(id for id, *_ in (*found["people"], *found["organisations"]))
    counters = set(_counters(world, days))
    world.counters_asked |= counters
    if many:
        found |= (await world.tx.rows(text("writer/opening"), {**asked, "keys": [], "counters": list(counters)}))[0]
    return found


def _keep(world: World, found: Mapping[str, Any]) -> None:
    """Remembers for this transaction what was read under locks."""
    of: dict[str, list[tuple[Any, ...]]] = {id: [] for id, *_ in found["people"]}
    for row in found["memberships"]:
        of[row[1]].append(row)
    for id, rows in of.items():
        world.memory.memberships.put(id, rows)
    held: dict[str, list[str]] = {}
    for id, key in found["holdings"]:
        held.setdefault(id, []).append(key)
    for id, keys in held.items():
        world.memory.keys.put(id, tuple(keys))
    for id, first, last in (*found["people"], *found["organisations"]):
        world.memory.spans.put(id, (first, last))


def _told(facts: Iterable[Fact]) -> Iterable[Keys]:
    """The identities of those who are computed again: whom facts describe, and whose memberships."""
    for fact in facts:
        if isinstance(fact, EntityFact):
            yield fact.keys
        elif isinstance(fact, MembershipFact):
            yield fact.person


def _days(events: Iterable[EventFact]) -> dict[str, _Days]:
    """Days by the identity whose owner may count them, of identities with few."""
    found: dict[str, _Days] = {}
    for event in events:
        key = (event.person or event.organisation)[0]
        own = not (event.person and event.organisation)
        known = found.get(key)
        if known is None:
            found[key] = _Days({event.occurred // DAY}, own)
        else:
            known.days.add(event.occurred // DAY)
            known.own = known.own or own
    return {key: each for key, each in found.items() if len(each.days) <= _MOST_DAYS}


def _counters(world: World, days: Mapping[str, _Days]) -> Iterable[str]:
    """Keys of the counters in which events may be counted, of owners of whom it is known where they belong."""
    for key, each in days.items():
        person = world.people.before.get(key)
        owner = person or world.organisations.before.get(key)
        if owner is None:
            continue
        held = world.memory.memberships.get(person) if person else ()
        if held is None:
            continue
        for id in (*(row[0] for row in held), *([owner] if each.own else ())):
            for day in each.days:
                yield key_of(id, day)
