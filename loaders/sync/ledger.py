"""Where cursors and runs are kept: in the graph, through a running service, or nowhere."""

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
    """Keeps how far each stream was read, and what each run did."""

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """Give a stream to a run, so that its pages may move the cursor; returns the cursor."""

    async def save_run(self, run: Run) -> None:
        """Keep how a run stands now."""


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
    """The ledger of a running service. Raises ServiceError where the service does not answer."""

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
    """Keeps nothing, as a dry run must."""

    async def open_stream(self, source: str, stream: str, run: str) -> Any:
        """Return None: every stream begins at its beginning."""

    async def save_run(self, run: Run) -> None:
        """Keep nothing."""
