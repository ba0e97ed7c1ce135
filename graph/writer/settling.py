"""Gives every identity of a batch its owner: solves what new evidence touches, keeps ids that survive, merges and splits the rest (I1–I4, I7)."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from graph.identity.kinds import SEEN, Entity, order
from graph.identity.regions import Region, stronger
from graph.identity.solve import Conflict, Solution, solve
from graph.writer.world import Side, World, new_id

Pair = tuple[str, str]


class Settlement(Struct):
    """What settling changes besides owners: evidence, flags, merges, conflicts."""

    evidence: dict[Pair, str] = {}
    strengthened: dict[Pair, str] = {}
    revived: list[str] = []
    conflicts: list[Conflict] = []
    considered: list[Pair] = []
    """Evidence between identities that were known before, over which a conflict may stand."""
    written: set[str] = set()
    """New identities that were written together with who they are of."""
    turned: set[str] = set()
    """Owners that became shared, or are shared no longer."""


class Wishes(Struct):
    """What a person asked for by hand: which id survives a merge, which id an unmerge gives back to which identities (I4)."""

    survivor: str | None = None
    revive: str | None = None
    revived_keys: frozenset[str] = frozenset()
    resolve: frozenset[str] = frozenset()


async def settle(
    world: World, side: Side, keys: Iterable[str], told: Mapping[Pair, str], limits: Mapping[str, int], wishes: Wishes
) -> Settlement:
    """Owners of all `keys` and of what hangs together with them through new evidence. `side.before` is known for `keys`."""
    result = Settlement()
    known = await _known_evidence(world, side, told)
    for pair, strength in told.items():
        if pair not in known:
            result.evidence[pair] = strength
        elif stronger(known[pair], strength):
            result.strengthened[pair] = strength
    side.new_pairs = {*result.evidence, *result.strengthened}
    region = await _region(world, side, keys, result, wishes)
    solution = solve(side.entity, region.owner, region.told(), region.apart, limits, region.crowds)
    _assign(side, region, solution, wishes, result)
    for key in keys:
        if key not in side.owner:
            side.owner[key] = side.before.get(key) or _create(side)
    return result


async def _known_evidence(world: World, side: Side, told: Mapping[Pair, str]) -> dict[Pair, str]:
    known = side.before.keys() | side.claimed if side.claimed else side.before.keys()
    both = [list(pair) for pair in told if pair[0] in known and pair[1] in known]
    if not both:
        return {}
    return {(one, other): strength for one, other, strength in await world.one("evidence", {"pairs": both})}


async def _region(world: World, side: Side, keys: Iterable[str], result: Settlement, wishes: Wishes) -> Region:
    region = Region(side.entity)
    pairs = _settled_pairs(side, result)
    fresh = {key for pair, _ in pairs for key in pair} | wishes.resolve | side.claimed.intersection(keys)
    walked = [key for key in fresh if key in side.before or key in side.claimed]
    for key in fresh:
        region.owner[key] = side.before.get(key)
        region.apart[key] = side.apart.get(key, [])
    for owner, why in side.uncounted.items():
        region.uncounted[owner] = why
    if walked:
        await region.walk(world.tx, walked)
    for pair, strength in pairs:
        region.add(*pair, strength)
    result.considered = [pair for pair in region.evidence if region.owner.get(pair[0]) and region.owner.get(pair[1])]
    return region


def _settled_pairs(side: Side, result: Settlement) -> list[tuple[Pair, str]]:
    """New evidence, without that of user ids which nobody owns: it joins and refuses nothing until a fact names them."""
    pairs = [*result.evidence.items(), *result.strengthened.items()]
    if not side.claims:
        return pairs
    return [each for each in pairs if side.claims.isdisjoint(each[0])]


def _assign(side: Side, region: Region, solution: Solution, wishes: Wishes, result: Settlement) -> None:
    owners = {key: owner for key, owner in region.owner.items() if owner}
    home = _homes(side.entity, owners, solution, wishes.revived_keys)
    residents_of: dict[int, list[str]] = {}
    for owner, place in home.items():
        residents_of.setdefault(place, []).append(owner)
    for place, cluster in enumerate(solution.clusters):
        residents = residents_of.get(place, [])
        survivor = _survivor(side, cluster, residents, owners, wishes, result)
        for key in cluster:
            side.owner[key] = survivor
            if key in owners:
                side.before[key] = owners[key]
        for owner in residents:
            if owner != survivor:
                side.merged[owner] = survivor
        _share(side, region, survivor, cluster <= solution.shared, result)
    _mark_changed(side, owners)
    result.conflicts = [conflict for conflict in solution.conflicts if conflict.reason != "apart"]


def _homes(entity: Entity, owners: Mapping[str, str], solution: Solution, given_back: frozenset[str]) -> dict[str, int]:
    """The cluster each owner goes with: the one that holds its strongest identity, of those not given back to another."""
    place_of = {key: place for place, cluster in enumerate(solution.clusters) for key in cluster}
    home: dict[str, int] = {}
    for key in sorted(owners, key=lambda key: (key in given_back, order(entity, key))):
        home.setdefault(owners[key], place_of[key])
    return home


def _survivor(
    side: Side,
    cluster: frozenset[str],
    residents: list[str],
    owners: Mapping[str, str],
    wishes: Wishes,
    result: Settlement,
) -> str:
    if wishes.survivor in residents:
        return str(wishes.survivor)
    if wishes.revive and cluster & wishes.revived_keys and wishes.revive not in side.owner.values():
        result.revived.append(wishes.revive)
        side.changed.add(wishes.revive)
        return wishes.revive
    if not residents:
        return _create(side)
    strongest = min((key for key in cluster if owners.get(key) in residents), key=lambda key: order(side.entity, key))
    return owners[strongest]


def _create(side: Side) -> str:
    id = new_id(side.entity)
    side.created.add(id)
    return id


def _share(side: Side, region: Region, owner: str, shared: bool, result: Settlement) -> None:
    was = region.uncounted.get(owner) == "shared"
    if shared:
        side.shared.add(owner)
    elif was:
        side.unshared.add(owner)
    if shared != was:
        result.turned.add(owner)


def _mark_changed(side: Side, owners: Mapping[str, str]) -> None:
    """Owners that lost or gained an identity which had an owner before: all that hangs on it must be computed again."""
    for key, owner in owners.items():
        if side.owner[key] != owner:
            side.changed |= {owner, side.owner[key]}
    side.changed -= side.merged.keys()


def conflict_id(identities: Iterable[str]) -> str:
    """The id of a conflict between identities, the same whenever it is found again."""
    return "c_" + blake2b("|".join(sorted(identities)).encode(), digest_size=16).hexdigest()


async def write_settlement(world: World, side: Side, result: Settlement, first: Mapping[str, tuple[int, str]]) -> None:
    """Writes identities, owners, evidence, merges and conflicts. People and organisations themselves exist by now.

    `first` is when and by whom each new identity was first told.
    """
    moved = [key for key, owner in side.owner.items() if side.before.get(key) and side.before[key] != owner]
    fresh = sorted(side.new_keys - result.written)
    unknown = sorted((side.new_keys | side.claims) - result.written - side.claimed)
    await world.run("create_identities", [_identity(key, *first[key]) for key in unknown])
    earlier = _earlier(side, first)
    await world.run("seen_identities", earlier)
    side.told |= {key: first[key] for key in side.new_keys - side.claimed}
    side.told |= {row["key"]: (row["first"], row["source"]) for row in earlier}
    await world.run("disown_identities", moved, "keys")
    owned = [{"key": key, "owner": side.owner[key]} for key in [*fresh, *moved]]
    await world.run(f"own_identities_{side.label}", owned)
    await world.run("create_evidence", [_edge(*item) for item in result.evidence.items()])
    await world.run("strengthen_evidence", [_edge(*item) for item in result.strengthened.items()])
    await _write_merges(world, side)
    await world.run("revive", result.revived, "ids")
    if side.entity == "organisation":
        await world.run("revive_stays", result.revived, "ids")
    await _write_conflicts(world, result)


def _earlier(side: Side, first: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """Known identities that were told earlier, or by a source of a smaller name, than what is kept."""
    rows: list[dict[str, Any]] = []
    for key, (at, source) in first.items():
        if key not in side.told:
            continue
        known_at, known_source = side.told[key]
        found = (
            at if known_at is None else min(at, known_at),
            source if known_source is None else min(source, known_source),
        )
        if found != (known_at, known_source):
            rows.append({"key": key, "first": found[0], "source": found[1]})
    return rows


def _identity(key: str, first: int, source: str) -> dict[str, object]:
    kind, _, value = key.partition(":")
    return {"key": key, "kind": kind, "value": value, "first": first, "source": source}


def _edge(pair: Pair, strength: str = SEEN) -> dict[str, str]:
    return {"one": pair[0], "other": pair[1], "strength": strength}


async def _write_merges(world: World, side: Side) -> None:
    rows = []
    for old, new in side.merged.items():
        moved = sorted(key for key, owner in side.before.items() if owner == old)
        rows.append({"old": old, "new": new, "moved": moved})
    await world.run(f"merge_{side.label}", rows, now=world.now)


async def _write_conflicts(world: World, result: Settlement) -> None:
    found = {conflict_id((c.stronger, c.weaker)): c for c in result.conflicts}
    possible = {conflict_id(pair) for pair in result.considered}
    known = dict(await world.one("conflicts_known", {"ids": sorted(possible)})) if possible else {}
    standing = {id for id, reason in known.items() if id in found and found[id].reason == reason}
    await world.run("conflicts_gone", sorted(known.keys() - standing), "ids")
    fresh = [
        {"id": id, "identities": [c.stronger, c.weaker], "reason": c.reason}
        for id, c in found.items()
        if id not in standing
    ]
    await world.run("create_conflicts", fresh, now=world.now)
