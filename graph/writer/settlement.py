"""Settles owners: solves what new evidence touches, keeps surviving ids, and merges and splits the rest (I1–I4, I7)."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from graph.identity.kinds import SEEN, Entity, order
from graph.identity.regions import Region, stronger
from graph.identity.solve import Conflict, Solution, solve
from graph.writer.graph_state import GraphState, Side, new_id

Pair = tuple[str, str]


class Settlement(Struct):
    """The changes of settling besides owners: evidence, shared owners, merges, conflicts."""

    evidence: dict[Pair, str] = {}
    strengthened: dict[Pair, str] = {}
    revived: list[str] = []
    conflicts: list[Conflict] = []
    considered: list[Pair] = []
    """Evidence between identities that were known before, over which a conflict may stand."""
    written: set[str] = set()
    """New identities that were written together with their owner."""
    sharing_changed: set[str] = set()
    """Owners that became shared, and owners that are no longer shared."""


class Overrides(Struct):
    """A person's decisions by hand: the id that survives a merge, and the id that an unmerge gives back (I4)."""

    survivor: str | None = None
    revive: str | None = None
    revived_keys: frozenset[str] = frozenset()
    resolve: frozenset[str] = frozenset()


async def settle(
    state: GraphState,
    side: Side,
    keys: Iterable[str],
    evidence: Mapping[Pair, str],
    limits: Mapping[str, int],
    overrides: Overrides,
) -> Settlement:
    """Give owners to all `keys` and to all identities that new evidence connects with them.

    `side.previous_owner` is loaded for `keys`.
    """
    result = Settlement()
    known = await _known_evidence(state, side, evidence)
    for pair, strength in evidence.items():
        if pair not in known:
            result.evidence[pair] = strength
        elif stronger(known[pair], strength):
            result.strengthened[pair] = strength
    side.new_pairs = {*result.evidence, *result.strengthened}
    region = await _region(state, side, keys, result, overrides)
    solution = solve(side.entity, region.owner, region.evidence_list(), region.separations, limits, region.crowds)
    _assign(side, region, solution, overrides, result)
    for key in keys:
        if key not in side.owner:
            side.owner[key] = side.previous_owner.get(key) or _create(side)
    return result


async def _known_evidence(state: GraphState, side: Side, evidence: Mapping[Pair, str]) -> dict[Pair, str]:
    known = side.previous_owner.keys() | side.unowned_keys if side.unowned_keys else side.previous_owner.keys()
    both = [list(pair) for pair in evidence if pair[0] in known and pair[1] in known]
    if not both:
        return {}
    return {(one, other): strength for one, other, strength in await state.fetch("evidence", {"pairs": both})}


async def _region(
    state: GraphState, side: Side, keys: Iterable[str], result: Settlement, overrides: Overrides
) -> Region:
    region = Region(side.entity)
    pairs = _settled_pairs(side, result)
    new_keys = {key for pair, _ in pairs for key in pair} | overrides.resolve | side.unowned_keys.intersection(keys)
    known_keys = [key for key in new_keys if key in side.previous_owner or key in side.unowned_keys]
    for key in new_keys:
        region.owner[key] = side.previous_owner.get(key)
        region.separations[key] = side.separations.get(key, [])
    for owner, why in side.uncounted.items():
        region.uncounted[owner] = why
    if known_keys:
        await region.load(state.tx, known_keys)
    for pair, strength in pairs:
        region.add(*pair, strength)
    result.considered = [pair for pair in region.evidence if region.owner.get(pair[0]) and region.owner.get(pair[1])]
    return region


def _settled_pairs(side: Side, result: Settlement) -> list[tuple[Pair, str]]:
    """Return the new evidence that joins identities.

    That of user ids without an owner waits for a fact that names them.
    """
    pairs = [*result.evidence.items(), *result.strengthened.items()]
    if not side.new_claims:
        return pairs
    return [each for each in pairs if side.new_claims.isdisjoint(each[0])]


def _assign(side: Side, region: Region, solution: Solution, overrides: Overrides, result: Settlement) -> None:
    owners = {key: owner for key, owner in region.owner.items() if owner}
    place_of_owner = _cluster_of_owners(side.entity, owners, solution, overrides.revived_keys)
    residents_of: dict[int, list[str]] = {}
    for owner, place in place_of_owner.items():
        residents_of.setdefault(place, []).append(owner)
    for place, cluster in enumerate(solution.clusters):
        residents = residents_of.get(place, [])
        survivor = _survivor(side, cluster, residents, owners, overrides, result)
        for key in cluster:
            side.owner[key] = survivor
            if key in owners:
                side.previous_owner[key] = owners[key]
        for owner in residents:
            if owner != survivor:
                side.merged[owner] = survivor
        _share(side, region, survivor, cluster <= solution.shared, result)
    _mark_changed(side, owners)
    result.conflicts = [conflict for conflict in solution.conflicts if conflict.reason != "apart"]


