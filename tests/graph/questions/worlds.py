"""Small graphs as plain lists, drawn by hypothesis and written into an engine without the writer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from graph.clock import epoch_ms
from graph.engine import Graph, Transaction
from tests.engines.wiping import wipe

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAMES = ("A", "B", "X")


@dataclass(frozen=True)
class Spell:
    """One membership. Days count from NOW."""

    id: str
    person: str
    organisation: str
    role: str | None = None
    roles: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    @property
    def current(self) -> bool:
        return (self.since is None or self.since <= 0) and (self.until is None or self.until > 0)


@dataclass(frozen=True)
class Happening:
    """One event of a spell, a person or an organisation, `minutes` before NOW."""

    owner: str
    name: str
    minutes: int

    @property
    def at(self) -> datetime:
        return NOW - timedelta(minutes=self.minutes)


@dataclass
class World:
    """A world: its people, organisations, memberships and events. `uncounted` gives people that do not count, and why."""

    people: list[str]
    organisations: list[str]
    spells: list[Spell]
    happenings: list[Happening]
    uncounted: dict[str, str] = field(default_factory=dict)

    def counted(self, of: str) -> bool:
        return of not in self.uncounted


def worlds() -> st.SearchStrategy[World]:
    people, organisations = ["p1", "p2", "p3", "p4"], ["o1", "o2", "o3"]
    spell = st.builds(
        Spell,
        id=st.just(""),
        person=st.sampled_from(people),
        organisation=st.sampled_from(organisations),
        role=st.sampled_from([None, "admin", "viewer"]),
        since=st.sampled_from([None, -40, -3, 0, 2]),
        until=st.sampled_from([None, None, 0, 1]),
    )
    owner = st.integers(0, 12)
    happening = st.tuples(owner, st.sampled_from(NAMES), st.integers(0, 60 * 24 * 5))
    hidden = st.dictionaries(st.sampled_from(["p4", "o3"]), st.just("erased"), max_size=2)
    return st.builds(
        lambda spells, happenings, uncounted: _world(people, organisations, spells, happenings, uncounted),
        st.lists(spell, max_size=7),
        st.lists(happening, max_size=25),
        hidden,
    )


def _world(
    people: list[str],
    organisations: list[str],
    spells: list[Spell],
    happenings: list[tuple[int, str, int]],
    uncounted: dict[str, str],
) -> World:
    named = [
        Spell(f"m{i}", s.person, s.organisation, s.role, (s.role,) if s.role else (), s.since, s.until)
        for i, s in enumerate(spells)
    ]
    # events of spells come first and most often; some are a person's own, some an organisation's
    owners = [s.id for s in named] * 2 + people[:2] + organisations[:2]
    return World(
        people,
        organisations,
        named,
        [Happening(owners[number % len(owners)], name, minutes) for number, name, minutes in happenings],
        uncounted,
    )


async def put(graph: Graph, world: World) -> None:
    """Write this world into an empty engine."""
    await wipe(graph)

    async def write(transaction: Transaction) -> None:
        for statement, rows in _rows(world):
            await transaction.execute(statement, {"rows": rows})

    await graph.write(write)


def _rows(world: World) -> list[tuple[str, list[dict[str, Any]]]]:
    ms = {None: None} | {d: epoch_ms(NOW + timedelta(days=d)) for d in range(-400, 400)}
    events = [
        {"id": f"e{i}", "owner": h.owner, "name": h.name, "at": epoch_ms(h.at)} for i, h in enumerate(world.happenings)
    ]
    of_spells, of_people, of_organisations = ([e for e in events if e["owner"][0] == kind] for kind in ("m", "p", "o"))
    return [
        (
            _PEOPLE,
            [{"id": p, "uncounted": world.uncounted.get(p)} for p in world.people],
        ),
        (
            _ORGANISATIONS,
            [{"id": o, "uncounted": world.uncounted.get(o)} for o in world.organisations],
        ),
        (
            _SPELLS,
            [
                {
                    "id": s.id,
                    "person": s.person,
                    "organisation": s.organisation,
                    "role": s.role,
                    "roles": list(s.roles),
                    "since": ms[s.since],
                    "until": ms[s.until],
                }
                for s in world.spells
            ],
        ),
        (_EVENTS.format(label="Membership", edge="PERFORMED"), of_spells),
        (_EVENTS.format(label="Person", edge="PERFORMED"), of_people),
        (_EVENTS.format(label="Organisation", edge="RECORDED"), of_organisations),
        (_ACTIVITY.format(label="Membership"), _counters(of_spells)),
        (_ACTIVITY.format(label="Person"), _counters(of_people)),
        (_ACTIVITY.format(label="Organisation"), _counters(of_organisations)),
    ]


_PEOPLE = """
UNWIND $rows AS r
CREATE (p:Person {id: r.id, name: 'Name ' + r.id, email: r.id + '@x.example'})
SET p.uncounted = r.uncounted
"""
_ORGANISATIONS = """
UNWIND $rows AS r
CREATE (o:Organisation {id: r.id, name: 'Name ' + r.id, domain: r.id + '.example'})
SET o.uncounted = r.uncounted
"""
_SPELLS = """
UNWIND $rows AS r
MATCH (p:Person {id: r.person})
MATCH (o:Organisation {id: r.organisation})
CREATE (p)-[:HAS_MEMBERSHIP]->(m:Membership {id: r.id})-[:IN_ORGANISATION]->(o)
SET m.role = r.role, m.roles = r.roles,
  m.since = CASE WHEN r.since IS NULL THEN null ELSE datetime({epochMillis: r.since}) END,
  m.until = CASE WHEN r.until IS NULL THEN null ELSE datetime({epochMillis: r.until}) END
"""
_EVENTS = (
    "UNWIND $rows AS r MATCH (x:{label} {{id: r.owner}}) CREATE (x)-[:{edge}]->(e:Event {{id: r.id, name: r.name, "
    "occurredAt: datetime({{epochMillis: r.at}})}})"
)
_ACTIVITY = (
    "UNWIND $rows AS r MATCH (x:{label} {{id: r.owner}}) CREATE (x)-[:ACTIVE_ON]->(a:Activity {{key: r.key, "
    "day: date(datetime({{epochMillis: r.firsts[0]}})), count: r.count, names: r.names, counts: r.counts, "
    "firsts: r.firsts, lasts: r.lasts}})"
)


def _counters(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    days: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        days[event["owner"], event["at"] // 86_400_000][event["name"]].append(event["at"])
    return [
        {
            "owner": owner,
            "key": f"{owner}|{day}",
            "count": sum(map(len, by_name.values())),
            "names": list(by_name),
            "counts": [len(instants) for instants in by_name.values()],
            "firsts": [min(instants) for instants in by_name.values()],
            "lasts": [max(instants) for instants in by_name.values()],
        }
        for (owner, day), by_name in days.items()
    ]
