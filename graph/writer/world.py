"""What a transaction knows of the part of the graph its facts touch, and what it will change there."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from secrets import token_hex
from typing import Any, TypeVar

from msgspec import Struct

from graph.engine import Transaction
from graph.identity.kinds import Entity
from graph.writer.memory import Memory, Span
from queries import text

PREFIX = {"person": "p_", "organisation": "o_", "membership": "m_"}
DAY = 86_400_000
SLICE = 100
"""Rows of one statement that makes much: the engine is at work on them while we make the next ones."""
Item = TypeVar("Item")


def new_id(of: str) -> str:
    """A random id of our own; its prefix tells the label."""
    return PREFIX[of] + token_hex(16)


def slices(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in lists of at most `SLICE`."""
    left = iter(items)
    while found := list(islice(left, SLICE)):
        yield found


class Kept(Struct, gc=False):
    """A membership as it is kept or will be."""

    id: str
    person: str
    organisation: str
    since: int | None
    until: int | None
    origin: str
    first: int | None = None
    last: int | None = None
    provenance: str | None = None
    new: bool = False

    @property
    def stated(self) -> bool:
        """False for one that only events have told (M5)."""
        return self.origin != "activity"


class Side:
    """People, or organisations: who owns which identity before and after the batch."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.label = "people" if entity == "person" else "organisations"
        self.before: dict[str, str] = {}
        self.owner: dict[str, str] = {}
        self.uncounted: dict[str | None, str | None] = {}
        self.apart: dict[str, list[str]] = {}
        self.told: dict[str, tuple[int | None, str | None]] = {}
        self.claimed: set[str] = set()
        """Known user ids that nobody owns: a public key alone told that somebody had them before (I9)."""
        self.claims: set[str] = set()
        """Of such, those that this batch leaves so, and new ones."""
        self.new_keys: set[str] = set()
        self.new_pairs: set[tuple[str, str]] = set()
        self.created: set[str] = set()
        self.shared: set[str] = set()
        self.unshared: set[str] = set()
        self.merged: dict[str, str] = {}
        self.changed: set[str] = set()
        self.keys: dict[str, set[str]] = {}
        self.held: set[str] = set()
        self.dirty: set[str] = set()

    def known_keys(self, ids: Iterable[str]) -> list[str]:
        """The identities these hold that were known before the batch; those not looked up are left out."""
        return [key for id in ids for key in self.keys.get(id, ()) if key not in self.new_keys]


class World:
    """The touched part of the graph: identities on both sides, memberships, and the changes collected so far."""

    def __init__(self, tx: Transaction, now: int, memory: Memory | None = None) -> None:
        self.tx = tx
        self.memory = memory or Memory()
        self.spans: dict[str, Span] = {}
        self.now = now
        self.people = Side("person")
        self.organisations = Side("organisation")
        self.memberships: dict[str, dict[str, list[Kept]]] = {}
        self.counters: dict[str, Sequence[Any]] = {}
        """What was counted of days before the batch, of those that were asked for."""
        self.counters_asked: set[str] = set()
        self.touched: set[str] = set()
        self.told: dict[str, int] = {}
        self.seen: dict[tuple[str, str], list[int | None]] = {}
        self.exact: set[str] = set()
        self.unsure: set[tuple[str, str]] = set()

    def side(self, entity: Entity) -> Side:
        """People or organisations."""
        return self.people if entity == "person" else self.organisations

    async def one(self, name: str, parameters: dict[str, Any]) -> Any:
        """The single value of a statement that returns one record with one column."""
        rows = await self.tx.rows(text(f"writer/{name}"), parameters)
        return next(iter(rows[0].values())) if rows else []

    async def run(self, name: str, rows: list[Any], parameter: str = "rows", **more: Any) -> None:
        """A statement over rows, not sent where there are none."""
        if rows:
            await self.tx.execute(text(f"writer/{name}"), {parameter: rows, **more})

    def tell(self, organisation: str, at: int) -> None:
        """A fact of this batch says something of an organisation as of an instant (J3)."""
        self.told[organisation] = max(at, self.told.get(organisation, at))

    def see(self, label: str, id: str, first: int, last: int) -> None:
        """Somebody or something was seen, the first and the last time at these instants (F8)."""
        span = self.seen.get((label, id))
        if span is None:
            self.seen[label, id] = [first, last]
            return
        if span[0] is None or first < span[0]:
            span[0] = first
        if span[1] is None or last > span[1]:
            span[1] = last

    def begin(self, label: str, id: str, instant: int | None) -> None:
        """Somebody or something is told to have begun at this instant, which says nothing of when they were last seen (F8)."""
        if instant is not None:
            span = self.seen.setdefault((label, id), [None, None])
            span[0] = instant if span[0] is None else min(span[0], instant)

    async def load_memberships(self, people: Iterable[str]) -> None:
        """Loads the memberships of people not loaded yet."""
        missing = [id for id in people if id not in self.memberships]
        for id in missing:
            self.memberships[id] = {}
        unknown = []
        for id in missing:
            rows = self.memory.memberships.get(id)
            if rows is not None:
                self._keep(rows)
            elif id not in self.people.created:
                unknown.append(id)
        if unknown:
            self._keep(await self.one("memberships", {"people": unknown}))

    def _keep(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            kept = Kept(*row)
            self.memberships[kept.person].setdefault(kept.organisation, []).append(kept)

    def spells_of(self, person: str) -> dict[str, list[Kept]]:
        """A person's memberships by organisation."""
        return self.memberships.setdefault(person, {})

    def every_membership(self, person: str) -> list[Kept]:
        """A person's memberships, all of them."""
        return [kept for spells in self.spells_of(person).values() for kept in spells]


def bucket(kind: str, key: str, count: int) -> str:
    """The lock that stands for a key: one of `count` of a kind."""
    return f"{kind}:{zlib.crc32(key.encode()) % count:03d}"
