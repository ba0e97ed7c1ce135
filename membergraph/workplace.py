"""What every command works with: the settings, the clock, and a graph that is migrated and closed again."""

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
from membergraph.announcing import announced_by
from membergraph.settings import Settings

if TYPE_CHECKING:
    from graph.engine import Graph

T = TypeVar("T")


@dataclass(frozen=True)
class Workplace:
    """An open graph and the clock to read it by."""

    settings: Settings
    graph: Graph
    clock: Clock


@asynccontextmanager
async def workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """Opens the graph, brings its schema up to date, and closes it; raises an EngineError that says what is wrong."""
    clock = clock_from(settings.clock)
    try:
        graph = await open_graph(settings.graph())
    except DataDirectoryInUse as error:
        error.hint = _way_in(announced_by(settings, error.pid))
        raise
    try:
        if not graph.damage:  # then nothing is written, and the doctor says what is wrong
            await migrate(graph, clock)
        yield Workplace(settings, graph, clock)
    finally:
        await graph.close()


def _way_in(address: str | None) -> str:
    """What to do where another process owns the data directory; `address` is that of its service."""
    if address is None:
        return "Stop that process, or choose another folder with --data-dir."
    return f"A service answers there: `load` and `ask` go through it with --to {address}. Or choose another folder with --data-dir."


def run(work: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """Runs a command to its end; SIGTERM stops it as Ctrl-C does, so that an engine of ours is closed cleanly."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_stoppable(work))


async def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    with suppress(NotImplementedError):  # Windows has no such handlers; there Ctrl-C alone stops
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
