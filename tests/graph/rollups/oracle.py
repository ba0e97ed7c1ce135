"""The value that every roll-up should have, in plain Python over plain records. It knows no graph, no Cypher and no counters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.rollups import RollUp


@dataclass
class Person:
    id: str
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    uncounted: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Organisation:
    id: str
    parent: str | None = None


@dataclass
class Membership:
    id: str
    person: str
    organisation: str
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    uncounted: str | None = None


@dataclass
class Event:
    """`owner` is the id of a membership, an organisation or a person."""

    id: str
    owner: str
    name: str
    at: datetime
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)


Where = Callable[[World, Membership, datetime], bool]
EventWhere = Callable[[Event, datetime], bool]


@dataclass(frozen=True)
class Filters:
    """The criteria of the tests, as people would work them out by hand."""

    where: dict[str | None, Where]
    event_where: dict[str | None, EventWhere]


def value(world: World, roll_up: RollUp, node: str, deep: bool, now: datetime, filters: Filters) -> Any:
    """The value of a roll-up for an organisation, a membership or a person."""
    if roll_up.source == "PEOPLE":
        return _people_value(world, roll_up, below(world, node, deep), now, filters)
    return _events_value(world, roll_up, node, deep, now, filters)


def current(membership: Membership, now: datetime) -> bool:
    began = membership.since is None or membership.since <= now
    return began and (membership.until is None or membership.until > now)


def below(world: World, organisation: str, deep: bool) -> set[str]:
    found = {organisation}
    while deep:
        more = {o.id for o in world.organisations.values() if o.parent in found} - found
        if not more:
            break
        found |= more
    return found


def _people_value(world: World, roll_up: RollUp, organisations: set[str], now: datetime, filters: Filters) -> Any:
    where = filters.where[roll_up.where]
    memberships = [
        m
        for m in world.memberships.values()
        if m.organisation in organisations
        and m.uncounted is None
        and world.people[m.person].uncounted is None
        and current(m, now)
        and where(world, m, now)
    ]
    people = {m.person: world.people[m.person] for m in memberships}
    if roll_up.attribute is None:
        return len(people)
    if roll_up.attribute == "role":
        known = [(m.role, world.people[m.person], m.id) for m in memberships if m.role is not None]
    else:
        each = [(_read(p, roll_up.attribute), p, "") for p in people.values()]
        known = [one for one in each if one[0] is not None]
    if roll_up.aggregation == "COUNT":
        return len({p.id for _, p, _ in known})
    if roll_up.aggregation == "FIRST":
        late = datetime.max.replace(tzinfo=UTC)
        return min(known, key=lambda k: (k[1].first_seen or late, k[1].id, k[2]), default=(None,))[0]
    if roll_up.aggregation == "LAST":
        early = datetime.min.replace(tzinfo=UTC)
        return max(known, key=lambda k: (k[1].last_seen or early, k[1].id, k[2]), default=(None,))[0]
    return _reduced(roll_up.aggregation, [k[0] for k in known])


def _read(person: Person, attribute: str) -> Any:
    return person.first_seen if attribute == "first_seen_at" else person.attributes.get(attribute)


def _events_value(world: World, roll_up: RollUp, node: str, deep: bool, now: datetime, filters: Filters) -> Any:
    owners = _owners(world, node, deep)
    today = now.astimezone(UTC).date()
    counted = []
    for event in world.events.values():
        membership = world.memberships.get(event.owner)
        chosen = membership is not None and filters.where[roll_up.where](world, membership, now)
        day = event.at.date()
        last = today - timedelta(days=roll_up.end_days_ago)
        in_window = roll_up.window_days is None or last - timedelta(days=roll_up.window_days) < day <= last
        if (
            event.owner in owners
            and (roll_up.where is None or chosen)
            and roll_up.event_name in (None, event.name)
            and in_window
            and filters.event_where[roll_up.event_where](event, now)
        ):
            counted.append(event)
    if roll_up.attribute is None:
        return _times_value(world, roll_up.aggregation, counted)
    known = [e for e in counted if e.properties.get(roll_up.attribute) is not None]
    ordered = [e.properties[roll_up.attribute] for e in sorted(known, key=lambda e: (e.at, e.id))]
    if roll_up.aggregation in ("FIRST", "LAST"):
        return (ordered[0] if roll_up.aggregation == "FIRST" else ordered[-1]) if ordered else None
    return len(ordered) if roll_up.aggregation == "COUNT" else _reduced(roll_up.aggregation, ordered)


def _owners(world: World, node: str, deep: bool) -> set[str]:
    if node in world.memberships:
        return {node}
    if node in world.people:
        return {node} | {m.id for m in world.memberships.values() if m.person == node}
    organisations = below(world, node, deep)
    return organisations | {m.id for m in world.memberships.values() if m.organisation in organisations}


def _times_value(world: World, aggregation: str, counted: list[Event]) -> Any:
    match aggregation:
        case "COUNT":
            return len(counted)
        case "ACTIVE_DAYS":
            return len({e.at.date() for e in counted})
        case "COUNT_DISTINCT":
            return len(set(_people_behind(world, counted)))
        case "FIRST":
            return min((e.at for e in counted), default=None)
        case _:
            return max((e.at for e in counted), default=None)


def _people_behind(world: World, counted: list[Event]) -> Iterable[str]:
    for event in counted:
        membership = world.memberships.get(event.owner)
        person = world.people.get(membership.person if membership else event.owner)
        if person and person.uncounted is None and (membership is None or membership.uncounted is None):
            yield person.id


def _reduced(aggregation: str, values: list[Any]) -> Any:
    if aggregation in ("MOST_FREQUENT", "UNIQUE_VALUES"):
        return _chosen(aggregation, values)
    match aggregation:
        case "SUM":
            return sum(values)
        case "AVERAGE":
            return sum(values) / len(values) if values else None
        case "MIN":
            return min(values, default=None)
        case "MAX":
            return max(values, default=None)
        case _:
            return len(set(values))


def _chosen(aggregation: str, values: list[Any]) -> Any:
    if aggregation == "UNIQUE_VALUES":
        return sorted(set(values))
    most = max((values.count(value) for value in values), default=0)
    return min((value for value in values if values.count(value) == most), default=None)
