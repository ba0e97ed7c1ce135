"""The part of the graph that a transaction touches: what it knows of it, and the changes it collects."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from secrets import token_hex
from typing import Any, TypeVar

from msgspec import Struct

from graph.engine import Transaction
from graph.identity.kinds import Entity
from graph.writer.cache import Span, WriterCache
from queries import text

PREFIX = {"person": "p_", "organisation": "o_", "membership": "m_"}
SLICE = 100
"""Rows in one statement that creates much. The engine writes them while the next ones are prepared."""
Item = TypeVar("Item")


def new_id(entity: str) -> str:
    """Return a random id of our own. Its prefix tells the label."""
    return PREFIX[entity] + token_hex(16)


def slices(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `SLICE`."""
    left = iter(items)
    while found := list(islice(left, SLICE)):
        yield found


class KeptMembership(Struct, gc=False):
    """A membership as it is stored, or will be."""

    id: str
    person: str
    organisation: str
    since: int | None
    until: int | None
    origin: str
    first: int | None = None
    last: int | None = None
    provenance: str | None = None
    is_new: bool = False

    @property
    def is_stated(self) -> bool:
        """Return whether a statement supports it; False for one that only events have shown (M5)."""
        return self.origin != "activity"


class Side:
    """The people, or the organisations, of a transaction: owners of identities before and after it."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.label = "people" if entity == "person" else "organisations"
        self.previous_owner: dict[str, str] = {}
        """The owners of known identities before this transaction."""
        self.owner: dict[str, str] = {}
        """The owners of settled identities after it."""
        self.uncounted: dict[str | None, str | None] = {}
        """By owner, why the graph does not count it, such as `shared` or `deleted`; None if it is counted."""
        self.separations: dict[str, list[str]] = {}
        """By identity, the marks of unmerges that keep it apart from others (I4)."""
        self.first_reports: dict[str, tuple[int | None, str | None]] = {}
        """By known identity, the time and the source of its first report."""
        self.unowned_keys: set[str] = set()
        """Known user ids without an owner: a public key alone reported that somebody had them before (I9)."""
        self.new_claims: set[str] = set()
        """User ids that stay without an owner after this transaction."""
        self.new_keys: set[str] = set()
        """Identities that get their first owner in this transaction."""
        self.new_pairs: set[tuple[str, str]] = set()
        """Pairs of identities with new or stronger evidence."""
        self.created: set[str] = set()
        self.shared: set[str] = set()
        """Owners that settling found to be shared, such as a mailbox of several people (I3)."""
        self.unshared: set[str] = set()
        """Owners that were shared before, and are so no longer."""
        self.merged: dict[str, str] = {}
        """By the id that goes, the id that stays."""
        self.changed: set[str] = set()
        """Owners that lost or gained a known identity. Their memberships and events are decided again."""
        self.keys: dict[str, set[str]] = {}
        """The identities of owners, after settling; those of `loaded_ids` are complete."""
        self.loaded_ids: set[str] = set()
        self.dirty: set[str] = set()
        """People or organisations whose properties are computed and written again."""

    def known_keys(self, ids: Iterable[str]) -> list[str]:
        """Return the loaded identities of these owners, without those that are new."""
        return [key for id in ids for key in self.keys.get(id, ()) if key not in self.new_keys]


class GraphState:
    """The touched part of the graph: both sides, memberships, and the changes collected so far."""

    def __init__(self, tx: Transaction, now: int, cache: WriterCache | None = None) -> None:
        self.tx = tx
        self.cache = cache or WriterCache()
        self.spans: dict[str, Span] = {}
        """By id, the first and last sight of people and organisations after this transaction, for the cache."""
        self.now = now
        self.people = Side("person")
        self.organisations = Side("organisation")
        self.memberships: dict[str, dict[str, list[KeptMembership]]] = {}
        """By person and organisation."""
        self.counters: dict[str, Sequence[Any]] = {}
        """The stored counters of days, of those in `counters_read`."""
        self.counters_read: set[str] = set()
        self.touched: set[str] = set()
        """Organisations to mark as stale: a fact of theirs changed (T2)."""
        self.latest_statements: dict[str, int] = {}
        """By organisation, the latest instant as of which a fact says something of it (J3)."""
        self.seen_spans: dict[tuple[str, str], list[int | None]] = {}
        """By kind of node and id, the first and last sight that these facts add."""
        self.exact_spans: set[str] = set()
        """Memberships whose span in `seen_spans` replaces the stored one, also where it is shorter."""
        self.uncertain_spans: set[tuple[str, str]] = set()
        """By kind of node and id, spans that may have become shorter. The graph is asked for them at the end."""

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return the people, then the organisations."""
        return self.people, self.organisations

    def side(self, entity: Entity) -> Side:
        """Return the people or the organisations."""
        return self.people if entity == "person" else self.organisations

    async def fetch(self, name: str, parameters: dict[str, Any]) -> Any:
        """Return the single value of a statement with one record and one column."""
        rows = await self.tx.rows(text(f"writer/{name}"), parameters)
        return next(iter(rows[0].values())) if rows else []

    async def run(self, name: str, rows: list[Any], parameter: str = "rows", **more: Any) -> None:
        """Run a statement over rows; send nothing where there are none."""
        if rows:
            await self.tx.execute(text(f"writer/{name}"), {parameter: rows, **more})

    def note_statement(self, organisation: str, at: int) -> None:
        """Note that a fact says something of an organisation as of an instant (J3)."""
        self.latest_statements[organisation] = max(at, self.latest_statements.get(organisation, at))

    def mark_seen(self, label: str, id: str, first: int, last: int) -> None:
        """Widen the time from first to last sight of a node (F8)."""
        span = self.seen_spans.get((label, id))
        if span is None:
            self.seen_spans[label, id] = [first, last]
            return
        if span[0] is None or first < span[0]:
            span[0] = first
        if span[1] is None or last > span[1]:
            span[1] = last

    def mark_begun(self, label: str, id: str, instant: int | None) -> None:
        """Note that a node began at an instant. That says nothing of its last sight (F8)."""
        if instant is not None:
            span = self.seen_spans.setdefault((label, id), [None, None])
            span[0] = instant if span[0] is None else min(span[0], instant)

    async def load_memberships(self, people: Iterable[str]) -> None:
        """Load the memberships of people that are not loaded yet."""
        missing = [id for id in people if id not in self.memberships]
        for id in missing:
            self.memberships[id] = {}
        unknown = []
        for id in missing:
            rows = self.cache.memberships.get(id)
            if rows is not None:
                self._add_memberships(rows)
            elif id not in self.people.created:
                unknown.append(id)
        if unknown:
            self._add_memberships(await self.fetch("memberships", {"people": unknown}))

    def _add_memberships(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            kept = KeptMembership(*row)
            self.memberships[kept.person].setdefault(kept.organisation, []).append(kept)

    def spells_of(self, person: str) -> dict[str, list[KeptMembership]]:
        """Return a person's memberships by organisation."""
        return self.memberships.setdefault(person, {})

    def memberships_of(self, person: str) -> list[KeptMembership]:
        """Return all memberships of a person."""
        return [kept for spells in self.spells_of(person).values() for kept in spells]


def bucket(kind: str, key: str, count: int) -> str:
    """Return the lock that stands for a key: one of `count` of a kind."""
    return f"{kind}:{zlib.crc32(key.encode()) % count:03d}"
