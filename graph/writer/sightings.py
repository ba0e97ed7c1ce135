"""When people, organisations and memberships were first and last seen (F8)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.facts import EntityFact, Fact, MembershipFact
from graph.facts.reading import FIRST_SEEN
from graph.writer.holdings import load_keys
from graph.writer.records import Records
from graph.writer.world import Side, World
from queries import text

Span = tuple[int | None, int | None]
Rows = dict[str, list[Any]]
_NOTHING: Rows = {
    f"{label}_{what}": [] for label in ("memberships", "people", "organisations") for what in ("counters", "seen")
} | {"changed_counters": [], "touched": [], "alone": []}
Before = Mapping[str, Mapping[str, Sequence[Any]]]


async def write_sightings(
    world: World, records: Records, before: Before, placed: Rows, *, people: bool = False
) -> None:
    """Widens what was known by what the batch saw, looks up again what may have shrunk, and marks what was touched (T2).

    What is `placed` is written on the same journey. With `people` those who belong nowhere are marked, too.
    """
    rows = placed | {"memberships_seen": _memberships(world)}
    if world.unsure:  # what is looked up again reads what memberships have seen, and counters
        await _write(world, rows)
        rows = {}
    for side in (world.people, world.organisations):
        spans = _widened(world, side, before[side.entity])
        spans |= await _looked_up(world, side, records)
        world.spans |= {id: (row[1], row[2]) for id, row in before[side.entity].items()} | spans
        rows[f"{side.label}_seen"] = [
            {"id": id, "first": span[0], "last": span[1], "told": world.told.get(id)}
            for id, span in spans.items()
            if id not in side.merged
        ]
    seen = {row["id"] for row in rows["organisations_seen"]}
    touched = sorted(world.touched - world.organisations.merged.keys() - seen)
    rows["touched"] = [{"id": id, "told": world.told.get(id)} for id in touched]
    if people:
        rows["alone"] = sorted(id for id in world.memberships.keys() - world.people.merged if not _belongs(world, id))
    await _write(world, rows)


def _belongs(world: World, person: str) -> bool:
    return any(world.spells_of(person).values())


async def _write(world: World, rows: Rows) -> None:
    if any(rows.values()):
        await world.tx.execute(text("writer/place"), {**_NOTHING, **rows, "now": world.now})


def tell_times(world: World, facts: Iterable[Fact]) -> None:
    """Notes for every organisation that statements concern as of when they speak (J3); events are noted as they are placed."""
    for fact in facts:
        if isinstance(fact, MembershipFact):
            world.tell(world.organisations.owner[fact.organisation[0]], fact.observed)
        elif isinstance(fact, EntityFact):
            owner = world.side(fact.entity).owner[fact.keys[0]]
            for organisation in [owner] if fact.entity == "organisation" else world.spells_of(owner):
                world.tell(organisation, fact.observed)


def _memberships(world: World) -> list[dict[str, Any]]:
    kept = {each.id: each for of in world.memberships.values() for spells in of.values() for each in spells}
    rows = []
    for (label, id), (first, last) in world.seen.items():
        known = kept.get(id) if label == "membership" else None
        if label != "membership" or known is None:
            continue
        span = (first, last) if id in world.exact else _wider((known.first, known.last), (first, last))
        if (known.first, known.last) != span:
            rows.append({"id": id, "first": span[0], "last": span[1]})
            known.first, known.last = span
    return rows


def _wider(one: Span, other: Span) -> Span:
    (first, last), (earlier, later) = one, other
    if first is None or (earlier is not None and earlier < first):
        first = earlier
    if last is None or (later is not None and later > last):
        last = later
    return first, last


def _widened(world: World, side: Side, before: Mapping[str, Sequence[Any]]) -> dict[str, Span]:
    rows: dict[str, Span] = {}
    for (label, id), (first, last) in world.seen.items():
        if label != side.entity or (label, id) in world.unsure:
            continue
        known = before.get(id)
        span: Span = (known[1], known[2]) if known else (None, None)
        wider = _wider(span, (first, last))
        if wider != span:
            rows[id] = wider
            if side.entity == "person":
                world.touched |= world.spells_of(id).keys()
    return rows


async def _looked_up(world: World, side: Side, records: Records) -> dict[str, Span]:
    ids = {id for label, id in world.unsure if label == side.entity} - side.merged.keys()
    if not ids:
        return {}
    await load_keys(world, side, ids)
    await records.load(world, side.known_keys(ids))
    parameters: dict[str, list[str]] = {"people": [], "organisations": [], side.label: sorted(ids)}
    rows = (await world.tx.rows(text("writer/seen_again"), parameters))[0][side.label]
    spans: dict[str, Span] = {id: (_began(records, side, id), None) for id in ids}
    for id, first, last, since, first_there, last_there in rows:
        firsts = [each for each in (first, since, first_there) if each is not None]
        span = (min(firsts, default=None), max((each for each in (last, last_there) if each is not None), default=None))
        spans[id] = _wider(spans[id], span)
    return spans


def _began(records: Records, side: Side, id: str) -> int | None:
    told = [
        record.attributes[FIRST_SEEN][1]
        for record in records.of(side.keys[id], side.entity)
        if FIRST_SEEN in record.attributes
    ]
    return min((each for each in told if each is not None), default=None)
