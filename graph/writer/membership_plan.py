"""Plans memberships from statements: spells are computed, matched with stored memberships, and written (M1–M6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from graph.memberships.content import ACTIVITY, Content, content
from graph.memberships.spells import FOREVER, MembershipStatement, Spell, spells
from graph.writer.definitions import Definitions
from graph.writer.entities import properties_of
from graph.writer.graph_state import GraphState, KeptMembership, new_id, slices
from graph.writer.records import SourceRecord, SourceRecords


class MembershipPlan(Struct):
    """Changes of memberships, and the memberships that each record describes.

    Rows in `postponed` wait for new owners.
    """

    create: dict[str, dict[str, Any]] = {}
    postponed: list[dict[str, Any]] = []
    update: dict[str, dict[str, Any]] = {}
    move: list[dict[str, Any]] = []
    delete: list[str] = []
    describes: dict[str, set[str]] = {}
    changed_people: set[str] = set()


class Rewritten(NamedTuple):
    """The organisations in which a person's memberships are written again: `every` one, or those named."""

    organisations: set[str]
    every: bool = False


def plan_person(
    state: GraphState,
    records: SourceRecords,
    definitions: Definitions,
    person: str,
    rewritten: Rewritten,
    pool: list[KeptMembership],
    plan: MembershipPlan,
) -> None:
    """Plan all memberships of one person. `pool` holds the stored ones to use again; `rewritten` says which to write.

    Activity memberships stay in the pool's organisation until events are placed.
    """
    records_there = _by_organisation(state, records, person)
    orders, kinds = definitions.order("membership"), definitions.without_placeholders("membership")
    left: dict[str, list[KeptMembership]] = {}
    for kept in pool:
        left.setdefault(_current_organisation(state, kept.organisation), []).append(kept)
    made: dict[str, list[tuple[KeptMembership, Content, Spell]]] = {}
    for organisation in records_there.keys() | left.keys():
        found = spells(_statements(records_there.get(organisation, ())), orders.get("until", ()))
        made[organisation] = _match_spells(
            state, person, organisation, found, left.get(organisation, []), orders, kinds, plan
        )
    named_as = {
        organisation: min(str(record.organisation_via) for record in records)
        for organisation, records in records_there.items()
    }
    _write(state, definitions, named_as, made, rewritten, plan)
    for organisation, described_by in records_there.items():
        _describe(described_by, made[organisation], plan)


def _by_organisation(state: GraphState, records: SourceRecords, person: str) -> dict[str, list[SourceRecord]]:
    found: dict[str, list[SourceRecord]] = {}
    for record in records.of_kind(sorted(state.people.keys[person]), "membership"):
        owner = state.organisations.owner.get(str(record.organisation_via))
        if owner is not None:
            found.setdefault(owner, []).append(record)
    return found


def _statements(records: Iterable[SourceRecord]) -> list[MembershipStatement]:
    return [each for record in records for each in record.statements]


def _current_organisation(state: GraphState, organisation: str) -> str:
    while organisation in state.organisations.merged:
        organisation = state.organisations.merged[organisation]
    return organisation


def _match_spells(
    state: GraphState,
    person: str,
    organisation: str,
    found: list[Spell],
    pool: list[KeptMembership],
    orders: Any,
    kinds: Mapping[str, str],
    plan: MembershipPlan,
) -> list[tuple[KeptMembership, Content, Spell]]:
    """Give every spell a membership: a stored one that overlaps, else any other stored one, else a new one."""
    free = sorted(pool, key=lambda kept: (kept.person != person, -FOREVER if kept.since is None else kept.since))
    made = []
    for spell in found:
        kept = next((each for each in free if _overlap(each, spell)), free[0] if free else None)
        if kept is not None:
            free.remove(kept)
        what = content(spell, orders, kinds)
        made.append((_apply_spell(state, person, organisation, spell, kept, what, plan), what, spell))
    # events alone keep a membership only where no statement is left (M5)
    by_activity = [kept for kept in free if not found and not kept.is_stated]
    for kept in free:
        if kept not in by_activity:
            plan.delete.append(kept.id)
            _mark_lost(state, kept)
            plan.changed_people.add(person)
            state.touched |= {kept.organisation, organisation}
    _set_memberships(state, person, organisation, [kept for kept, _, _ in made] + _join(by_activity, person, plan))
    for kept in by_activity[:1]:
        _move(state, person, organisation, kept, plan)
    return made


def _join(by_activity: Sequence[KeptMembership], person: str, plan: MembershipPlan) -> list[KeptMembership]:
    """Make activity memberships of merged people or organisations one. It begins with the earliest."""
    for kept in by_activity[1:]:
        _begin_earlier(by_activity[0], kept.since or 0, plan)
        plan.delete.append(kept.id)
        plan.changed_people.add(person)
    return list(by_activity[:1])


def _set_memberships(state: GraphState, person: str, organisation: str, memberships: list[KeptMembership]) -> None:
    if memberships:
        state.spells_of(person)[organisation] = memberships
    else:
        state.spells_of(person).pop(organisation, None)


def _begin_earlier(kept: KeptMembership, since: int, plan: MembershipPlan) -> None:
    """Let an activity membership begin at `since` (epoch milliseconds), if that is earlier."""
    if since < (kept.since or 0):
        kept.since = since
        plan.update[kept.id] = {"id": kept.id, "since": since, "until": kept.until, "set": {}}


def _overlap(kept: KeptMembership, spell: Spell) -> bool:
    return (kept.since is None or spell.until is None or kept.since < spell.until) and (
        spell.since is None or kept.until is None or spell.since < kept.until
    )


