"""Prefetch: one round trip reads the catalogue, the named subjects, the known events and their counters.

Where several services write, the same round trip takes the locks first and reads under them. It then also reads
everything that events alone need. Many events are looked up in a second round trip: a statement that locks also
locks each key that it looks up in an index.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.clock import DAY
from graph.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.writer.addressing import Keys, add_identities, named_by
from graph.writer.counters import date_of, key_of
from graph.writer.graph_state import GraphState
from graph.writer.locks import Locks
from queries import text

_MOST_DAYS = 16
"""Days of one identity from which it is cheaper to find its memberships first, and their counters afterwards."""


_MANY_EVENTS = 200
"""Events from which a second round trip costs less than locking the key of each."""


class Prefetched(Struct):
    """The catalogue as it is now, and the hash of each known event."""

    definitions: Sequence[Sequence[Any]]
    events: dict[str, str]


class _Days(Struct):
    """The days with events of one identity, and whether they may count on its owner itself."""

    days: set[int]
    own: bool


async def prefetch(state: GraphState, facts: Sequence[Fact], locks: Locks) -> Prefetched:
    """Read all that facts name, and add it to the state. Takes the locks first where any are needed."""
    events = [fact for fact in facts if isinstance(fact, EventFact)]
    wanted = {"events": [event.id for event in events]}
    days = _days(events)
    found = await (
        _under_locks(state, facts, wanted, days, locks)
        if locks.are_needed
        else _without_locks(state, facts, wanted, days)
    )
    state.counters |= {row[0]: row[1:] for row in found["counters"]}
    return Prefetched(found["definitions"], dict(found["events"]))


async def _without_locks(
    state: GraphState, facts: Sequence[Fact], wanted: dict[str, list[Any]], days: Mapping[str, _Days]
) -> dict[str, Any]:
    cached, missing = state.cache.lookup(named_by(facts))
    add_identities(state, cached)
    counters = set(_counters(state, days))
    wanted |= {"keys": missing, "counters": list(counters)}
    found = (await state.tx.rows(text("writer/prefetch"), wanted))[0]
    add_identities(state, found["identities"])
    state.counters_read |= counters
    return found


async def _under_locks(
    state: GraphState, facts: Sequence[Fact], wanted: dict[str, list[Any]], days: Mapping[str, _Days], locks: Locks
) -> dict[str, Any]:
    # a statement that locks also locks each key it looks up, so many events are looked up without it
    many = len(wanted["events"]) > _MANY_EVENTS
    spans = [{"key": key, "days": [date_of(day) for day in each.days], "own": each.own} for key, each in days.items()]
    described = {keys[0] for keys in _described_keys(facts)}
    keys = named_by(facts)
    named = {"buckets": locks.buckets(keys), "keys": [[key, key in described] for key in keys]}
    events = {"events": [], "days": []} if many else {**wanted, "days": spans}
    found = (await state.tx.rows(text("writer/prefetch_under_locks"), named | events))[0]
    add_identities(state, found["identities"])
    _cache_read(state, found)
    locks.note_locked(id for id, *_ in (*found["people"], *found["organisations"]))
    counters = set(_counters(state, days))
    state.counters_read |= counters
    if many:
        found |= (await state.tx.rows(text("writer/prefetch"), {**wanted, "keys": [], "counters": list(counters)}))[0]
    return found


def _cache_read(state: GraphState, found: Mapping[str, Any]) -> None:
    """Cache for this transaction what it read under locks."""
    rows_of: dict[str, list[tuple[Any, ...]]] = {id: [] for id, *_ in found["people"]}
    for row in found["memberships"]:
        rows_of[row[1]].append(row)
    for id, rows in rows_of.items():
        state.cache.memberships.put(id, rows)
    keys_of: dict[str, list[str]] = {}
    for id, key in found["holdings"]:
        keys_of.setdefault(id, []).append(key)
    for id, keys in keys_of.items():
        state.cache.keys.put(id, tuple(keys))
    for id, first, last in (*found["people"], *found["organisations"]):
        state.cache.spans.put(id, (first, last))


def _described_keys(facts: Iterable[Fact]) -> Iterable[Keys]:
    """Yield the identities of subjects that are computed again: described ones, and people with stated memberships."""
    for fact in facts:
        if isinstance(fact, EntityFact):
            yield fact.keys
        elif isinstance(fact, MembershipFact):
            yield fact.person


def _days(events: Iterable[EventFact]) -> dict[str, _Days]:
    """Return the days of events by the identity whose owner may count them, for identities with few days."""
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


def _counters(state: GraphState, days: Mapping[str, _Days]) -> Iterable[str]:
    """Yield the keys of counters that may change, for owners whose memberships are known."""
    for key, each in days.items():
        person = state.people.previous_owner.get(key)
        owner = person or state.organisations.previous_owner.get(key)
        if owner is None:
            continue
        held = state.cache.memberships.get(person) if person else ()
        if held is None:
            continue
        for id in (*(row[0] for row in held), *([owner] if each.own else ())):
            for day in each.days:
                yield key_of(id, day)
