"""Locks for services that share a Neo4j: taken before anything is read, in one order for all, so that none waits in a circle.

A lock stands for a bucket of keys. The order is: identities, people, organisations, and last the one for what all share, the
catalogue and the hierarchy. Who holds any lock keeps out whoever wants them all. So with all of them is done whatever may reach
further than a batch names: identities that change hands, types that widen, work by hand. A batch that turns out to be of that
kind begins again.
"""

from collections.abc import Iterable

from graph.engine import Graph, Transaction
from graph.facts import Fact
from graph.writer.addressing import subjects
from graph.writer.world import Side, World, bucket
from queries import text

BUCKETS = 256
PEOPLE = 127
ORGANISATIONS = 128
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

    async def identities(self, tx: Transaction, facts: Iterable[Fact]) -> None:
        """Locks the identities that facts name; with `everything`, all there is."""
        if not self.needed:
            return
        if self.everything:
            await self._take(tx, EVERYTHING)
            return
        keys = {key for fact in facts for _, of in subjects(fact) for key in of}
        await self._take(tx, sorted(bucket("i", key, BUCKETS) for key in keys))

    def check(self, side: Side) -> None:
        """Raises Escalate where settling walked to identities that were not locked."""
        if self._partial:
            for key in side.owner:
                if bucket("i", key, BUCKETS) not in self._held:
                    raise Escalate

    async def people(self, world: World, people: Iterable[str], *, widening: bool) -> None:
        """Locks people about to be read and written. Raises Escalate where the batch reaches further than it names."""
        if not self._partial:
            return
        sides = (world.people, world.organisations)
        if widening or any(side.changed or side.merged for side in sides):
            raise Escalate
        ids = {*people, *world.people.owner.values(), *world.people.dirty}
        await self._take(world.tx, sorted(bucket("e", id, PEOPLE) for id in ids))

    async def organisations(self, world: World, *, shared: bool) -> None:
        """Locks organisations that facts name or that the people belong to, and what all share where that is changed."""
        if not self._partial:
            return
        ids = {*world.organisations.owner.values(), *world.organisations.dirty}
        ids |= {organisation for of in world.memberships.values() for organisation in of}
        buckets = sorted(bucket("e", id, ORGANISATIONS, PEOPLE) for id in ids)
        await self._take(world.tx, [*buckets, SHARED] if shared else buckets)

    @property
    def _partial(self) -> bool:
        return self.needed and not self.everything

    async def _take(self, tx: Transaction, buckets: Iterable[str]) -> None:
        fresh = [each for each in dict.fromkeys(buckets) if each not in self._held]
        self._held.update(fresh)
        if fresh:
            await tx.execute(text("writer/lock"), {"buckets": fresh})


EVERYTHING = [f"{kind}:{number:03d}" for kind in "ie" for number in range(BUCKETS)]
"""All locks, in their order."""


async def lock_everything(tx: Transaction) -> None:
    """Keeps every other writer of facts out until the transaction ends."""
    await Locks(needed=True, everything=True).identities(tx, ())


async def wait_for_writers(graph: Graph, transaction: Transaction) -> None:
    """Let every transaction of facts that is under way end first, and every later one see what this one commits."""
    if graph.kind == "neo4j":
        await lock_everything(transaction)
