"""Hangs every event on its one owner, and moves events when what is known of their person changes (E1–E4, M5, I3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.facts import EventFact
from graph.memberships.attribution import EXPLICIT, INFERRED, UNATTRIBUTED, inferred, nearest
from graph.writer.counters import Counters
from graph.writer.definitions import Definitions
from graph.writer.events import Happening, write_events
from graph.writer.pairs import Plan, activity, activity_row
from graph.writer.world import DAY, Kept, World


class Placing:
    """Places the events of one batch."""

    def __init__(self, world: World, definitions: Definitions, plan: Plan) -> None:
        self.world = world
        self.definitions = definitions
        self.plan = plan
        self.counters = Counters()
        self.fresh: list[Happening] = []
        self.moved: list[Happening] = []
        self._since_before: dict[str, int | None] = {}

    def place_new(self, facts: Iterable[EventFact], reconsidered: set[str]) -> dict[str, list[Happening]]:
        """Places new events; those of people who are reconsidered wait, by person."""
        waiting: dict[str, list[Happening]] = {}
        spans: dict[tuple[str | None, str, str, str | None], list[int]] = {}
        for fact in facts:
            person = self.world.people.owner[fact.person[0]] if fact.person else None
            organisation = self.world.organisations.owner[fact.organisation[0]] if fact.organisation else None
            event = Happening(fact.id, fact.name, fact.occurred, organisation, fact=fact)
            if person in reconsidered:
                waiting.setdefault(str(person), []).append(event)
                continue
            self._decide(event, person)
            self.fresh.append(event)
            self.counters.add(event.label, event.owner, event.name, event.at)
            place = person, event.label, event.owner, event.organisation
            span = spans.get(place)
            if span is None:
                spans[place] = [event.at, event.at]
            elif event.at < span[0]:
                span[0] = event.at
            elif event.at > span[1]:
                span[1] = event.at
        for place, (first, last) in spans.items():
            if place[-1] is not None:
                self.world.tell(place[-1], last)
            self._see(*place, first, last)
        return waiting

    def _decide(self, event: Happening, person: str | None) -> None:
        if person is None:
            event.label, event.owner, event.attribution = "organisations", str(event.organisation), EXPLICIT
            return
        spells = self.world.spells_of(person)
        kept: Kept | None
        if event.organisation is not None:
            kept = self._explicit(person, event.organisation, event.at)
            event.attribution = EXPLICIT
        else:
            kept = inferred({o: [k for k in of if k.stated] for o, of in spells.items()}, event.at)
            event.attribution = INFERRED if kept else UNATTRIBUTED
        event.label, event.owner = ("memberships", kept.id) if kept else ("people", person)
        if kept:
            event.organisation = kept.organisation

    def _explicit(self, person: str, organisation: str, at: int) -> Kept:
        """The pair's spell that holds the instant, else the nearest; without any, one that begins by acting (M5)."""
        of = self.world.spells_of(person).get(organisation)
        if not of:
            return activity(self.world, person, organisation, at)
        kept = of[0] if len(of) == 1 else nearest([each for each in of if each.stated] or of, at)
        if not kept.stated and (kept.since is None or at < kept.since):
            kept.since = at
            if not kept.new:
                self.plan.update[kept.id] = {"id": kept.id, "since": at, "until": kept.until, "set": {}}
        return kept

    def _see(self, person: str | None, label: str, owner: str, organisation: str | None, first: int, last: int) -> None:
        """Events of one person at one owner were seen, the first and the last at these instants."""
        world = self.world
        if person is not None:
            world.see("person", person, first, last)
        if label == "memberships":
            world.see("membership", owner, first, last)
        elif person is not None and self.definitions.computes_people:
            world.touched |= world.spells_of(person).keys()
        if organisation is not None:
            world.see("organisation", organisation, first, last)
            world.touched.add(organisation)

    async def reconsider(self, people: set[str], waiting: Mapping[str, list[Happening]], silent: set[str]) -> None:
        """Decides all events of these people again (E2); explicit ones keep their organisation. Of `silent` ones none is known yet."""
        world = self.world
        keys = world.people.known_keys(people - silent)
        events: dict[str, list[Happening]] = {id: list(waiting.get(id, ())) for id in people}
        if keys:
            rows = await world.one("events_via", {"keys": keys})
            via = await self._organisations_of({row[3] for row in rows if row[3]})
            holder = self._holders()
            for id, name, at, organisation_via, attribution, had, key in rows:
                events[holder[key]].append(Happening(id, name, at, via.get(organisation_via), had, attribution))
        for person, of in events.items():
            self._place_all(person, of)
        # of all at once: a day that lost an event to one person may hold others of another's
        self._recount([event for of in events.values() for event in of])

    def _holders(self) -> dict[str, str]:
        """Who owns each identity after the batch, of the people whose identities are loaded."""
        return {key: id for id, of in self.world.people.keys.items() for key in of} | self.world.people.owner

    async def _organisations_of(self, keys: set[str]) -> dict[str, str]:
        await resolve_organisations(self.world, keys)
        return self.world.organisations.owner

    def _place_all(self, person: str, events: list[Happening]) -> None:
        world = self.world
        explicit: dict[str, int] = {}
        for event in events:
            if event.organisation is not None:
                explicit[event.organisation] = min(event.at, explicit.get(event.organisation, event.at))
        self._settle_activity(person, explicit)
        for event in events:
            self._decide(event, person)
            self._see(person, event.label, event.owner, event.organisation, event.at, event.at)
            if event.fact is not None:
                self.fresh.append(event)
            elif (event.had, event.had_attribution) != (event.owner, event.attribution):
                self.moved.append(event)
        if any(event.had != event.owner and event.had for event in events):
            world.touched |= world.spells_of(person).keys()
        if events:
            world.unsure.add(("person", person))
            world.unsure |= {("organisation", organisation) for organisation in world.spells_of(person)}

    def _settle_activity(self, person: str, explicit: Mapping[str, int]) -> None:
        """Memberships that only activity tells of begin with the first event left there, and end with the last one gone."""
        for organisation, of in list(self.world.spells_of(person).items()):
            for kept in [each for each in of if not each.stated]:
                self.world.touched.add(organisation)
                if organisation not in explicit:
                    of.remove(kept)
                    self.plan.delete.append(kept.id)
                elif kept.since != explicit[organisation]:
                    kept.since = explicit[organisation]
                    self.plan.update[kept.id] = {"id": kept.id, "since": kept.since, "until": kept.until, "set": {}}
            if not of:
                del self.world.spells_of(person)[organisation]

    def _recount(self, events: list[Happening]) -> None:
        """Counts again every day that lost or gained an event, from all events of everyone reconsidered."""
        by_day: dict[tuple[str, int], list[tuple[str, int]]] = {}
        span: dict[str, list[int]] = {}
        label_of: dict[str, str] = {}
        hit: set[tuple[str, int]] = set()
        for event in events:
            place = (event.owner, event.at // DAY)
            by_day.setdefault(place, []).append((event.name, event.at))
            label_of[event.owner] = event.label
            span.setdefault(event.owner, []).append(event.at)
            if event.had != event.owner:
                hit.add(place)
                if event.had is not None:
                    hit.add((event.had, event.at // DAY))
                    self._see_less(event.had)
        gone = set(self.plan.delete)
        for owner, day in hit:
            if owner not in gone:
                self.counters.exactly(label_of.get(owner, _label(owner)), owner, day, by_day.get((owner, day), ()))
        for owner, instants in span.items():
            if label_of[owner] == "memberships":
                self.world.seen["membership", owner] = [min(instants), max(instants)]
                self.world.exact.add(owner)

    def _see_less(self, owner: str) -> None:
        if _label(owner) == "memberships":
            self.world.seen.setdefault(("membership", owner), [None, None])
            self.world.exact.add(owner)

    async def reconsider_recorded(self) -> None:
        """Moves events of organisations alone when their identities have changed hands."""
        side = self.world.organisations
        keys = [key for key, owner in side.owner.items() if side.before.get(key) and side.before[key] != owner]
        if not keys:
            return
        for id, name, at, key, had in await self.world.one("events_recorded_via", {"keys": keys}):
            owner = side.owner[key]
            if had != owner:
                event = Happening(id, name, at, owner, had, EXPLICIT, None, "organisations", owner, EXPLICIT)
                self.moved.append(event)
        await self._recount_organisations()

    async def _recount_organisations(self) -> None:
        owners = {id for event in self.moved if event.label == "organisations" for id in (event.had, event.owner) if id}
        moved = {event.id: event.owner for event in self.moved}
        days = {
            (id, event.at // DAY)
            for event in self.moved
            if event.label == "organisations"
            for id in (event.had, event.owner)
            if id
        }
        by_day: dict[tuple[str, int], list[tuple[str, int]]] = {place: [] for place in days}
        for id, name, at, owner in await self.world.one("events_recorded", {"organisations": sorted(owners)}):
            place = (moved.get(id, owner), at // DAY)
            if place in by_day:
                by_day[place].append((name, at))
        for (owner, day), events in by_day.items():
            self.counters.exactly("organisations", owner, day, events)
            self.world.unsure.add(("organisation", owner))
            self.world.touched.add(owner)

    async def write(self) -> dict[str, list[Any]]:
        """Writes memberships begun by acting, new events, moves, and what is gone at last; returns the counters for `place`."""
        world = self.world
        begun = [
            activity_row(k)
            for of in world.memberships.values()
            for spells in of.values()
            for k in spells
            if k.new and not k.stated
        ]
        await world.run("create_memberships", begun)
        gone = set(self.plan.delete)
        await world.run("update_memberships", [row for id, row in self.plan.update.items() if id not in gone])
        await write_events(world, self.definitions, self.fresh)
        counters, empty = await self.counters.rows(world)
        for label, rows in self._moves().items():
            await world.run(f"move_events_{label}", rows)
        await world.run("delete_counters", empty, "keys")
        await world.run("delete_memberships", sorted(gone), "ids")
        return {f"{name}_counters": rows for name, rows in counters.items()}

    def _moves(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for event in sorted(self.moved, key=lambda each: each.owner):
            row = {"id": event.id, "owner": event.owner, "attribution": event.attribution}
            found.setdefault(event.label, []).append(row)
        return found


def _label(owner: str) -> str:
    return {"m_": "memberships", "p_": "people", "o_": "organisations"}[owner[:2]]


async def resolve_organisations(world: World, keys: Iterable[str]) -> None:
    """Adds the owners of organisations' identities that the batch itself does not name."""
    missing = [key for key in keys if key not in world.organisations.owner]
    if missing:
        for key, owner, *_ in await world.one("identities", {"keys": missing}):
            world.organisations.owner[key] = owner
            world.organisations.before.setdefault(key, owner)
