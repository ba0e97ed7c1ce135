"""Attributes events: to a spell, or to the person where the organisation is unclear (E1, E2, M5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

EXPLICIT, INFERRED, UNATTRIBUTED = "explicit", "inferred", "unattributed"


class Bounded(Protocol):
    """Anything with bounds in epoch milliseconds; None is no bound."""

    since: int | None
    until: int | None


S = TypeVar("S", bound=Bounded)


def holds(spell: Bounded, instant: int) -> bool:
    """Return whether a spell holds an instant: since ≤ instant < until (M4)."""
    return (spell.since is None or spell.since <= instant) and (spell.until is None or instant < spell.until)


def nearest(spells: Sequence[S], instant: int) -> S:
    """Return the spell that holds the instant, else the nearest in time; of two as near the later one (M5)."""
    if len(spells) == 1:
        return spells[0]
    return min(spells, key=lambda spell: (_distance(spell, instant), -(spell.since or 0)))


def _distance(spell: Bounded, instant: int) -> int:
    if spell.since is not None and instant < spell.since:
        return spell.since - instant
    if spell.until is not None and instant >= spell.until:
        return instant - spell.until + 1
    return 0


def inferred(spells_of: Mapping[str, Iterable[S]], instant: int) -> S | None:
    """Return the spell of the one organisation a person was a member of at an instant; None for none or several (E1).

    `spells_of` holds the stated spells by organisation, without those of origin `activity`.
    """
    found: S | None = None
    for spells in spells_of.values():
        for spell in spells:
            if holds(spell, instant):
                if found is not None:
                    return None
                found = spell
    return found
