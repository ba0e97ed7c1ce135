"""Places every event on its one owner, and moves events when their person changes (E1–E4, M5, I3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from graph.clock import DAY
from graph.facts import EventFact
from graph.memberships.attribution import EXPLICIT, INFERRED, UNATTRIBUTED, inferred, nearest
from graph.writer.counters import Counters
from graph.writer.definitions import Definitions
from graph.writer.events import OwnedEvent, write_events
from graph.writer.graph_state import GraphState, KeptMembership
from graph.writer.membership_plan import MembershipPlan, begin_membership, begun_row


class EventPlacement:
    """The placement of one transaction's events."""

    def __init__(self, state: GraphState, definitions: Definitions, plan: MembershipPlan) -> None:
        self.state = state
        self.definitions = definitions
        self.plan = plan
        self.counters = Counters()
        self.new_events: list[OwnedEvent] = []
        self.moved_events: list[OwnedEvent] = []
        self._since_before: dict[str, int | None] = {}

    def place_new(self, facts: Iterable[EventFact], reconsidered: set[str]) -> dict[str, list[OwnedEvent]]:
        """Place new events. Return by person the events of reconsidered people, which wait."""
        pending: dict[str, list[OwnedEvent]] = {}
        spans: dict[tuple[str | None, str, str, str | None], list[int]] = {}
        for fact in facts:
            person = self.state.people.owner[fact.person[0]] if fact.person else None
            organisation = self.state.organisations.owner[fact.organisation[0]] if fact.organisation else None
            event = OwnedEvent(fact.id, fact.name, fact.occurred, organisation, fact=fact)
            if person in reconsidered:
                pending.setdefault(str(person), []).append(event)
                continue
            self._decide(event, person)
            self.new_events.append(event)
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
                self.state.note_statement(place[-1], last)
            self._mark_seen(*place, first, last)
        return pending

    def _decide(self, event: OwnedEvent, person: str | None) -> None:
        if person is None:
            event.label, event.owner, event.attribution = "organisations", str(event.organisation), EXPLICIT
            return
        spells = self.state.spells_of(person)
        kept: KeptMembership | None
        if event.organisation is not None:
            kept = self._explicit(person, event.organisation, event.at)
            event.attribution = EXPLICIT
        else:
            kept = inferred({place: [k for k in there if k.is_stated] for place, there in spells.items()}, event.at)
            event.attribution = INFERRED if kept else UNATTRIBUTED
        event.label, event.owner = ("memberships", kept.id) if kept else ("people", person)
        if kept:
            event.organisation = kept.organisation

    def _explicit(self, person: str, organisation: str, at: int) -> KeptMembership:
        """Return the pair's spell at the instant, else the nearest one, else a new one that begins with the event (M5)."""
        spells = self.state.spells_of(person).get(organisation)
        if not spells:
            return begin_membership(self.state, person, organisation, at)
        kept = spells[0] if len(spells) == 1 else nearest([each for each in spells if each.is_stated] or spells, at)
        if not kept.is_stated and (kept.since is None or at < kept.since):
            kept.since = at
            if not kept.is_new:
                self.plan.update[kept.id] = {"id": kept.id, "since": at, "until": kept.until, "set": {}}
        return kept

    def _mark_seen(
        self, person: str | None, label: str, owner: str, organisation: str | None, first: int, last: int
    ) -> None:
        """Note the first and last time at which a person had events at an owner."""
        state = self.state
        if person is not None:
            state.mark_seen("person", person, first, last)
        if label == "memberships":
            state.mark_seen("membership", owner, first, last)
        elif person is not None and self.definitions.computes_people:
            state.touched |= state.spells_of(person).keys()
        if organisation is not None:
            state.mark_seen("organisation", organisation, first, last)
            state.touched.add(organisation)

    async def reconsider(
        self, people: set[str], pending: Mapping[str, list[OwnedEvent]], without_events: set[str]
    ) -> None:
        """Decide all events of people again (E2). Explicit ones keep their organisation.

        `without_events`: people of whom no event is stored yet.
        """
        state = self.state
        keys = state.people.known_keys(people - without_events)
        events: dict[str, list[OwnedEvent]] = {id: list(pending.get(id, ())) for id in people}
        if keys:
            rows = await state.fetch("events_via", {"keys": keys})
            via = await self._organisations_of({row[3] for row in rows if row[3]})
            holder = self._holders()
            for id, name, at, organisation_via, attribution, owner, key in rows:
                events[holder[key]].append(OwnedEvent(id, name, at, via.get(organisation_via), owner, attribution))
        for person, their_events in events.items():
            self._place_all(person, their_events)
        # all at once: a day that lost an event to one person may still hold events of another
        self._recount([event for their_events in events.values() for event in their_events])

    def _holders(self) -> dict[str, str]:
        """Return the owner of each loaded identity of people after this transaction."""
        return {key: id for id, keys in self.state.people.keys.items() for key in keys} | self.state.people.owner

    async def _organisations_of(self, keys: set[str]) -> dict[str, str]:
        await resolve_organisations(self.state, keys)
        return self.state.organisations.owner

    def _place_all(self, person: str, events: list[OwnedEvent]) -> None:
        state = self.state
        explicit: dict[str, int] = {}
        for event in events:
            if event.organisation is not None:
                explicit[event.organisation] = min(event.at, explicit.get(event.organisation, event.at))
        self._settle_activity(person, explicit)
        for event in events:
            self._decide(event, person)
            self._mark_seen(person, event.label, event.owner, event.organisation, event.at, event.at)
            if event.fact is not None:
                self.new_events.append(event)
            elif (event.previous_owner, event.previous_attribution) != (event.owner, event.attribution):
                self.moved_events.append(event)
        if any(event.previous_owner != event.owner and event.previous_owner for event in events):
            state.touched |= state.spells_of(person).keys()
        if events:
            state.uncertain_spans.add(("person", person))
            state.uncertain_spans |= {("organisation", organisation) for organisation in state.spells_of(person)}

    def _settle_activity(self, person: str, explicit: Mapping[str, int]) -> None:
        """Begin activity memberships with their first event, and delete those without events."""
        for organisation, spells in list(self.state.spells_of(person).items()):
            for kept in [each for each in spells if not each.is_stated]:
                self.state.touched.add(organisation)
                if organisation not in explicit:
                    spells.remove(kept)
                    self.plan.delete.append(kept.id)
                elif kept.since != explicit[organisation]:
                    kept.since = explicit[organisation]
                    self.plan.update[kept.id] = {"id": kept.id, "since": kept.since, "until": kept.until, "set": {}}
            if not spells:
                del self.state.spells_of(person)[organisation]

    def _recount(self, events: list[OwnedEvent]) -> None:
        """Count again every day that lost or gained an event."""
        by_day: dict[tuple[str, int], list[tuple[str, int]]] = {}
        span: dict[str, list[int]] = {}
        label_of: dict[str, str] = {}
        hit: set[tuple[str, int]] = set()
        for event in events:
            place = (event.owner, event.at // DAY)
            by_day.setdefault(place, []).append((event.name, event.at))
            label_of[event.owner] = event.label
            span.setdefault(event.owner, []).append(event.at)
            if event.previous_owner != event.owner:
                hit.add(place)
                if event.previous_owner is not None:
                    hit.add((event.previous_owner, event.at // DAY))
                    self._mark_lost(event.previous_owner)
        deleted = set(self.plan.delete)
        for owner, day in hit:
            if owner not in deleted:
                self.counters.exactly(label_of.get(owner, _label(owner)), owner, day, by_day.get((owner, day), ()))
        for owner, instants in span.items():
            if label_of[owner] == "memberships":
                self.state.seen_spans["membership", owner] = [min(instants), max(instants)]
                self.state.exact_spans.add(owner)

    def _mark_lost(self, owner: str) -> None:
        if _label(owner) == "memberships":
            self.state.seen_spans.setdefault(("membership", owner), [None, None])
            self.state.exact_spans.add(owner)

    async def reconsider_recorded(self) -> None:
        """Move organisations' own events where identities changed owners."""
        side = self.state.organisations
        keys = [
            key
            for key, owner in side.owner.items()
            if side.previous_owner.get(key) and side.previous_owner[key] != owner
        ]
        if not keys:
            return
        for id, name, at, key, previous in await self.state.fetch("events_recorded_via", {"keys": keys}):
            owner = side.owner[key]
            if previous != owner:
                event = OwnedEvent(id, name, at, owner, previous, EXPLICIT, None, "organisations", owner, EXPLICIT)
                self.moved_events.append(event)
        await self._recount_organisations()

    async def _recount_organisations(self) -> None:
        owners = {
            id
            for event in self.moved_events
            if event.label == "organisations"
            for id in (event.previous_owner, event.owner)
            if id
        }
        moved = {event.id: event.owner for event in self.moved_events}
        days = {
            (id, event.at // DAY)
            for event in self.moved_events
            if event.label == "organisations"
            for id in (event.previous_owner, event.owner)
            if id
        }
        by_day: dict[tuple[str, int], list[tuple[str, int]]] = {place: [] for place in days}
        for id, name, at, owner in await self.state.fetch("events_recorded", {"organisations": sorted(owners)}):
            place = (moved.get(id, owner), at // DAY)
            if place in by_day:
                by_day[place].append((name, at))
        for (owner, day), events in by_day.items():
            self.counters.exactly("organisations", owner, day, events)
            self.state.uncertain_spans.add(("organisation", owner))
            self.state.touched.add(owner)

    async def write(self) -> dict[str, list[Any]]:
        """Write new memberships, new events and moves, then deletions.

        Return the rows of counters for `write_activity`.
        """
        state = self.state
        begun = [
            begun_row(k)
            for by_organisation in state.memberships.values()
            for spells in by_organisation.values()
            for k in spells
            if k.is_new and not k.is_stated
        ]
        await state.run("create_memberships", begun)
        deleted = set(self.plan.delete)
        # memberships go last: the events of deleted ones have moved by then
        await state.run("update_memberships", [row for id, row in self.plan.update.items() if id not in deleted])
        await write_events(state, self.definitions, self.new_events)
        counters, empty = await self.counters.rows(state)
        for label, rows in self._moves().items():
            await state.run(f"move_events_{label}", rows)
        await state.run("delete_counters", empty, "keys")
        await state.run("delete_memberships", sorted(deleted), "ids")
        return {f"{name}_counters": rows for name, rows in counters.items()}

    def _moves(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for event in sorted(self.moved_events, key=lambda each: each.owner):
            row = {"id": event.id, "owner": event.owner, "attribution": event.attribution}
            found.setdefault(event.label, []).append(row)
        return found


def _label(owner: str) -> str:
    return {"m_": "memberships", "p_": "people", "o_": "organisations"}[owner[:2]]


async def resolve_organisations(state: GraphState, keys: Iterable[str]) -> None:
    """Load the owners of organisations' identities that the facts themselves do not name."""
    missing = [key for key in keys if key not in state.organisations.owner]
    if missing:
        for key, owner, *_ in await state.fetch("identities", {"keys": missing}):
            state.organisations.owner[key] = owner
            state.organisations.previous_owner.setdefault(key, owner)
