"""Keep the catalogue for reads.

A commit of this process invalidates it. As another service may change it too, an old one is read again in the background.
"""

from __future__ import annotations

import asyncio
import time

from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.engine import Graph

MAX_AGE = 5.0
"""Seconds after which the catalogue is read again."""


class CatalogueCache:
    """The catalogue of one graph. Equal catalogues are the same object, so that plans can compare by identity."""

    def __init__(self, graph: Graph) -> None:
        """Start empty."""
        self._graph = graph
        self._catalogue: Catalogue | None = None
        self._read_at = 0.0
        self._invalidated_at = 0.0
        self._background_read: asyncio.Task[Catalogue] | None = None

    def invalidate(self) -> None:
        """Discard whatever was read, or began to be read, before now: this process has changed the catalogue."""
        self._invalidated_at = time.monotonic()

    async def catalogue(self) -> Catalogue:
        """Return the catalogue. Only the first call and calls after `invalidate` wait for the graph."""
        if self._catalogue is None or self._read_at <= self._invalidated_at:
            return await self.reload()
        is_old = time.monotonic() - self._read_at > MAX_AGE
        if is_old and (self._background_read is None or self._background_read.done()):
            self._background_read = asyncio.create_task(self.reload())
            self._background_read.add_done_callback(_ignore_failure)
        return self._catalogue

    async def reload(self) -> Catalogue:
        """Read the catalogue from the graph now."""
        start = time.monotonic()
        loaded = await load_catalogue(self._graph)
        if self._catalogue is not None and start < self._read_at:
            return self._catalogue  # a read that started later has finished already
        self._read_at = start
        if self._catalogue is None or loaded.definitions != self._catalogue.definitions:
            self._catalogue = loaded
        return self._catalogue


def _ignore_failure(task: asyncio.Task[Catalogue]) -> None:
    """Retrieve a background read's error, so that asyncio does not log it: the next request reads again."""
    if not task.cancelled():
        task.exception()
