"""One transaction of facts, from rows to what the graph holds afterwards (F1–F11).

The stages run in this order: read, settle, load, record, plan, place, write. Each returns what later stages need.
Changes collect in `GraphState`, which all stages share.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET

from graph.engine import Transaction
from graph.facts import EntityFact, EventFact, Fact, MembershipFact, Row, RowReader
from graph.identity.kinds import Entity
from graph.sources.cursors import move_cursors
from graph.writer.addressing import (
    first_reports_of,
    keys_of_fact,
    load_identities,
    named_subjects,
    refuse_unusable,
    replace_ids,
)
from graph.writer.cache import WriterCache
from graph.writer.definitions import Additions, Definitions
from graph.writer.event_placement import EventPlacement
from graph.writer.graph_state import GraphState, KeptMembership, Side, slices
from graph.writer.hierarchy import refuse_cycles, settle_hierarchy
from graph.writer.loading import Previous, load_previous, load_records, mark_dirty, people_of
from graph.writer.locks import Locks, MoreLocksNeeded
from graph.writer.membership_plan import MembershipPlan, Rewritten, plan_person, write_plan, write_ready
from graph.writer.origins import NO_ORIGINS, Origins
from graph.writer.owned_keys import load_keys
from graph.writer.prefetch import prefetch
from graph.writer.records import PARENT, SourceRecords
from graph.writer.rejected import keep_rejected
from graph.writer.results import RowResults
from graph.writer.seen_times import record_statement_times, write_seen_times
from graph.writer.settings import WriterSettings
from graph.writer.settlement import Overrides, Settlement, settle, write_settlement
from graph.writer.statuses import Statuses
from graph.writer.widening import mark_widened, widen_events
from graph.writer.writing import write_entities, write_records

Refresh = Callable[[Sequence[Sequence[Any]]], Definitions]
"""Returns a copy of the definitions that the catalogue holds now. The transaction may add to its copy."""
Prepare = Callable[[Transaction], Awaitable[None]]
"""A change by hand that comes before the facts, under the locks."""
Settled = Mapping[Entity, Settlement]
_NO_OVERRIDES = Overrides()


@dataclass(frozen=True)
class Job:
    """The work of one transaction: its rows, and for a change by hand what else has to happen."""

    rows: Sequence[Row]
    origins: Origins = NO_ORIGINS
    overrides: Mapping[Entity, Overrides] = field(default_factory=dict)
    recompute: Mapping[Entity, set[str]] = field(default_factory=dict)
    """Ids of people and organisations to compute again, whatever the rows say."""
    prepare: Prepare | None = None


class FactTransaction:
    """The stages of one transaction. Its decisions follow only from its rows, the graph that it reads and its clock."""

    def __init__(
        self,
        tx: Transaction,
        job: Job,
        settings: WriterSettings,
        now: int,
        locks: Locks,
        definitions: Definitions,
        refresh: Refresh,
        cache: WriterCache | None = None,
    ) -> None:
        """Use `run`. `now`: epoch milliseconds."""
        self.state = GraphState(tx, now, cache)
        self.changes_catalogue = False
        """Whether the transaction changes the catalogue."""
        self._job = job
        self._settings = settings
        self._locks = locks
        self._definitions = definitions
        self._refresh = refresh
        self._records = SourceRecords()

    async def run(self, results: RowResults) -> None:
        """Write what the rows say, and report on each row. Raises MoreLocksNeeded."""
        statuses = Statuses(self.state)
        facts, known_events = await self._read(results)
        additions = self._definitions.take(facts)
        self.changes_catalogue = bool(additions.changed)
        settled = await self._settle(facts)
        await self._mark_recomputed(additions)
        previous = await self._load(facts, additions)
        stated_organisations = self._record(facts, statuses)
        plan = await self._plan(stated_organisations)
        events = statuses.events([f for f in facts if isinstance(f, EventFact)], known_events, results)
        placement = await self._place(events, plan, previous)
        statuses.memberships(facts)
        statuses.write_to(results)
        await self._write_entities(facts, settled, previous, plan)
        placed = await self._write_events(additions, plan, placement)
        await self._write_hierarchy(facts, results)
        await self._write_rest(facts, results, additions, previous, placed)

    # ------------------------------------------------------------ read

    async def _read(self, results: RowResults) -> tuple[list[Fact], dict[str, str]]:
        """Return the usable facts of the rows, their identities locked, and the hash of each known event.

        Only a writer with every lock changes the type of an attribute. So types stay as they are once any lock is held.
        """
        facts = await self._facts(results)
        await self._locks.take_all(self.state.tx)
        if self._job.prepare is not None:
            await self._job.prepare(self.state.tx)
        known = await prefetch(self.state, facts, self._locks)
        if known.definitions != self._definitions.rows:
            self._definitions = self._refresh(known.definitions)
            results.clear()
            facts = await self._facts(results)
            known = await prefetch(self.state, facts, self._locks)
        for overrides in self._job.overrides.values():
            await load_identities(self.state, sorted(overrides.resolve))
        return await refuse_unusable(self.state, facts, self._settings.secret, results), known.events

    async def _facts(self, results: RowResults) -> list[Fact]:
        """Return the usable facts of the rows. Refusals go to the results."""
        settings, catalogue = self._settings, self._definitions.catalogue
        reader = RowReader(catalogue, self.state.now, settings.placeholders, settings.attribute_limits)
        facts = [fact for index, row in enumerate(self._job.rows) if (fact := reader.read(index, row)) is not None]
        for rejection in reader.rejections:
            results.reject(rejection)
        return await replace_ids(self.state, facts, results)

    # ------------------------------------------------------------ settle

    async def _settle(self, facts: Sequence[Fact]) -> Settled:
        """Give every identity its owner, people first. Raises MoreLocksNeeded."""
        subjects = named_subjects(facts)
        return {side.entity: await self._settle_side(side, subjects) for side in self.state.sides}

    async def _settle_side(self, side: Side, subjects: Mapping[Any, None]) -> Settlement:
        keys, evidence = keys_of_fact(side, subjects)
        overrides = self._job.overrides.get(side.entity, _NO_OVERRIDES)
        settlement = await settle(self.state, side, keys, evidence, self._settings.limits, overrides)
        self._locks.check(side)
        side.dirty |= settlement.sharing_changed
        return settlement

    async def _mark_recomputed(self, additions: Additions) -> None:
        """Mark people and organisations that are computed again whatever the facts say."""
        await mark_widened(self.state, additions)
        for entity, ids in self._job.recompute.items():
            self.state.side(entity).dirty |= ids

    # ------------------------------------------------------------ load

    async def _load(self, facts: Sequence[Fact], additions: Additions) -> Previous:
        """Load all that the plan needs, and return people and organisations as they were. Raises MoreLocksNeeded."""
        state = self.state
        await mark_dirty(state, facts)
        people = people_of(state, facts, self._job.recompute.get("person", set()))
        concerned = people.described | people.acting
        self._locks.people(state, concerned, widening=bool(additions.widened))
        await state.load_memberships({*people.described, *people.acting, *state.people.merged})
        await self._lock_organisations(facts, additions)
        await load_records(state, self._records, facts, people)
        return await load_previous(state, concerned)

    async def _lock_organisations(self, facts: Sequence[Fact], additions: Additions) -> None:
        """Lock organisations, and the catalogue and the hierarchy where they change. Raises MoreLocksNeeded."""
        parents = any(isinstance(fact, EntityFact) and fact.parent is not UNSET for fact in facts)
        await self._locks.organisations(self.state, catalogue_or_hierarchy=parents or bool(additions.changed))
        if additions.changed and self._locks.are_partial and await self._catalogue_differs():
            raise MoreLocksNeeded

    async def _catalogue_differs(self) -> bool:
        return bool(await self.state.fetch("catalogue", {}) != self._definitions.rows)

    # ------------------------------------------------------------ record

    def _record(self, facts: Sequence[Fact], statuses: Statuses) -> dict[str, set[str]]:
        """Add what the facts say to the records. Return, by person, the organisations with changed statements."""
        stated: dict[str, set[str]] = {}
        state = self.state
        for fact in facts:
            if isinstance(fact, EntityFact):
                changed = self._records.record_entity(fact)
                if fact.parent is not UNSET:
                    changed = self._records.record_parent(fact) or changed
                statuses.entity(fact, changed)
            elif isinstance(fact, MembershipFact) and self._records.record_membership(fact):
                statuses.changed.add(fact.index)
                organisation = state.organisations.owner[fact.organisation[0]]
                stated.setdefault(state.people.owner[fact.person[0]], set()).add(organisation)
        return stated

    # ------------------------------------------------------------ plan

    async def _plan(self, stated: Mapping[str, set[str]]) -> MembershipPlan:
        """Plan memberships of people with changed statements or identities, and write those whose ends exist."""
        state, plan = self.state, MembershipPlan()
        whole = state.people.changed | self._job.recompute.get("person", set())
        inherited: dict[str, list[KeptMembership]] = {}
        for old, new in state.people.merged.items():
            inherited.setdefault(new, []).extend(state.memberships_of(old))
        for people in slices({*stated, *whole}):
            for person in people:
                pool = state.memberships_of(person)
                if person in whole:
                    pool += inherited.get(person, [])
                state.memberships[person] = {}
                rewritten = Rewritten(stated.get(person, set()), every=person in whole)
                plan_person(state, self._records, self._definitions, person, rewritten, pool, plan)
            await write_ready(state, plan)
        return plan

    # ------------------------------------------------------------ place

    async def _place(self, events: Sequence[EventFact], plan: MembershipPlan, previous: Previous) -> EventPlacement:
        """Give every event its owner.

        Decide all events again of people whose memberships or identities changed (E2).
        """
        state = self.state
        placement = EventPlacement(state, self._definitions, plan)
        reconsidered = state.people.changed | (plan.changed_people - state.people.created)
        pending = placement.place_new(events, reconsidered)
        if reconsidered:
            await load_keys(state, state.people, reconsidered)
            unchanged = reconsidered - state.people.changed
            without_events = {id for id in unchanged if previous["person"][id][2] is None}  # never seen (F8)
            await placement.reconsider(reconsidered, pending, without_events)
        await placement.reconsider_recorded()
        return placement

    # ------------------------------------------------------------ write

    async def _write_entities(
        self, facts: Sequence[Fact], settled: Settled, previous: Previous, plan: MembershipPlan
    ) -> None:
        state, reports = self.state, first_reports_of(facts)
        await write_entities(state, self._definitions, self._records, previous, settled, reports)
        for side in state.sides:
            await write_settlement(state, side, settled[side.entity], reports[side.entity])
        await write_plan(state, plan)

    async def _write_events(
        self, additions: Additions, plan: MembershipPlan, placement: EventPlacement
    ) -> dict[str, list[Any]]:
        """Write events and records. Return the rows of changed counters."""
        # stored events come before new ones, which have the wider type already
        await widen_events(self.state, self._definitions, additions)
        counters = await placement.write()
        await write_records(self.state, self._records, plan)
        return counters

    async def _write_hierarchy(self, facts: Sequence[Fact], results: RowResults) -> None:
        """Write the parents of organisations with changed statements or identities, and report cycles (F11)."""
        side = self.state.organisations
        stating_parent = (f for f in facts if isinstance(f, EntityFact) and f.parent is not UNSET)
        children = {side.owner[fact.keys[0]] for fact in stating_parent} | side.changed
        if children:
            await load_keys(self.state, side, children)
            sources = self._definitions.order("organisation").get(PARENT, ())
            suppressed = await settle_hierarchy(self.state, self._records, children, sources)
            refuse_cycles(results, facts, suppressed)

    async def _write_rest(
        self,
        facts: Sequence[Fact],
        results: RowResults,
        additions: Additions,
        previous: Previous,
        counters: dict[str, list[Any]],
    ) -> None:
        state = self.state
        record_statement_times(state, facts)
        for_people = self._definitions.computes_people
        await write_seen_times(state, self._records, previous, counters, people=for_people)
        await self._definitions.save(state, additions.changed)
        await keep_rejected(state, self._job.rows, results, self._job.origins)
        await move_cursors(state.tx, self._job.origins.moves, state.now)  # last: it holds locks that other pages want
