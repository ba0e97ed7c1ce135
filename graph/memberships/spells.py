"""Computes the spells of one person in one organisation from all sources' statements (M1–M3, M6).

A pure function of the statements, whose order plays no part. Instants are epoch milliseconds; None is no bound.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from graph.attributes.precedence import digest, rank
from graph.memberships.attribution import holds

FOREVER = 2**62
"""Stands for a missing end while spells are compared."""


class MembershipStatement(Struct, gc=False, omit_defaults=True, frozen=True):
    """One statement of one source: an interval, an observation (neither bound), or with `ends` the end at `until`."""

    at: int
    source: str = ""
    since: int | None = None
    until: int | None = None
    ends: bool = False
    roles: tuple[str, ...] | UnsetType | None = UNSET
    primary: bool | UnsetType | None = UNSET
    stage: str | UnsetType | None = UNSET
    values: dict[str, Any] = {}

    @property
    def observes(self) -> bool:
        """Return whether the statement has no interval: somebody saw a member."""
        return not self.ends and self.since is None and self.until is None


class Spell(Struct, gc=False):
    """One time as a member, from `since` up to, not including, `until`, with the statements that hold in it."""

    since: int | None
    until: int | None
    statements: list[MembershipStatement]
    end_authority: tuple[int, int] = (FOREVER, 0)


def spells(statements: Iterable[MembershipStatement], sources: Sequence[str] = ()) -> list[Spell]:
    """Return the spells in order. `sources` is the order of sources for the end (M2)."""
    ordered = _ordered(list(statements))
    endings = [each for each in ordered if each.ends]
    found = _united([_ended(each, endings, sources) for each in ordered if not each.ends and not each.observes])
    for each in ordered:
        if each.observes:
            _observe(each, found, endings)
            found = _united(found)
    return found


def _ordered(ordered: list[MembershipStatement]) -> list[MembershipStatement]:
    return sorted(ordered, key=_sort_key) if len(ordered) > 1 else ordered


def _sort_key(each: MembershipStatement) -> tuple[int, int, int, str]:
    """Return a sort key that orders statements totally; their content comes last."""
    return (
        each.at,
        each.since or -FOREVER,
        each.until or FOREVER,
        each.source + digest([each.ends, each.values, _role_list(each)]),
    )


def _role_list(each: MembershipStatement) -> list[str]:
    return list(each.roles) if isinstance(each.roles, tuple) else []


def _ended(each: MembershipStatement, endings: list[MembershipStatement], sources: Sequence[str]) -> Spell:
    """Return an interval, closed by the first ending inside it from a source as strong, or a later one (M3)."""
    own_authority = (rank(each.source, sources), -each.at)
    until, authority = each.until, own_authority
    for ending in endings:
        at, ending_authority = _until(ending), (rank(ending.source, sources), -ending.at)
        inside = (each.since is None or each.since < at) and (until is None or at < until)
        if inside and ending_authority <= own_authority:
            until, authority = at, ending_authority
    return Spell(each.since, until, [each], authority)


def _until(ending: MembershipStatement) -> int:
    return ending.at if ending.until is None else ending.until


def _united(found: list[Spell]) -> list[Spell]:
    """Join intervals that overlap or touch. The strongest source sets the end, then the newest statement (M2)."""
    if len(found) < 2:
        return found
    united: list[Spell] = []
    for each in sorted(found, key=_beginning):
        if united and end_of(united[-1]) >= _beginning(each):
            _absorb(united[-1], each)
        else:
            united.append(Spell(each.since, each.until, list(each.statements), each.end_authority))
    return united


def _beginning(spell: Spell) -> int:
    return -FOREVER if spell.since is None else spell.since


def end_of(spell: Spell) -> int:
    """Return the end as a number that can be compared."""
    return FOREVER if spell.until is None else spell.until


def _absorb(grown: Spell, other: Spell) -> None:
    grown.statements += other.statements
    as_strong_and_later = other.end_authority == grown.end_authority and end_of(other) > end_of(grown)
    if other.end_authority < grown.end_authority or as_strong_and_later:
        grown.until, grown.end_authority = other.until, other.end_authority


def _observe(each: MembershipStatement, found: list[Spell], endings: list[MembershipStatement]) -> None:
    """Add an observation: to the spell that holds it, else as the beginning of a new one, unbounded if it is the first (M2)."""
    for spell in found:
        if holds(spell, each.at):
            spell.statements.append(each)
            return
    ends = [_until(ending) for ending in endings]
    earlier = any(end_of(spell) <= each.at for spell in found) or any(end <= each.at for end in ends)
    found.append(Spell(each.at if earlier else None, min((end for end in ends if end > each.at), default=None), [each]))
