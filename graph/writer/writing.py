"""Writes people, organisations and what sources said of them; what is new and hangs together is written as one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.facts.subjects import sorted_keys
from graph.identity.kinds import SEEN, Entity, kind_of, value_of
from graph.identity.regions import pairs_of
from graph.writer.definitions import Definitions
from graph.writer.entities import settle_entities
from graph.writer.pairs import Plan
from graph.writer.records import Record, Records
from graph.writer.settling import Settlement
from graph.writer.world import Side, World, slices

Told = Mapping[str, tuple[int, str]]
"""When and by which source each identity was first told."""
Before = Mapping[str, Mapping[str, Sequence[Any]]]


async def write_entities(
    world: World,
    definitions: Definitions,
    records: Records,
    before: Before,
    settled: Mapping[str, Settlement],
    told: Mapping[Entity, Told],
) -> None:
    """Creates and changes people and organisations; a new one together with its identities, their evidence and its records."""
    for side in (world.people, world.organisations):
        more: dict[str, Any] = {"now": world.now} if side.entity == "organisation" else {}
        for ids in slices(side.dirty):
            rows = settle_entities(world, side, ids, definitions, records, before[side.entity])
            fresh, plain = _with_all(side, rows, records, settled[side.entity], told[side.entity])
            await world.run(f"introduce_{side.label}", plain, **more)
            await world.run(f"create_{side.label}", fresh, **more)
            await world.run(f"update_{side.label}", [row for row in rows if row["id"] not in side.created])
    world.touched |= world.organisations.dirty - world.organisations.created
    for person in world.people.dirty:
        world.touched |= world.spells_of(person).keys()


def _with_all(
    side: Side, rows: Iterable[Mapping[str, Any]], records: Records, settled: Settlement, told: Told
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of who is new, and flat ones of most of them: those whose identities were told together, and of whom there is one record.

    Engines read a row much faster than what is nested in it.
    """
    fresh, plain = [], []
    for row in rows:
        if row["id"] in side.created:
            keys = sorted_keys(side.entity, list(side.keys[row["id"]]))
            star = _star(side, keys, settled, told)
            said = _take_records(records, keys, side.entity, row["id"])
            if star and len(said) == 1:
                plain.append({**row, **star[0], **_flat(said[0])})
            else:
                fresh.append({**row, "identities": star, "records": said})
    return fresh, plain


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record beside the identity of its subject, which has a key and a source of its own."""
    return {
        "record": record["key"],
        "told_by": record["source"],
        "told_as": record["id"],
        "via": record["via"],
        "observed": record["observed"],
        "hash": record["hash"],
        "attributes": record["attributes"],
        "past": record["past"],
    }


def _star(side: Side, keys: tuple[str, ...], settled: Settlement, told: Told) -> list[dict[str, Any]]:
    """The strongest identity with the others seen with it, where all are new and nothing else is known of them; else nothing."""
    if not side.new_keys.issuperset(keys) or not side.claimed.isdisjoint(keys):
        return []
    pairs = pairs_of(keys)
    for pair in pairs:
        if settled.evidence.get(pair) != SEEN:
            return []
    for pair in pairs:
        del settled.evidence[pair]
    settled.written.update(keys)
    others = [_identity(key, told[key]) for key in keys[1:]]
    return [_identity(keys[0], told[keys[0]]) | {"others": others}]


def _identity(key: str, told: tuple[int, str]) -> dict[str, Any]:
    return {"key": key, "kind": kind_of(key), "value": value_of(key), "first": told[0], "source": told[1]}


def _take_records(records: Records, keys: Iterable[str], kind: str, target: str) -> list[dict[str, Any]]:
    """New records of a new subject, as they are written with it."""
    rows = []
    for record in records.of(keys, kind):
        if record.new and record.changed:
            record.changed, record.described = False, {target}
            rows.append(record.row())
    return rows


async def write_records(world: World, records: Records, plan: Plan) -> None:
    """Writes what is left of records, and leads every record to what it describes now."""
    changed = records.changed()
    await world.run("create_records", [record.row() for record in changed if record.new])
    await world.run("update_records", [record.row() for record in changed if not record.new])
    await _describe(world, records, plan)


async def _describe(world: World, records: Records, plan: Plan) -> None:
    if not records.by_key:
        return
    rows: dict[str, list[dict[str, str]]] = {"people": [], "organisations": [], "memberships": []}
    stale: list[str] = []
    holders: dict[str, Mapping[str, str]] = {
        side.entity: _holders(side) for side in (world.people, world.organisations)
    }
    for record in records.by_key.values():
        label, targets = _targets(world, record, holders, plan)
        if targets is None or targets == record.described:
            continue
        if record.described:
            stale.append(record.key)
        rows[label] += [{"key": record.key, "target": id} for id in sorted(targets)]
    await world.run("describe_nothing", stale, "keys")
    for label, of in rows.items():
        await world.run(f"describe_{label}", of)


def _holders(side: Side) -> dict[str, str]:
    return {key: id for id, of in side.keys.items() for key in of} | side.owner


def _targets(
    world: World, record: Record, holders: Mapping[str, Mapping[str, str]], plan: Plan
) -> tuple[str, set[str] | None]:
    if record.object == "membership":
        return "memberships", plan.describes.get(record.key)
    side = world.people if record.object == "person" else world.organisations
    owner = holders[side.entity].get(record.via)
    return side.label, {owner} if owner else None
