"""Locks for services that share a Neo4j: taken before anything is read, in one order for all, so that none waits in a circle.

A lock stands for a bucket of keys. Buckets of identities come before buckets of people and organisations. Where a batch turns out to
touch more than it has locked, the transaction starts again with all of them.
"""

import time
from collections.abc import Iterable

from graph.facts import Fact
from graph.writer.addressing import subjects
from graph.writer.world import Side, World, bucket

BUCKETS = 256
ENTITIES = BUCKETS - 1
CATALOGUE = "e:255"


class Escalate(Exception):
    """More is touched than was locked: begin again with every lock."""


class Locks:
    """The locks of one transaction; without effect on an engine that one service owns."""

    def __init__(self, needed: bool, everything: bool = False) -> None:
        self.needed = needed
        self.everything = everything
        self._held: set[str] = set()

    async def identities(self, world: World, facts: Iterable[Fact]) -> None:
        """Locks the identities that facts name; with `everything`, all there is."""
        if not self.needed:
            return None
        if self.everything:
            every = [f"{kind}:{number:03d}" for kind in "ei" for number in range(BUCKETS)]
            return await self._take(world, sorted(every, key=_place))
        keys = {key for fact in facts for _, of in subjects(fact) for key in of}
        return await self._take(world, sorted(bucket("i", key, BUCKETS) for key in keys))

    def check(self, side: Side) -> None:
        """Raises Escalate where settling walked to identities that were not locked."""
        if self.needed and not self.everything:
            for key in side.owner:
                if bucket("i", key, BUCKETS) not in self._held:
                    raise Escalate

    async def entities(self, world: World, people: Iterable[str]) -> None:
        """Locks people and organisations about to be read and written, and the catalogue last."""
        if not self.needed or self.everything:
            return
        ids = {
            *people,
            *world.people.owner.values(),
            *world.organisations.owner.values(),
            *world.people.dirty,
            *world.organisations.dirty,
        }
        await self._take(world, sorted(bucket("e", id, ENTITIES) for id in ids))
        if world.people.changed or world.organisations.changed or world.people.merged or world.organisations.merged:
            raise Escalate

    async def catalogue(self, world: World) -> None:
        """Locks the catalogue before it is changed."""
        if self.needed:
            await self._take(world, [CATALOGUE])

    async def _take(self, world: World, buckets: list[str]) -> None:
        fresh = [each for each in dict.fromkeys(buckets) if each not in self._held]
        self._held.update(fresh)
        if fresh:
            await world.one("lock", {"buckets": fresh, "token": time.time_ns()})


def _place(key: str) -> tuple[bool, str]:
    return key[0] == "e", key
