"""The workplace of a command: settings, a clock, and a graph that is migrated first and closed at the end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from graph.clock import Clock, clock_from
from graph.engine import open_graph
from graph.errors import DataDirectoryInUse
from graph.schema import migrate
from membergraph.service_address import address_of
from membergraph.settings import Settings

if TYPE_CHECKING:
    from graph.engine import Graph

T = TypeVar("T")


@dataclass(frozen=True)
class Workplace:
    """Settings, an open graph and its clock."""

    settings: Settings
    graph: Graph
    clock: Clock


@asynccontextmanager
async def workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """Open the graph, migrate its schema, and close it at the end. Raises an EngineError that says what is wrong."""
    clock = clock_from(settings.clock)
    try:
        graph = await open_graph(settings.graph())
    except DataDirectoryInUse as error:
        error.hint = _hint(address_of(settings, error.pid))
        raise
    try:
        if not graph.damage:  # a damaged graph is never written; the doctor reports the damage
            await migrate(graph, clock)
        yield Workplace(settings, graph, clock)
    finally:
        await graph.close()


def _hint(address: str | None) -> str:
    """Return the hint for a data directory that another process owns; `address` is that of its service."""
    if address is None:
        return "Stop that process, or choose another folder with --data-dir."
    return f"A service answers there: `load` and `ask` go through it with --to {address}. Or choose another folder with --data-dir."


def run(work: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """Run a command. SIGTERM cancels it as Ctrl-C does, so that the embedded engine stops cleanly."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_stoppable(work))


async def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    with suppress(NotImplementedError):  # Windows has no such handlers, only Ctrl-C
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
