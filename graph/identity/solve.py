"""Solves which identities are one person or organisation: strongest evidence first, within limits (I1, I2, I3, I5).

A pure function of the identities, their evidence, the marks of unmerges, and the limits. Order, number and time of
the evidence play no part. So the same facts in any order give the same clusters (F3).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from graph.identity.kinds import (
    ALIAS,
    ANY_OTHER,
    CRM_MERGE,
    HAND,
    PUBLIC,
    SEEN,
    STRENGTHS,
    Entity,
    kind_of,
    order,
    stronger_first,
)

_UNLIMITED = frozenset((STRENGTHS[HAND], STRENGTHS[CRM_MERGE], STRENGTHS[ALIAS]))
_NO_ALIASES: frozenset[str] = frozenset()
_CHANGES = "user_id"
"""The kind of identity whose former ones count towards no limit (I9)."""


class Evidence(NamedTuple):
    """Evidence that two identities are one, and its strength: `hand`, `merge`, `alias`, `seen` or `public`."""

    one: str
    other: str
    strength: str = SEEN


class Conflict(NamedTuple):
    """Evidence that was not applied: the stronger and the weaker identity, and the reason (`limit`, `domain`, `shared`, `apart`)."""

    stronger: str
    weaker: str
    reason: str


class Solution(NamedTuple):
    """The clusters of identities, the conflicts, and the identities that several people share."""

    clusters: list[frozenset[str]]
    conflicts: list[Conflict]
    shared: frozenset[str]


_OPPOSITE = {"a": "b", "b": "a"}


class _Cluster:
    """Identities joined so far. User ids that replaced one another count once; `aliases` names their groups."""

    __slots__ = ("aliases", "counts", "keys", "sides")

    def __init__(self, key: str, sides: Iterable[str], alias: str | None) -> None:
        self.keys = {key}
        self.counts = {kind_of(key): 1}
        self.sides = set(sides)
        self.aliases = _NO_ALIASES if alias is None else frozenset((alias,))


def solve(
    entity: Entity,
    keys: Iterable[str],
    evidence: Iterable[Evidence],
    separations: Mapping[str, Iterable[str]],
    limits: Mapping[str, int],
    crowds: Iterable[str] = (),
) -> Solution:
    """Return the clusters of `keys`.

    `separations` holds the sides on which an unmerge put an identity, such as `17a` against `17b` (I4). `limits` is
    the most identities of a kind in one cluster; a kind not named may occur once. `crowds` are shared from the
    start.
    """
    keys = sorted(keys)
    ordered = sorted(set(evidence), key=lambda each: _place(entity, each))
    aliases = _alias_groups(ordered)
    shared: set[str] = set(crowds) if entity == "person" else set()
    shared_conflicts: list[Conflict] = []
    while True:
        cluster_of, conflicts = _pass(entity, keys, ordered, separations, limits, shared, aliases)
        crowd = _crowded(entity, conflicts, cluster_of) - shared
        shared_conflicts += [Conflict(c.stronger, c.weaker, "shared") for c in conflicts if c.weaker in crowd]
        if not crowd:
            clusters = {id(cluster): frozenset(cluster.keys) for cluster in cluster_of.values()}
            return Solution(list(clusters.values()), shared_conflicts + conflicts, frozenset(shared))
        shared |= crowd


def _place(entity: Entity, each: Evidence) -> tuple[int, tuple[int, str], tuple[int, str]]:
    stronger, weaker = sorted((order(entity, each.one), order(entity, each.other)))
    return STRENGTHS[each.strength], (weaker[0], weaker[1]), stronger


def _pass(
    entity: Entity,
    keys: list[str],
    ordered: list[Evidence],
    separations: Mapping[str, Iterable[str]],
    limits: Mapping[str, int],
    shared: set[str],
    aliases: Mapping[str, str],
) -> tuple[dict[str, _Cluster], list[Conflict]]:
    cluster_of = {key: _Cluster(key, separations.get(key, ()), aliases.get(key)) for key in keys}
    conflicts = []
    for each in ordered:
        if each.one in shared or each.other in shared:
            continue
        one, other = cluster_of[each.one], cluster_of[each.other]
        if one is other:
            continue
        reason = _obstacle(entity, each, one, other, limits)
        if reason:
            conflicts.append(Conflict(*stronger_first(entity, each.one, each.other), reason))
        else:
            _join(one, other, cluster_of)
    return cluster_of, conflicts


def _obstacle(entity: Entity, each: Evidence, one: _Cluster, other: _Cluster, limits: Mapping[str, int]) -> str | None:
    if _are_separated(one.sides, other.sides):
        return "apart"
    if STRENGTHS[each.strength] in _UNLIMITED:
        return None
    if (
        entity == "organisation"
        and "domain" in (kind_of(each.one), kind_of(each.other))
        and _strong(one)
        and _strong(other)
    ):
        return "domain"
    return "limit" if _exceeds(each, one, other, limits) else None


def _exceeds(each: Evidence, one: _Cluster, other: _Cluster, limits: Mapping[str, int]) -> bool:
    counts = one.counts
    for kind, count in other.counts.items():
        if kind not in counts:
            continue
        both, allowed = counts[kind] + count, limits.get(kind, limits.get(ANY_OTHER, 1))
        if kind == _CHANGES:
            both -= _shared_aliases(one, other)
            if each.strength == PUBLIC:
                allowed = 1  # evidence of a public key never joins two user ids, whatever the limits are (V2)
        if both > max(allowed, counts[kind], count):
            return True
    return False


def _shared_aliases(one: _Cluster, other: _Cluster) -> int:
    return len(one.aliases & other.aliases) if one.aliases and other.aliases else 0


def _alias_groups(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Return for each user id that replaced another, or was replaced, one id for the whole chain or circle (I9)."""
    alias: dict[str, str] = {}

    def first(key: str) -> str:
        while (up := alias.setdefault(key, key)) != key:
            alias[key] = alias[up]
            key = up
        return key

    for each in evidence:
        if each.strength == ALIAS:
            ends = sorted((first(each.one), first(each.other)))
            alias[ends[1]] = ends[0]
    return {key: first(key) for key in list(alias)}


def _are_separated(one: set[str], other: set[str]) -> bool:
    return any(side[:-1] + _OPPOSITE[side[-1]] in other for side in one) if one and other else False


def _strong(cluster: _Cluster) -> bool:
    return any(kind != "domain" for kind in cluster.counts)


def _join(one: _Cluster, other: _Cluster, cluster_of: dict[str, _Cluster]) -> None:
    if len(one.keys) < len(other.keys):
        one, other = other, one
    one.keys |= other.keys
    one.sides |= other.sides
    for kind, count in other.counts.items():
        one.counts[kind] = one.counts.get(kind, 0) + count
    if other.aliases:
        one.counts[_CHANGES] -= _shared_aliases(one, other)
        one.aliases |= other.aliases
    for key in other.keys:
        cluster_of[key] = one


def _crowded(entity: Entity, conflicts: list[Conflict], cluster_of: dict[str, _Cluster]) -> set[str]:
    """Return people's identities that were refused to two or more other people: a kiosk's cookie, a role's mailbox (I3)."""
    if entity != "person":
        return set()
    refused: dict[str, set[int]] = {}
    for conflict in conflicts:
        if conflict.reason == "limit" and kind_of(conflict.weaker) != kind_of(conflict.stronger):
            refused.setdefault(conflict.weaker, set()).add(id(cluster_of[conflict.stronger]))
    return {key for key, clusters in refused.items() if len(clusters) > 1}
