"""Memberships from statements: spells computed, matched with those that are kept, and written (M1–M6)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.memberships.content import ACTIVITY, Content, content
from graph.memberships.spells import FOREVER, Spell, Statement, spells
from graph.writer.definitions import Definitions
from graph.writer.entities import properties_of
from graph.writer.records import Record, Records
from graph.writer.world import Kept, World, new_id, slices


class Plan(Struct):
    """Changes of memberships, and what each record describes. Of rows to create, those in `waiting` wait for whoever they are of."""

    create: dict[str, dict[str, Any]] = {}
    waiting: list[dict[str, Any]] = []
    update: dict[str, dict[str, Any]] = {}
    move: list[dict[str, Any]] = []
    delete: list[str] = []
    describes: dict[str, set[str]] = {}
    respelled: set[str] = set()


def plan_person(
    world: World,
    records: Records,
    definitions: Definitions,
    person: str,
    dirty: set[str] | None,
    pool: list[Kept],
    plan: Plan,
) -> None:
    """Plans all memberships of one person. `dirty` organisations are written again (all, if None); `pool` is what they may be made of.

    Memberships that only activity told of stay in the pool's organisation until events are placed.
    """
    said = _by_organisation(world, records, person)
    orders, kinds = definitions.order("membership"), definitions.without_placeholders("membership")
    left: dict[str, list[Kept]] = {}
    for kept in pool:
        left.setdefault(_now(world, kept.organisation), []).append(kept)
    made: dict[str, list[tuple[Kept, Content, Spell]]] = {}
    for organisation in said.keys() | left.keys():
        found = spells(_statements(said.get(organisation, ())), orders.get("until", ()))
        made[organisation] = _match(world, person, organisation, found, left.get(organisation, []), orders, kinds, plan)
    told_by = {organisation: min(str(record.organisation_via) for record in of) for organisation, of in said.items()}
    _write(world, definitions, told_by, made, dirty, plan)
    for organisation, of in said.items():
        _describe(of, made[organisation], plan)


def _by_organisation(world: World, records: Records, person: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records.of(sorted(world.people.keys[person]), "membership"):
        owner = world.organisations.owner.get(str(record.organisation_via))
        if owner is not None:
            found.setdefault(owner, []).append(record)
    return found


def _statements(records: Iterable[Record]) -> list[Statement]:
    return [each for record in records for each in record.statements]


def _now(world: World, organisation: str) -> str:
    while organisation in world.organisations.merged:
        organisation = world.organisations.merged[organisation]
    return organisation


def _match(
    world: World,
    person: str,
    organisation: str,
    found: list[Spell],
    pool: list[Kept],
    orders: Any,
    kinds: Mapping[str, str],
    plan: Plan,
) -> list[tuple[Kept, Content, Spell]]:
    """Gives every spell a membership: one that is kept and overlaps, else any that is left, else a new one."""
    free = sorted(pool, key=lambda kept: (kept.person != person, -FOREVER if kept.since is None else kept.since))
    made = []
    for spell in found:
        kept = next((each for each in free if _overlap(each, spell)), free[0] if free else None)
        if kept is not None:
            free.remove(kept)
        what = content(spell, orders, kinds)
        made.append((_fit(world, person, organisation, spell, kept, what, plan), what, spell))
    remaining = [kept for kept in free if not found and not kept.stated]
    for kept in free:
        if kept not in remaining:
            plan.delete.append(kept.id)
            _lost(world, kept)
            plan.respelled.add(person)
            world.touched |= {kept.organisation, organisation}
    for kept in remaining[1:]:
        remaining[0].since = min(remaining[0].since or 0, kept.since or 0)
        plan.delete.append(kept.id)
        plan.respelled.add(person)
    for kept in remaining[:1]:
        _rehouse(world, person, organisation, kept, plan)
    places = [each for each, _, _ in made] + remaining[:1]
    if places:
        world.spells_of(person)[organisation] = places
    else:
        world.spells_of(person).pop(organisation, None)
    return made


def _overlap(kept: Kept, spell: Spell) -> bool:
    return (kept.since is None or spell.until is None or kept.since < spell.until) and (
        spell.since is None or kept.until is None or spell.since < kept.until
    )


def _fit(
    world: World, person: str, organisation: str, spell: Spell, kept: Kept | None, what: Content, plan: Plan
) -> Kept:
    if kept is None:
        kept = Kept(new_id("membership"), person, organisation, spell.since, spell.until, what.origin, new=True)
        plan.respelled.add(person)
    else:
        if (kept.since, kept.until, kept.stated) != (spell.since, spell.until, True):
            plan.respelled.add(person)
            _lost(world, kept)
        _rehouse(world, person, organisation, kept, plan)
        kept.since, kept.until, kept.origin = spell.since, spell.until, what.origin
    world.begin("person", person, spell.since)
    world.begin("organisation", organisation, spell.since)
    return kept


def _rehouse(world: World, person: str, organisation: str, kept: Kept, plan: Plan) -> None:
    if (kept.person, kept.organisation) != (person, organisation):
        plan.move.append({"id": kept.id, "person": person, "organisation": organisation})
        world.unsure |= {("person", person), ("organisation", organisation)}
        world.touched |= {kept.organisation, organisation}
        kept.person, kept.organisation = person, organisation


def _lost(world: World, kept: Kept) -> None:
    """A beginning that may have been the earliest is gone: when both were first seen must be looked up again."""
    if kept.since is not None or kept.first is not None:
        world.unsure |= {("person", kept.person), ("organisation", kept.organisation)}


def _write(
    world: World,
    definitions: Definitions,
    told_by: Mapping[str, str],
    made: dict[str, list[tuple[Kept, Content, Spell]]],
    dirty: set[str] | None,
    plan: Plan,
) -> None:
    claims = [
        (what.claim, told_by[organisation], kept.since or 0, kept.id)
        for organisation, of in made.items()
        for kept, what, _ in of
        if what.claim is not None
    ]
    primary = min(claims)[-1] if claims else None
    for organisation, of in made.items():
        for kept, what, _ in of:
            if kept.new or dirty is None or organisation in dirty:
                _write_one(world, definitions, kept, what, kept.id == primary, plan)
            elif claims:
                world.touched.add(kept.organisation)
                plan.update[kept.id] = {
                    "id": kept.id,
                    "since": kept.since,
                    "until": kept.until,
                    "set": {"primary": kept.id == primary},
                }


def _write_one(world: World, definitions: Definitions, kept: Kept, what: Content, primary: bool, plan: Plan) -> None:
    found = properties_of(definitions, "membership", what.attributes, kept.provenance, kept.id)
    found |= {
        "role": what.roles[0] if what.roles else None,
        "roles": what.roles,
        "stage": what.stage,
        "origin": what.origin,
        "primary": primary,
    }
    world.touched.add(kept.organisation)
    kept.provenance = found["provenance"]
    row = {"id": kept.id, "since": kept.since, "until": kept.until, "set": found}
    if kept.new:
        plan.create[kept.id] = row | {"person": kept.person, "organisation": kept.organisation, "records": []}
    else:
        plan.update[kept.id] = row


def _describe(records: Sequence[Record], made: list[tuple[Kept, Content, Spell]], plan: Plan) -> None:
    """Leads records to what they describe; a new one that describes a new membership and nothing else is written together with it."""
    of_statement = {id(each): kept.id for kept, _, spell in made for each in spell.statements}
    for record in records:
        described = {of_statement[id(each)] for each in record.statements if id(each) in of_statement}
        plan.describes[record.key] = described
        if record.new and record.changed and len(described) == 1 and (row := plan.create.get(next(iter(described)))):
            record.changed, record.described = False, described
            row["records"].append(record.row())


async def write_ready(world: World, plan: Plan) -> None:
    """Writes new memberships of people and organisations that the graph has already; the others wait until those are written."""
    ready: list[dict[str, Any]] = []
    for row in plan.create.values():
        waits = row["person"] in world.people.created or row["organisation"] in world.organisations.created
        (plan.waiting if waits else ready).append(row)
    plan.create.clear()
    await world.run("create_memberships", ready)


async def write_plan(world: World, plan: Plan) -> None:
    """Writes what is left of new memberships, and moved ones; changes and deletions wait until events are placed."""
    for rows in slices(plan.waiting):
        await world.run("create_memberships", rows)
    await world.run("move_memberships", plan.move)


def activity(world: World, person: str, organisation: str, since: int) -> Kept:
    """A membership that began with somebody acting where nobody had said they belong (M5)."""
    kept = Kept(new_id("membership"), person, organisation, since, None, ACTIVITY, new=True)
    world.spells_of(person).setdefault(organisation, []).append(kept)
    world.touched.add(organisation)
    return kept


def activity_row(kept: Kept) -> dict[str, Any]:
    """Such a membership as it is created."""
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
