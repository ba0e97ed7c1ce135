"""The evaluator: keeps computed values right after every fact, and at the instants when time alone changes them (T2, T3).

Nothing is polled. The evaluator sleeps until a commit wakes it, or until the least instant at which an organisation is due.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from graph.clock import epoch_ms
from graph.errors import MembergraphError
from graph.evaluation.batches import Batches
from graph.evaluation.program import Program
from graph.evaluation.programs import Programs
from graph.evaluation.selection import DefinitionsChanged

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["Evaluator"]

_log = logging.getLogger(__name__)

_LINGER = 0.005  # seconds in which wakes are collected
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0  # seconds, after the engine failed
_LONGEST_SLEEP = 3600.0  # seconds: after a suspension of the machine, timers fire late
_SHORT_BATCH = 50  # organisations, evaluated in a tenth of a second


class Evaluator:
    """Evaluates the organisations of one graph with their people, and people without one, a batch to a transaction."""

    def __init__(self, graph: Graph, clock: Clock, *, batch: int = 500, short_batch: int = _SHORT_BATCH) -> None:
        """Work on `graph` by `clock`, at most `batch` organisations at a time; `short_batch` where new facts may come between."""
        self._clock = clock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._programs = Programs(graph)
        self._batches = Batches(graph, clock, self._woken, batch, short_batch)

    @property
    def next_due(self) -> int | None:
        """The next instant (epoch milliseconds) at which somebody is due, as far as this evaluator knows; None for never."""
        return self._batches.next_due.instant

    # ---------------------------------------------------------------- in the service

    async def start(self) -> None:
        """Start evaluating in the background, stale organisations first."""
        if self._task is None:
            self._woken.set()
            self._task = asyncio.create_task(self._run(), name="membergraph-evaluator")

    async def stop(self) -> None:
        """Stop. A batch in the middle of its transaction is undone and stays stale."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self, *_: object) -> None:
        """Note that something was committed; costs nothing. Arguments are ignored, so that any callback can wake."""
        self._woken.set()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._sleep()
            try:
                await self.evaluate_stale()
                pause = _FIRST_PAUSE
            except MembergraphError as error:
                _log.warning("evaluation failed, tried again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                self._woken.set()

    async def _sleep(self) -> None:
        seconds = self._batches.next_due.seconds_left(epoch_ms(self._clock.now()), _LONGEST_SLEEP)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        await asyncio.sleep(_LINGER)
        self._woken.clear()

    # ---------------------------------------------------------------- once

    async def evaluate_stale(self) -> int:
        """Evaluate every organisation that is stale or due, and all organisations for a definition that is new.

        Returns how many were evaluated. The same organisation may count more than once.
        """
        return await self._run_program(self._stale)

    async def evaluate_due(self) -> int:
        """Evaluate the organisations whose values time alone may have changed by now; return how many."""
        return await self._run_program(self._due)

    async def evaluate_all(self) -> int:
        """Evaluate every organisation, stale or not; return how many. Organisations that become stale meanwhile come first."""
        return await self._run_program(self._all)

    async def _run_program(self, work: Callable[[Program], Awaitable[int]]) -> int:
        """Work with the definitions as they are; begin again where they change meanwhile."""
        while True:
            program = await self._programs.current()
            try:
                return await work(program)
            except DefinitionsChanged:
                continue

    async def _stale(self, program: Program) -> int:
        count = await self._batches.evaluate_changed(program)
        await self._batches.look_ahead(program)
        if program.pending_definitions:
            count += await self._all(program)
        return count

    async def _due(self, program: Program) -> int:
        count = await self._batches.evaluate_due(program)
        await self._batches.look_ahead(program)
        return count

    async def _all(self, program: Program) -> int:
        count = await self._batches.sweep(program)
        await self._programs.mark_evaluated(program)
        return count
