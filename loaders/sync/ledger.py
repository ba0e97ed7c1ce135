"""Ledgers of cursors and runs: in a graph, in a running service, or none."""

from typing import Any, Protocol

import msgspec
import orjson

from graph.clock import Clock
from graph.engine import Graph
from graph.sources.cursors import open_stream
from graph.sources.runs import Run, save_run
from loaders.service import ServiceClient

STREAMS, RUNS = "/sync/streams", "/sync/runs"
"""Paths of a service, as `api.syncing` has them."""


class Ledger(Protocol):
    """A place that keeps cursors of streams and counts of runs."""

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """Give a stream to a run, so that its pages may move the cursor. Return the cursor."""

    async def save_run(self, run: Run) -> None:
        """Store the present state of a run."""


class GraphLedger:
    """The ledger in a graph."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph = graph
        self._clock = clock

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """See Ledger."""
        return await open_stream(self._graph, source, stream, run)

    async def save_run(self, run: Run) -> None:
        """See Ledger."""
        await save_run(self._graph, self._clock, run)


class RemoteLedger:
    """The ledger of a running service. Its functions raise ServiceError where the service does not answer."""

    def __init__(self, service: ServiceClient) -> None:
        self._service = service

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """See Ledger."""
        body = orjson.dumps({"source": source, "stream": stream, "run": run})
        return (await self._service.post(STREAMS, body))["cursor"]

    async def save_run(self, run: Run) -> None:
        """See Ledger."""
        await self._service.post(RUNS, msgspec.json.encode(run))


class NoLedger:
    """No ledger, for dry runs."""

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """Return None: every stream begins at its beginning."""

    async def save_run(self, run: Run) -> None:
        """Store nothing."""
