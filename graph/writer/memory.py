"""What a writer remembers from one transaction to the next: who owns an identity, who belongs where, when somebody was seen.

Only what was committed is remembered, and only where nobody else writes: an embedded engine has one owner. Whatever moves identities
from one owner to another makes all of it be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from graph.writer.world import Kept, Side, World

Value = TypeVar("Value")
_MOST = 60_000
Known = tuple[str, str | None, str | None, bool, list[str] | None, int | None, str | None]
"""Key, owner (None of a former user id that a public key alone told), why the owner is uncounted, whether it is an organisation, what keeps it apart, when and by whom it was first told."""
Span = tuple[int | None, int | None]


class Recent(Generic[Value]):
    """The values used last: a young half and an old one, so that nothing is ordered and little is forgotten at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[str, Value] = {}
        self._old: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """The value of a key, which is young again by that."""
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: str, value: Value) -> None:
        """Remember a value."""
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old = {}, {}


class Memory:
    """Identities, who holds which, memberships and spans that need not be read again."""

    def __init__(self) -> None:
        """Nothing is remembered yet."""
        self.identities: Recent[Known] = Recent(_MOST)
        self.memberships: Recent[list[tuple[Any, ...]]] = Recent(_MOST // 2)
        self.spans: Recent[Span] = Recent(_MOST)
        self.keys: Recent[tuple[str, ...]] = Recent(_MOST)

    def clear(self) -> None:
        """Forget everything: something was written past it, or identities changed hands."""
        self.identities.clear()
        self.memberships.clear()
        self.spans.clear()
        self.keys.clear()

    def known(self, keys: Iterable[str]) -> tuple[list[Known], list[str]]:
        """What is remembered of identities, and the keys that must be looked up."""
        found, missing = [], []
        for key in keys:
            value = self.identities.get(key)
            if value is None:
                missing.append(key)
            else:
                found.append(value)
        return found, missing

    def learn(self, world: World) -> None:
        """Remember what a committed transaction has read and written."""
        sides = (world.people, world.organisations)
        if any(side.changed or side.merged or side.shared or side.unshared for side in sides):
            self.clear()
            return
        for side in sides:
            self._learn_side(side)
        for person, spells in world.memberships.items():
            self.memberships.put(person, [_row(kept) for of in spells.values() for kept in of])
        for id, span in world.spans.items():
            self.spans.put(id, span)

    def _learn_side(self, side: Side) -> None:
        organisation = side.entity == "organisation"
        owners = side.before | side.owner
        # of identities that were only walked over, not all is known
        for key, (first, source) in side.told.items():
            owner = owners.get(key)
            if owner is None:
                continue
            known = (key, owner, side.uncounted.get(owner), organisation, side.apart.get(key), first, source)
            self.identities.put(key, known)
        for id in side.held:
            self.keys.put(id, tuple(side.keys[id]))


def _row(kept: Kept) -> tuple[Any, ...]:
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
