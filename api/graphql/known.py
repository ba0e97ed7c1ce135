"""The catalogue as reads need it: kept, read again once a commit changed it, and in the background as it grows old."""

from __future__ import annotations

import asyncio
import time

from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.engine import Graph

OLD = 5.0
"""Seconds after which another service may have changed it."""


class Known:
    """The catalogue of one graph. It stays the same object as long as it says the same."""

    def __init__(self, graph: Graph) -> None:
        """Read nothing yet."""
        self._graph = graph
        self._catalogue: Catalogue | None = None
        self._read_at = 0.0
        self._changed_at = 0.0
        self._reading: asyncio.Task[Catalogue] | None = None

    def changed(self) -> None:
        """Note that this process has changed the catalogue: what was read, or began to be read, before is not used again."""
        self._changed_at = time.monotonic()

    async def catalogue(self) -> Catalogue:
        """The catalogue; waits for it only at first and after a change of our own."""
        if self._catalogue is None or self._read_at <= self._changed_at:
            return await self.fresh()
        if time.monotonic() - self._read_at > OLD and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self.fresh())
            self._reading.add_done_callback(_forget)
        return self._catalogue

    async def fresh(self) -> Catalogue:
        """The catalogue as it is in the graph now."""
        began = time.monotonic()
        found = await load_catalogue(self._graph)
        if self._catalogue is not None and began < self._read_at:
            return self._catalogue  # another read began later and is done already
        self._read_at = began
        if self._catalogue is None or found.definitions != self._catalogue.definitions:
            self._catalogue = found
        return self._catalogue


def _forget(task: asyncio.Task[Catalogue]) -> None:
    """A background read that failed is made again with the next request."""
    if not task.cancelled():
        task.exception()