def _apply_spell(
    state: GraphState,
    person: str,
    organisation: str,
    spell: Spell,
    kept: KeptMembership | None,
    what: Content,
    plan: MembershipPlan,
) -> KeptMembership:
    if kept is None:
        kept = KeptMembership(
            new_id("membership"), person, organisation, spell.since, spell.until, what.origin, is_new=True
        )
        plan.changed_people.add(person)
    else:
        if (kept.since, kept.until, kept.is_stated) != (spell.since, spell.until, True):
            plan.changed_people.add(person)
            _mark_lost(state, kept)
        _move(state, person, organisation, kept, plan)
        kept.since, kept.until, kept.origin = spell.since, spell.until, what.origin
    state.mark_begun("person", person, spell.since)
    state.mark_begun("organisation", organisation, spell.since)
    return kept


def _move(state: GraphState, person: str, organisation: str, kept: KeptMembership, plan: MembershipPlan) -> None:
    if (kept.person, kept.organisation) != (person, organisation):
        plan.move.append({"id": kept.id, "person": person, "organisation": organisation})
        state.uncertain_spans |= {("person", person), ("organisation", organisation)}
        state.touched |= {kept.organisation, organisation}
        kept.person, kept.organisation = person, organisation


def _mark_lost(state: GraphState, kept: KeptMembership) -> None:
    """Mark times of first sight for a look-up: the earliest beginning may be lost."""
    if kept.since is not None or kept.first is not None:
        state.uncertain_spans |= {("person", kept.person), ("organisation", kept.organisation)}


def _write(
    state: GraphState,
    definitions: Definitions,
    named_as: Mapping[str, str],
    made: dict[str, list[tuple[KeptMembership, Content, Spell]]],
    rewritten: Rewritten,
    plan: MembershipPlan,
) -> None:
    claims = [
        (what.claim, named_as[organisation], kept.since or 0, kept.id)
        for organisation, spells_there in made.items()
        for kept, what, _ in spells_there
        if what.claim is not None
    ]
    primary = min(claims)[-1] if claims else None
    for organisation, spells_there in made.items():
        for kept, what, _ in spells_there:
            if kept.is_new or rewritten.every or organisation in rewritten.organisations:
                _write_one(state, definitions, kept, what, kept.id == primary, plan)
            elif claims:
                state.touched.add(kept.organisation)
                plan.update[kept.id] = {
                    "id": kept.id,
                    "since": kept.since,
                    "until": kept.until,
                    "set": {"primary": kept.id == primary},
                }


def _write_one(
    state: GraphState,
    definitions: Definitions,
    kept: KeptMembership,
    what: Content,
    primary: bool,
    plan: MembershipPlan,
) -> None:
    found = properties_of(definitions, "membership", what.attributes, kept.provenance, kept.id)
    found |= {
        "role": what.roles[0] if what.roles else None,
        "roles": what.roles,
        "stage": what.stage,
        "origin": what.origin,
        "primary": primary,
    }
    state.touched.add(kept.organisation)
    kept.provenance = found["provenance"]
    row = {"id": kept.id, "since": kept.since, "until": kept.until, "set": found}
    if kept.is_new:
        plan.create[kept.id] = row | {"person": kept.person, "organisation": kept.organisation, "records": []}
    else:
        plan.update[kept.id] = row


def _describe(
    records: Sequence[SourceRecord], made: list[tuple[KeptMembership, Content, Spell]], plan: MembershipPlan
) -> None:
    """Link records to the memberships they describe. A new record of one new membership is written together with it."""
    membership_of = {id(each): kept.id for kept, _, spell in made for each in spell.statements}
    for record in records:
        described = {membership_of[id(each)] for each in record.statements if id(each) in membership_of}
        plan.describes[record.key] = described
        if (
            record.is_new
            and record.is_changed
            and len(described) == 1
            and (row := plan.create.get(next(iter(described))))
        ):
            record.is_changed, record.described_ids = False, described
            row["records"].append(record.row())


async def write_ready(state: GraphState, plan: MembershipPlan) -> None:
    """Write new memberships whose person and organisation are stored. Postpone the others."""
    ready: list[dict[str, Any]] = []
    for row in plan.create.values():
        is_postponed = row["person"] in state.people.created or row["organisation"] in state.organisations.created
        (plan.postponed if is_postponed else ready).append(row)
    plan.create.clear()
    await state.run("create_memberships", ready)


async def write_plan(state: GraphState, plan: MembershipPlan) -> None:
    """Write postponed and moved memberships. Changes and deletions wait until events are placed."""
    for rows in slices(plan.postponed):
        await state.run("create_memberships", rows)
    await state.run("move_memberships", plan.move)


def begin_membership(state: GraphState, person: str, organisation: str, since: int) -> KeptMembership:
    """Begin a membership with an event, where no statement says that the person belongs there (M5)."""
    kept = KeptMembership(new_id("membership"), person, organisation, since, None, ACTIVITY, is_new=True)
    state.spells_of(person).setdefault(organisation, []).append(kept)
    state.touched.add(organisation)
    return kept


def begun_row(kept: KeptMembership) -> dict[str, Any]:
    """Return the row that creates such a membership."""
    found = {"roles": [], "primary": False, "origin": ACTIVITY}
    return {
        "id": kept.id,
        "person": kept.person,
        "organisation": kept.organisation,
        "since": kept.since,
        "until": None,
        "set": found,
        "records": [],
    }
