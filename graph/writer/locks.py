"""Locks for services that share a Neo4j, taken before anything is read.

All services take them in one order, so that none waits in a circle. The order is identities, people, organisations, and last
the lock of the catalogue and the hierarchy. People and organisations are locked themselves. An identity that may not exist
yet is locked by the bucket of its key.

A transaction with every bucket excludes all others. Some work needs that, because it may reach further than its rows:
identities that change owners, types that widen, changes by hand. A transaction that finds itself of that kind begins again
with every lock.
"""

from collections.abc import Collection, Iterable
from enum import Enum

from graph.engine import Graph, Transaction
from graph.writer.graph_state import GraphState, Side, bucket
from queries import text

BUCKETS = 256
CATALOGUE_AND_HIERARCHY = "e:255"
"""The lock of both. Of the locks `e:…` that migration 003 creates, no other is used any more. Its key sorts before the
buckets `i:…`, but it is always taken last."""


class MoreLocksNeeded(Exception):
    """Raised to roll back a transaction that touches more than it locked. It begins again with every lock."""


class LockScope(Enum):
    """The locks that a transaction takes."""

    NONE = "none"
    """The engine has one owner, and one transaction writes at a time."""
    NAMED = "named"
    """The locks of what its rows name."""
    ALL = "all"


class Locks:
    """The locks of one transaction."""

    def __init__(self, scope: LockScope) -> None:
        self._scope = scope
        self._held_buckets: set[str] = set()
        self._keys: set[str] = set()
        self._locked_ids: set[str] = set()

    @property
    def are_needed(self) -> bool:
        """Return whether other transactions may write at the same time."""
        return self._scope is not LockScope.NONE

    @property
    def are_partial(self) -> bool:
        """Return whether the transaction locks only what its rows name."""
        return self._scope is LockScope.NAMED

    async def take_all(self, tx: Transaction) -> None:
        """Take every lock where the scope asks for it."""
        if self._scope is LockScope.ALL:
            await self._take(tx, EVERYTHING)

    def buckets(self, keys: Collection[str]) -> list[str]:
        """Return the buckets of identities, in order. The caller locks them and the owners of the identities."""
        if not self.are_partial:
            return []
        self._keys.update(keys)
        missing = sorted({bucket("i", key, BUCKETS) for key in keys} - self._held_buckets)
        self._held_buckets.update(missing)
        return missing

    def note_locked(self, ids: Iterable[str]) -> None:
        """Note people and organisations that the caller has locked."""
        self._locked_ids.update(ids)

    def check(self, side: Side) -> None:
        """Raise MoreLocksNeeded where settling reached identities that are not locked."""
        if self.are_partial:
            for key in side.owner.keys() - self._keys:
                if bucket("i", key, BUCKETS) not in self._held_buckets:
                    raise MoreLocksNeeded

    def people(self, state: GraphState, people: Iterable[str], *, widening: bool) -> None:
        """Raise MoreLocksNeeded where the transaction reaches further than its rows, or people that are not locked."""
        if not self.are_partial:
            return
        if widening or any(side.changed or side.merged for side in state.sides):
            raise MoreLocksNeeded
        self._require(state.people, people)

    async def organisations(self, state: GraphState, *, catalogue_or_hierarchy: bool) -> None:
        """Take the lock of the catalogue and the hierarchy where one of them changes.

        Raise MoreLocksNeeded for organisations not locked.
        """
        if not self.are_partial:
            return
        self._require(state.organisations, (id for spells in state.memberships.values() for id in spells))
        if catalogue_or_hierarchy:
            await self._take(state.tx, [CATALOGUE_AND_HIERARCHY])

    def _require(self, side: Side, ids: Iterable[str]) -> None:
        if {*ids, *side.owner.values(), *side.dirty} - side.created - self._locked_ids:
            raise MoreLocksNeeded

    async def _take(self, tx: Transaction, buckets: Iterable[str]) -> None:
        missing = [each for each in buckets if each not in self._held_buckets]
        self._held_buckets.update(missing)
        if missing:
            await tx.execute(text("writer/lock"), {"buckets": missing})


EVERYTHING = [*(f"i:{number:03d}" for number in range(BUCKETS)), CATALOGUE_AND_HIERARCHY]
"""All locks of buckets, in their order."""


async def lock_everything(tx: Transaction) -> None:
    """Exclude every other writer of facts until the transaction ends."""
    await Locks(LockScope.ALL).take_all(tx)


async def wait_for_writers(graph: Graph, transaction: Transaction) -> None:
    """Wait for running transactions of facts, and let later ones see what this one commits."""
    if graph.kind == "neo4j":
        await lock_everything(transaction)