def _cluster_of_owners(
    entity: Entity, owners: Mapping[str, str], solution: Solution, given_back: frozenset[str]
) -> dict[str, int]:
    """Return each owner's cluster: the one with its strongest identity, leaving out identities given back to another."""
    # the strongest identity decides, so that the order of facts does not
    place_of = {key: place for place, cluster in enumerate(solution.clusters) for key in cluster}
    place_of_owner: dict[str, int] = {}
    for key in sorted(owners, key=lambda key: (key in given_back, order(entity, key))):
        place_of_owner.setdefault(owners[key], place_of[key])
    return place_of_owner


def _survivor(
    side: Side,
    cluster: frozenset[str],
    residents: list[str],
    owners: Mapping[str, str],
    overrides: Overrides,
    result: Settlement,
) -> str:
    if overrides.survivor in residents:
        return str(overrides.survivor)
    if overrides.revive and cluster & overrides.revived_keys and overrides.revive not in side.owner.values():
        result.revived.append(overrides.revive)
        side.changed.add(overrides.revive)
        return overrides.revive
    if not residents:
        return _create(side)
    strongest = min((key for key in cluster if owners.get(key) in residents), key=lambda key: order(side.entity, key))
    return owners[strongest]


def _create(side: Side) -> str:
    id = new_id(side.entity)
    side.created.add(id)
    return id


def _share(side: Side, region: Region, owner: str, is_shared: bool, result: Settlement) -> None:
    was_shared = region.uncounted.get(owner) == "shared"
    if is_shared:
        side.shared.add(owner)
    elif was_shared:
        side.unshared.add(owner)
    if is_shared != was_shared:
        result.sharing_changed.add(owner)


def _mark_changed(side: Side, owners: Mapping[str, str]) -> None:
    """Mark owners that lost or gained a known identity: everything about them is computed again."""
    for key, owner in owners.items():
        if side.owner[key] != owner:
            side.changed |= {owner, side.owner[key]}
    side.changed -= side.merged.keys()


def conflict_id(identities: Iterable[str]) -> str:
    """Return the id of a conflict between identities, the same whenever the conflict is found."""
    return "c_" + blake2b("|".join(sorted(identities)).encode(), digest_size=16).hexdigest()


async def write_settlement(
    state: GraphState, side: Side, result: Settlement, first_reports: Mapping[str, tuple[int, str]]
) -> None:
    """Write identities, owners, evidence, merges and conflicts. People and organisations themselves exist by now.

    `first_reports`: the time and source of each identity's first report in these facts.
    """
    moved = [
        key for key, owner in side.owner.items() if side.previous_owner.get(key) and side.previous_owner[key] != owner
    ]
    new_keys = sorted(side.new_keys - result.written)
    unknown = sorted((side.new_keys | side.new_claims) - result.written - side.unowned_keys)
    await state.run("create_identities", [_identity(key, *first_reports[key]) for key in unknown])
    earlier = _earlier(side, first_reports)
    await state.run("seen_identities", earlier)
    side.first_reports |= {key: first_reports[key] for key in side.new_keys - side.unowned_keys}
    side.first_reports |= {row["key"]: (row["first"], row["source"]) for row in earlier}
    await state.run("disown_identities", moved, "keys")
    owned = [{"key": key, "owner": side.owner[key]} for key in [*new_keys, *moved]]
    await state.run(f"own_identities_{side.label}", owned)
    await state.run("create_evidence", [_edge(*item) for item in result.evidence.items()])
    await state.run("strengthen_evidence", [_edge(*item) for item in result.strengthened.items()])
    await _write_merges(state, side)
    await state.run("revive", result.revived, "ids")
    if side.entity == "organisation":
        await state.run("revive_stays", result.revived, "ids")
    await _write_conflicts(state, result)


def _earlier(side: Side, first_reports: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """Return known identities that these facts report earlier, or from a source with a smaller name."""
    rows: list[dict[str, Any]] = []
    for key, (at, source) in first_reports.items():
        if key not in side.first_reports:
            continue
        known_at, known_source = side.first_reports[key]
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


async def _write_merges(state: GraphState, side: Side) -> None:
    rows = []
    for old, new in side.merged.items():
        moved = sorted(key for key, owner in side.previous_owner.items() if owner == old)
        rows.append({"old": old, "new": new, "moved": moved})
    await state.run(f"merge_{side.label}", rows, now=state.now)


async def _write_conflicts(state: GraphState, result: Settlement) -> None:
    found = {conflict_id((c.stronger, c.weaker)): c for c in result.conflicts}
    possible = {conflict_id(pair) for pair in result.considered}
    known = dict(await state.fetch("conflicts_known", {"ids": sorted(possible)})) if possible else {}
    standing = {id for id, reason in known.items() if id in found and found[id].reason == reason}
    await state.run("remove_conflicts", sorted(known.keys() - standing), "ids")
    new_keys = [
        {"id": id, "identities": [c.stronger, c.weaker], "reason": c.reason}
        for id, c in found.items()
        if id not in standing
    ]
    await state.run("create_conflicts", new_keys, now=state.now)
