"""Loads the input of a transaction: identities, records, and people and organisations as they were."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.writer.event_placement import resolve_organisations
from graph.writer.graph_state import GraphState
from graph.writer.owned_keys import load_keys
from graph.writer.records import SourceRecords
from queries import text

Previous = Mapping[str, Mapping[str, Sequence[Any]]]
"""By entity and id, the rows of `writer/entities` as they were before the transaction."""


class TransactionPeople(Struct):
    """The people of a transaction, by what is computed of them."""

    stated: set[str]
    """Their memberships are planned again: facts state them, or a change by hand asks for it."""
    acting: set[str]
    """They have events."""
    described: set[str]
    """Their attributes or memberships are computed."""


def people_of(state: GraphState, facts: Sequence[Fact], recomputed: set[str]) -> TransactionPeople:
    """Return the people whom facts concern. `recomputed` are computed again whatever the facts say."""
    owner = state.people.owner
    stated = {owner[fact.person[0]] for fact in facts if isinstance(fact, MembershipFact)} | recomputed
    acting = {owner[fact.person[0]] for fact in facts if isinstance(fact, EventFact) and fact.person}
    return TransactionPeople(stated, acting, state.people.dirty | stated)


async def mark_dirty(state: GraphState, facts: Sequence[Fact]) -> None:
    """Mark people and organisations to compute: those that facts describe, and those whose identities changed."""
    for fact in facts:
        if isinstance(fact, EntityFact):
            state.side(fact.entity).dirty.add(state.side(fact.entity).owner[fact.keys[0]])
    await _mark_members_of_changed(state)
    for side in state.sides:
        # an owner of new identities has other search words, and perhaps another email or domain
        side.dirty |= side.created | side.changed | {side.owner[key] for key in side.new_keys}
        side.dirty -= side.merged.keys()


async def _mark_members_of_changed(state: GraphState) -> None:
    """Mark everybody who ever belonged to an organisation whose identities changed owners (I4)."""
    side = state.organisations
    changed = sorted(side.changed | side.merged.keys())
    if changed:
        members = await state.fetch("members_of", {"organisations": changed})
        state.people.changed |= {id for id in members if id not in state.people.merged}


async def load_records(
    state: GraphState, records: SourceRecords, facts: Sequence[Fact], people: TransactionPeople
) -> None:
    """Load the identities of those who are computed, and what sources said of them."""
    await load_keys(state, state.people, people.described)
    await load_keys(state, state.organisations, state.organisations.dirty)
    for side in state.sides:
        await records.load(state, side.known_keys(side.dirty))
    await records.load_memberships(state, state.people.known_keys(people.described))
    organisations = {
        str(record.organisation_via)
        for id in people.stated | state.people.changed
        for record in records.of_kind(state.people.keys[id], "membership")
    }
    await resolve_organisations(state, organisations)
    await records.load_past(state, facts)


async def load_previous(state: GraphState, people: set[str]) -> Previous:
    """Return the first and last sight of people and organisations. Those computed again come with the provenance of their values."""
    organisations = state.organisations.dirty | set(state.organisations.owner.values())
    organisations |= {organisation for spells in state.memberships.values() for organisation in spells}
    previous: dict[str, dict[str, Sequence[Any]]] = {"person": {}, "organisation": {}}
    missing = {}
    for side, ids in ((state.people, people), (state.organisations, organisations)):
        unknown = []
        for id in ids - side.created:
            # of a dirty node the provenance is needed too, which the cache does not hold
            span = None if id in side.dirty else state.cache.spans.get(id)
            if span is None:
                unknown.append(id)
            else:
                previous[side.entity][id] = (id, *span, None, None)
        missing[side.label] = sorted(unknown)
    if any(missing.values()):
        row = (await state.tx.rows(text("writer/entities"), missing))[0]
        for side in state.sides:
            previous[side.entity] |= {each[0]: each for each in row[side.label]}
    return previous
