"""Any history of changes: evaluating what is stale or due gives what a full sweep gives, and what the oracle says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp
from tests.engines.wiping import wipe
from tests.graph.rollups import graphs, oracle, reading
from tests.graph.rollups.oracle import Event, Membership, Organisation, Person, World
from tests.graph.rollups.worlds import ADMINS, BIG, FILTERS, NEW, NOT_PRO, NOW

PEOPLE = ("p0", "p1", "p2")
ORGANISATIONS = ("o0", "o1", "o2")

KEPT = [
    StoredRollUp("people", RollUp("COUNT")),
    StoredRollUp("people below", RollUp("COUNT", where=NOT_PRO), include_descendants=True),
    StoredRollUp("admins", RollUp("COUNT", where=ADMINS)),
    StoredRollUp("new people", RollUp("COUNT", where=NEW)),
    StoredRollUp("seats", RollUp("SUM", attribute="seats"), include_descendants=True),
    StoredRollUp("first plan", RollUp("FIRST", attribute="plan")),
    StoredRollUp("week", RollUp("COUNT", "EVENTS", window_days=7)),
    StoredRollUp("week below", RollUp("COUNT_DISTINCT", "EVENTS", window_days=7), include_descendants=True),
    StoredRollUp("big", RollUp("SUM", "EVENTS", "amount", "A", 2, None, BIG)),
    StoredRollUp("admins acted", RollUp("LAST", "EVENTS", where=ADMINS)),
    StoredRollUp("acted there", RollUp("COUNT", "EVENTS", window_days=3), "membership"),
]
OVER_THOSE = [
    StoredRollUp("most there", RollUp("MAX", attribute="membership.acted_there"), include_descendants=True),
    StoredRollUp("busy", RollUp("COUNT", where="membership.acted_there > 1")),
]

_days = st.integers(-9, 9)
_changes = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(PEOPLE), st.sampled_from(ORGANISATIONS), _days, st.integers(1, 9)),
    st.tuples(st.just("plan"), st.sampled_from(PEOPLE), st.sampled_from(["pro", "free", None]), st.integers(0, 5)),
    st.tuples(st.just("act"), st.integers(0, 30), st.sampled_from("AB"), st.integers(0, 9), st.integers(0, 99)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("move"), st.sampled_from([("o1", None), ("o1", "o0"), ("o2", "o1"), ("o2", "o0")])),
    st.tuples(st.just("count"), st.sampled_from(PEOPLE), st.sampled_from([None, "shared"])),
)


class History:
    """A world and its graph, changed in step."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.world, self.clock = graph, World(), FixedClock(NOW)

    async def begin(self) -> Evaluator:
        for id in ORGANISATIONS:
            self.world.organisations[id] = Organisation(id)
        for i, id in enumerate(PEOPLE):
            seen = None if i == 2 else NOW - timedelta(days=27 + i)
            self.world.people[id] = Person(id, seen, None, None, {"seats": i + 1, "plan": "free"})
        await wipe(self.graph)
        await graphs.build(self.graph, self.world, NOW)
        for each in (*KEPT, *OVER_THOSE):
            await define_roll_up(self.graph, self.clock, each)
        return Evaluator(self.graph, self.clock, batch=2)

    async def change(self, kind: str, *what: Any) -> None:
        touched = await getattr(self, kind)(*what)
        await graphs.touch(self.graph, sorted(touched), self.clock.now())

    async def join(self, person: str, organisation: str, since: int, length: int) -> set[str]:
        id = f"{person}-{organisation}"
        role = ("admin", "user", None)[length % 3]
        start = self.clock.now() + timedelta(days=since)
        until = start + timedelta(days=length) if length % 2 else None
        self.world.memberships[id] = Membership(id, person, organisation, role, start, until)
        await graphs.put_membership(self.graph, self.world.memberships[id])
        return {organisation}

    async def plan(self, person: str, plan: str | None, seats: int) -> set[str]:
        self.world.people[person].attributes = {"plan": plan, "seats": seats}
        await graphs.put_person(self.graph, self.world.people[person])
        return self._organisations_of(person)

    async def count(self, person: str, uncounted: str | None) -> set[str]:
        self.world.people[person].uncounted = uncounted
        await graphs.put_person(self.graph, self.world.people[person])
        return self._organisations_of(person)

    async def act(self, who: int, name: str, days: int, amount: int) -> set[str]:
        owners = [*self.world.memberships, *ORGANISATIONS]
        owner = owners[who % len(owners)]
        id = f"e{len(self.world.events)}"
        event = Event(id, owner, name, self.clock.now() - timedelta(days=days, minutes=amount), {"amount": amount})
        self.world.events[id] = event
        await graphs.put_event(self.graph, self.world, event)
        return {self.world.memberships[owner].organisation if owner in self.world.memberships else owner}

    async def wait(self, hours: int) -> set[str]:
        self.clock.advance(timedelta(hours=hours))
        return set()

    async def move(self, edge: tuple[str, str | None]) -> set[str]:
        child, parent = edge
        before = self.world.organisations[child].parent
        self.world.organisations[child].parent = parent
        await graphs.put_parent(self.graph, self.world.organisations[child])
        return {each for each in (child, parent, before) if each}

    def _organisations_of(self, person: str) -> set[str]:
        return {m.organisation for m in self.world.memberships.values() if m.person == person}

    def expected(self) -> dict[str, dict[str, Any]]:
        """The oracle's value of every stored roll-up."""
        now = self.clock.now()
        there = {
            id: oracle.value(self.world, KEPT[-1].roll_up, id, False, now, FILTERS) for id in self.world.memberships
        }
        found: dict[str, dict[str, Any]] = {}
        for id in ORGANISATIONS:
            own = {e.property: self._value(e, id) for e in KEPT if e.entity == "organisation"}
            below = [there[m] for m in self._members(id, deep=True)]
            busy = {self.world.memberships[m].person for m in self._members(id, deep=False) if there[m] > 1}
            found[id] = {**own, "most_there": max(below, default=None), "busy": len(busy)}
        return found

    def _value(self, each: StoredRollUp, id: str) -> Any:
        return oracle.value(self.world, each.roll_up, id, each.include_descendants, self.clock.now(), FILTERS)

    def _members(self, organisation: str, *, deep: bool) -> list[str]:
        """Memberships that count, by the oracle's own rules."""
        inside = oracle.below(self.world, organisation, deep)
        counted = {id for id, person in self.world.people.items() if person.uncounted is None}
        return [
            m.id
            for m in self.world.memberships.values()
            if m.organisation in inside and m.person in counted and oracle.current(m, self.clock.now())
        ]


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(_changes, min_size=6, max_size=14), every=st.integers(1, 4))
async def test_incremental_is_full_is_the_oracle_r3_t2_t3(graph: Graph, changes: list[Any], every: int) -> None:
    history = History(graph)
    evaluator = await history.begin()
    await evaluator.evaluate_stale()
    for i, change in enumerate(changes):
        await history.change(*change)
        if i % every == 0:
            await evaluator.evaluate_stale()
    await evaluator.evaluate_stale()
    incremental = await reading.stored(graph)
    await evaluator.evaluate_all()
    assert incremental == history.expected()
    assert await reading.stored(graph) == incremental
