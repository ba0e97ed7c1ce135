"""A writer's cache: owners of identities, memberships, and times of first and last sight.

It holds committed values only. It is used only where nobody else writes, which is true of an embedded engine. Any
change of an identity's owner clears it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from graph.writer.graph_state import GraphState, KeptMembership, Side

Value = TypeVar("Value")
_MOST = 60_000
KnownIdentity = tuple[str, str | None, str | None, bool, list[str] | None, int | None, str | None]
"""Key; owner (None for a former user id that only a public key reported); why the owner is uncounted; whether it is an
organisation; marks of unmerges; time and source of the first report."""
Span = tuple[int | None, int | None]


class RecentValues(Generic[Value]):
    """A cache of limited size in two halves. It drops the older half at once, so it needs no order of use."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._recent: dict[str, Value] = {}
        self._older: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """Return the value of a key and mark it as recently used; None where it is not cached."""
        found = self._recent.get(key)
        if found is None and (found := self._older.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: str, value: Value) -> None:
        """Store a value."""
        if len(self._recent) >= self._most:
            self._older, self._recent = self._recent, {}
        self._recent[key] = value

    def clear(self) -> None:
        """Remove everything."""
        self._recent, self._older = {}, {}


class WriterCache:
    """The caches of identities, of each owner's keys, of memberships and of spans."""

    def __init__(self) -> None:
        """Start empty."""
        self.identities: RecentValues[KnownIdentity] = RecentValues(_MOST)
        self.memberships: RecentValues[list[tuple[Any, ...]]] = RecentValues(_MOST // 2)
        self.spans: RecentValues[Span] = RecentValues(_MOST)
        self.keys: RecentValues[tuple[str, ...]] = RecentValues(_MOST)

    def clear(self) -> None:
        """Remove everything: another transaction wrote past the cache, or identities changed owners."""
        self.identities.clear()
        self.memberships.clear()
        self.spans.clear()
        self.keys.clear()

    def lookup(self, keys: Iterable[str]) -> tuple[list[KnownIdentity], list[str]]:
        """Return the cached identities, and the keys to look up."""
        found, missing = [], []
        for key in keys:
            value = self.identities.get(key)
            if value is None:
                missing.append(key)
            else:
                found.append(value)
        return found, missing

    def store(self, state: GraphState) -> None:
        """Store what a committed transaction read and wrote."""
        sides = (state.people, state.organisations)
        if any(side.changed or side.merged or side.shared or side.unshared for side in sides):
            self.clear()
            return
        for side in sides:
            self._store_side(side)
        for person, spells in state.memberships.items():
            self.memberships.put(person, [_row(kept) for there in spells.values() for kept in there])
        for id, span in state.spans.items():
            self.spans.put(id, span)

    def _store_side(self, side: Side) -> None:
        organisation = side.entity == "organisation"
        owners = side.previous_owner | side.owner
        # identities that were only passed through are not known completely
        for key, (first, source) in side.first_reports.items():
            owner = owners.get(key)
            if owner is None:
                continue
            known = (key, owner, side.uncounted.get(owner), organisation, side.separations.get(key), first, source)
            self.identities.put(key, known)
        for id in side.loaded_ids:
            self.keys.put(id, tuple(side.keys[id]))


def _row(kept: KeptMembership) -> tuple[Any, ...]:
    return (
        kept.id,
        kept.person,
        kept.organisation,
        kept.since,
        kept.until,
        kept.origin,
        kept.first,
        kept.last,
        kept.provenance,
    )
