"""One transaction of facts, from rows to what is written: read, resolve, settle, plan, write (F1–F11)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import UNSET

from graph.engine import Transaction
from graph.facts import EntityFact, EventFact, Fact, MembershipFact, Reading, Row
from graph.sources.cursors import move_cursors
from graph.writer.addressing import address, first_told, keys_of_fact, refuse_unusable, replace_ids, spoken
from graph.writer.definitions import Additions, Definitions
from graph.writer.hierarchy import refuse_cycles, settle_hierarchy
from graph.writer.holdings import load_keys
from graph.writer.locks import Escalate, Locks
from graph.writer.memory import Memory
from graph.writer.opening import open_batch
from graph.writer.origins import NO_ORIGINS, Origins
from graph.writer.outcome import Report
from graph.writer.pairs import Plan, plan_person, write_plan, write_ready
from graph.writer.placing import Placing, resolve_organisations
from graph.writer.records import PARENT, Records
from graph.writer.rejected import keep_rejected
from graph.writer.settings import WriterSettings
from graph.writer.settling import Settlement, Wishes, settle, write_settlement
from graph.writer.sightings import tell_times, write_sightings
from graph.writer.statuses import Statuses
from graph.writer.widening import mark_widened, widen_events
from graph.writer.world import Kept, Side, World, slices
from graph.writer.writing import write_entities, write_records
from queries import text

Dirty = dict[str, set[str]]
Recent = Callable[[Sequence[Sequence[Any]]], Definitions]
"""The definitions as the catalogue has them now; the batch may add to what it is given."""
Prepare = Callable[[Transaction], Awaitable[None]]
"""Work by hand that comes first, under the locks."""


class Batch:
    """The work of one transaction. Everything it decides follows from its rows, the graph it reads, and the clock it is given."""

    def __init__(
        self,
        tx: Transaction,
        settings: WriterSettings,
        now: int,
        locks: Locks,
        definitions: Definitions,
        recent: Recent,
        wishes: Mapping[str, Wishes],
        prepare: Prepare | None = None,
        memory: Memory | None = None,
        origins: Origins = NO_ORIGINS,
    ) -> None:
        self.world = World(tx, now, memory)
        self.settings = settings
        self.locks = locks
        self.definitions = definitions
        self.recent = recent
        self.events_known: dict[str, str] = {}
        self.wishes = wishes
        self.prepare = prepare
        self.origins = origins
        self.records = Records()
        self.plan = Plan()
        self.settled: dict[str, Settlement] = {}
        self.before: dict[str, dict[str, Sequence[Any]]] = {}
        self.defines = False
        """Whether what it writes changes the catalogue."""

    async def facts(self, rows: Sequence[Row], report: Report) -> list[Fact]:
        """The usable facts of rows; refusals go to the report."""
        reading = Reading(self.definitions.catalogue, self.world.now, self.settings.placeholders, self.settings.bounds)
        facts = [fact for index, row in enumerate(rows) if (fact := reading.read(index, row)) is not None]
        for rejection in reading.rejections:
            report.reject(rejection)
        return await replace_ids(self.world, facts, report)

    async def run(self, rows: Sequence[Row], report: Report, again: Mapping[str, set[str]] | None = None) -> None:
        """Writes what the rows say. `again` names people and organisations to be computed anew, whatever the rows say."""
        facts = await self._resolve(await self._locked(rows, report), report)
        additions = self.definitions.take(facts)
        self.defines = bool(additions.changed)
        statuses = Statuses(self.world)
        await self._settle(facts)
        await mark_widened(self.world, additions)
        for entity, ids in (again or {}).items():
            self.world.side(entity).dirty |= ids  # type: ignore[arg-type]
        await self._load(facts, set((again or {}).get("person", ())), additions)
        await self.records.recall(self.world, facts)
        dirty = self._tell(facts, statuses)
        await self._plan(dirty, set((again or {}).get("person", ())))
        events = statuses.events([f for f in facts if isinstance(f, EventFact)], self.events_known, report)
        placing = Placing(self.world, self.definitions, self.plan)
        await self._place(placing, events)
        statuses.memberships(facts)
        statuses.report(report)
        await self._write(facts, rows, report, additions, placing)

    async def _locked(self, rows: Sequence[Row], report: Report) -> list[Fact]:
        """The facts of rows, their identities locked. Whoever changes a type holds every lock: read under any, it stays."""
        facts = await self.facts(rows, report)
        await self.locks.all_of_them(self.world.tx)
        if self.prepare is not None:
            await self.prepare(self.world.tx)
        opening = await open_batch(self.world, facts, self.locks)
        if opening.definitions != self.definitions.rows:
            self.definitions = self.recent(opening.definitions)
            report.clear()
            facts = await self.facts(rows, report)
            opening = await open_batch(self.world, facts, self.locks)
        self.events_known = opening.events
        return facts

    async def _resolve(self, facts: list[Fact], report: Report) -> list[Fact]:
        for wishes in self.wishes.values():
            await address(self.world, sorted(wishes.resolve))
        return await refuse_unusable(self.world, facts, self.settings.secret, report)

    async def _settle(self, facts: Sequence[Fact]) -> None:
        said = spoken(facts)
        for entity in ("person", "organisation"):
            side = self.world.side(entity)
            keys, told = keys_of_fact(side, said)
            wishes = self.wishes.get(entity, Wishes())
            self.settled[entity] = await settle(self.world, side, keys, told, self.settings.limits, wishes)
            self.locks.check(side)

    async def _load(self, facts: Sequence[Fact], again: set[str], additions: Additions) -> None:
        world = self.world
        for fact in facts:
            if isinstance(fact, EntityFact):
                world.side(fact.entity).dirty.add(world.side(fact.entity).owner[fact.keys[0]])
        await self._load_members_of_changed()
        spoken = {world.people.owner[fact.person[0]] for fact in facts if isinstance(fact, MembershipFact)} | again
        acting = {world.people.owner[fact.person[0]] for fact in facts if isinstance(fact, EventFact) and fact.person}
        for side in (world.people, world.organisations):
            side.dirty |= side.created | side.changed | self.settled[side.entity].turned | self._gained(side)
            side.dirty -= side.merged.keys()
        deep = world.people.dirty | spoken
        self.locks.people(world, deep | acting, widening=bool(additions.widened))
        await world.load_memberships({*deep, *acting, *world.people.merged})
        await self._lock_organisations(facts, additions)
        await load_keys(world, world.people, deep)
        await load_keys(world, world.organisations, world.organisations.dirty)
        for side in (world.people, world.organisations):
            await self.records.load(world, side.known_keys(side.dirty))
        await self.records.load_memberships(world, world.people.known_keys(deep))
        via = {
            str(r.organisation_via)
            for id in spoken | world.people.changed
            for r in self.records.of(world.people.keys[id], "membership")
        }
        await resolve_organisations(world, via)
        await self._load_entities(deep | acting)

    async def _lock_organisations(self, facts: Sequence[Fact], additions: Additions) -> None:
        parents = any(isinstance(fact, EntityFact) and fact.parent is not UNSET for fact in facts)
        await self.locks.organisations(self.world, shared=parents or bool(additions.changed))
        partly = self.locks.needed and not self.locks.everything
        if additions.changed and partly and await self.world.one("catalogue", {}) != self.definitions.rows:
            raise Escalate

    def _gained(self, side: Side) -> set[str]:
        """Who gained an identity: search words and a stand-in email or domain follow."""
        return {side.owner[key] for key in side.new_keys}

    async def _load_members_of_changed(self) -> None:
        """Where organisations' identities changed hands, everyone who ever belonged there is computed again (I4)."""
        side = self.world.organisations
        changed = sorted(side.changed | side.merged.keys())
        if changed:
            members = await self.world.one("members_of", {"organisations": changed})
            self.world.people.changed |= {id for id in members if id not in self.world.people.merged}

    async def _load_entities(self, people: set[str]) -> None:
        """Loads spans, and of what is computed again also where its values came from."""
        world = self.world
        organisations = world.organisations.dirty | set(world.organisations.owner.values())
        organisations |= {organisation for of in world.memberships.values() for organisation in of}
        self.before = {"person": {}, "organisation": {}}
        missing = {}
        for side, ids in ((world.people, people), (world.organisations, organisations)):
            unknown = []
            for id in ids - side.created:
                span = None if id in side.dirty else world.memory.spans.get(id)
                if span is None:
                    unknown.append(id)
                else:
                    self.before[side.entity][id] = (id, *span, None, None)
            missing[side.label] = sorted(unknown)
        if any(missing.values()):
            row = (await world.tx.rows(_text("entities"), missing))[0]
            self.before["person"] |= {each[0]: each for each in row["people"]}
            self.before["organisation"] |= {each[0]: each for each in row["organisations"]}

    def _tell(self, facts: Sequence[Fact], statuses: Statuses) -> Dirty:
        """Adds what facts say to the records; returns the organisations in which each person's membership must be computed again."""
        dirty: Dirty = {}
        world = self.world
        for fact in facts:
            if isinstance(fact, EntityFact):
                changed = self.records.tell(fact)
                if fact.parent is not UNSET:
                    changed = self.records.tell_parent(fact) or changed
                statuses.entity(fact, changed)
            elif isinstance(fact, MembershipFact) and self.records.tell_membership(fact):
                statuses.changed.add(fact.index)
                person = world.people.owner[fact.person[0]]
                dirty.setdefault(person, set()).add(world.organisations.owner[fact.organisation[0]])
        return dirty

    async def _plan(self, dirty: Dirty, again: set[str]) -> None:
        world = self.world
        whole = world.people.changed | again
        handed_on: dict[str, list[Kept]] = {}
        for old, new in world.people.merged.items():
            handed_on.setdefault(new, []).extend(world.every_membership(old))
        for people in slices({*dirty, *whole}):
            for person in people:
                pool = world.every_membership(person)
                if person in whole:
                    pool += handed_on.get(person, [])
                world.memberships[person] = {}
                anew = None if person in whole else dirty[person]
                plan_person(world, self.records, self.definitions, person, anew, pool, self.plan)
            await write_ready(world, self.plan)

    async def _place(self, placing: Placing, events: list[EventFact]) -> None:
        world = self.world
        reconsidered = world.people.changed | (self.plan.respelled - world.people.created)
        waiting = placing.place_new(events, reconsidered)
        if reconsidered:
            await load_keys(world, world.people, reconsidered)
            await placing.reconsider(reconsidered, waiting, self._silent(reconsidered - world.people.changed))
        await placing.reconsider_recorded()

    def _silent(self, people: set[str]) -> set[str]:
        """Those of whom no event is known: nobody was last seen without one (F8)."""
        return {id for id in people if self.before["person"][id][2] is None}

    async def _write(
        self, facts: Sequence[Fact], rows: Sequence[Row], report: Report, additions: Additions, placing: Placing
    ) -> None:
        world = self.world
        told = first_told(facts)
        await write_entities(world, self.definitions, self.records, self.before, self.settled, told)
        for side in (world.people, world.organisations):
            await write_settlement(world, side, self.settled[side.entity], told[side.entity])
        await write_plan(world, self.plan)
        await widen_events(world, self.definitions, additions)  # before new ones, which have the wider type already
        placed = await placing.write()
        await write_records(world, self.records, self.plan)
        children = {
            world.organisations.owner[f.keys[0]] for f in facts if isinstance(f, EntityFact) and f.parent is not UNSET
        }
        children |= world.organisations.changed
        if children:
            await load_keys(world, world.organisations, children)
            suppressed = await settle_hierarchy(
                world, self.records, children, self.definitions.order("organisation").get(PARENT, ())
            )
            refuse_cycles(report, facts, suppressed)
        tell_times(world, facts)
        await write_sightings(world, self.records, self.before, placed, people=self.definitions.computes_people)
        await self.definitions.save(world, additions.changed)
        await keep_rejected(world, rows, report, self.origins)
        await move_cursors(world.tx, self.origins.moves, world.now)  # the last: it holds locks that other pages want


def _text(name: str) -> str:
    return text(f"writer/{name}")
