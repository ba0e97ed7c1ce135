"""Locks for services that share a Neo4j: taken before anything is read, in one order for all, so that none waits in a circle.

The order is: identities, people, organisations, and last what all share, the catalogue and the hierarchy. People and organisations are
locked themselves; an identity that may not exist yet is locked by the bucket of its key. Who holds any bucket keeps out whoever wants
them all. So with all of them is done whatever may reach further than a batch names: identities that change hands, types that widen,
work by hand. A batch that turns out to be of that kind begins again.
"""

from collections.abc import Collection, Iterable

from graph.engine import Graph, Transaction
from graph.writer.world import Side, World, bucket
from queries import text

BUCKETS = 256
SHARED = "e:255"
"""The lock for the catalogue and the hierarchy."""


class Escalate(Exception):
    """More is touched than was locked: begin again with every lock."""


class Locks:
    """The locks of one transaction; without effect on an engine that one service owns."""

    def __init__(self, needed: bool, everything: bool = False) -> None:
        self.needed = needed
        self.everything = everything
        self._held: set[str] = set()
        self._keys: set[str] = set()
        self._taken: set[str] = set()

    async def all_of_them(self, tx: Transaction) -> None:
        """With `everything`, locks all there is."""
        if self.needed and self.everything:
            await self._take(tx, EVERYTHING)

    def buckets(self, keys: Collection[str]) -> list[str]:
        """The buckets of the identities that facts name, in their order; whoever asks takes their locks, and those of their owners."""
        if not self._partial:
            return []
        self._keys.update(keys)
        fresh = sorted({bucket("i", key, BUCKETS) for key in keys} - self._held)
        self._held.update(fresh)
        return fresh

    def taken(self, ids: Iterable[str]) -> None:
        """Notes people and organisations that are locked now."""
        self._taken.update(ids)

    def check(self, side: Side) -> None:
        """Raises Escalate where settling walked to identities that were not locked."""
        if self._partial:
            for key in side.owner.keys() - self._keys:
                if bucket("i", key, BUCKETS) not in self._held:
                    raise Escalate

    def people(self, world: World, people: Iterable[str], *, widening: bool) -> None:
        """Raises Escalate where the batch reaches further than it names, or to people who are not locked."""
        if not self._partial:
            return
        sides = (world.people, world.organisations)
        if widening or any(side.changed or side.merged for side in sides):
            raise Escalate
        self._locked(world.people, people)

    async def organisations(self, world: World, *, shared: bool) -> None:
        """Locks what all share where that is changed. Raises Escalate where the batch reaches organisations that are not locked."""
        if not self._partial:
            return
        self._locked(world.organisations, (id for of in world.memberships.values() for id in of))
        if shared:
            await self._take(world.tx, [SHARED])

    def _locked(self, side: Side, ids: Iterable[str]) -> None:
        if {*ids, *side.owner.values(), *side.dirty} - side.created - self._taken:
            raise Escalate

    @property
    def _partial(self) -> bool:
        return self.needed and not self.everything

    async def _take(self, tx: Transaction, buckets: Iterable[str]) -> None:
        fresh = [each for each in buckets if each not in self._held]
        self._held.update(fresh)
        if fresh:
            await tx.execute(text("writer/lock"), {"buckets": fresh})


EVERYTHING = [*(f"i:{number:03d}" for number in range(BUCKETS)), SHARED]
"""All locks of buckets, in their order."""


async def lock_everything(tx: Transaction) -> None:
    """Keeps every other writer of facts out until the transaction ends."""
    await Locks(needed=True, everything=True).all_of_them(tx)


async def wait_for_writers(graph: Graph, transaction: Transaction) -> None:
    """Let every transaction of facts that is under way end first, and every later one see what this one commits."""
    if graph.kind == "neo4j":
        await lock_everything(transaction)
