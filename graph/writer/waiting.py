"""Rows that wait a moment for company, so that many callers' are committed together (F10)."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from graph.errors import MembergraphError
from graph.facts import Row
from graph.writer.origins import Origin
from graph.writer.outcome import Outcome
from graph.writer.settings import WriterSettings


class QueueFull(MembergraphError):
    """More rows wait than may; try again in a moment."""

    code = "QUEUE_FULL"


class Caller(Struct):
    """Rows, the future of their answer, and the page that they come from."""

    rows: Sequence[Row]
    done: "asyncio.Future[Outcome]"
    origin: Origin | None = None


class Waiting:
    """The callers that wait, in their order."""

    def __init__(self, settings: WriterSettings) -> None:
        self._settings = settings
        self._queue: asyncio.Queue[Caller | None] = asyncio.Queue()
        self._rows = 0
        self._came_together = 2

    async def answer(self, rows: Sequence[Row], origin: Origin | None = None) -> Outcome:
        """The answer to rows, after their commit. Raises QueueFull."""
        if self._rows + len(rows) > self._settings.queue:
            raise QueueFull("too many rows wait to be written; try again in a moment")
        caller = Caller(rows, asyncio.get_running_loop().create_future(), origin)
        self._rows += len(rows)
        self._queue.put_nowait(caller)
        return await caller.done

    def stop(self) -> None:
        """Have one task stop once it has taken what waits."""
        self._queue.put_nowait(None)

    async def together(self) -> tuple[list[Caller], bool]:
        """Who is to be written next, and whether the task that asks is to stop after them."""
        first = await self._queue.get()
        if first is None:
            return [], True
        group = [first]
        stopping = await self._gather(group)
        self._came_together = len(group)
        self._rows -= sum(len(each.rows) for each in group)
        return group, stopping

    async def _gather(self, group: list[Caller]) -> bool:
        """Adds what else waits, up to a batch. True where the task is to stop.

        A group smaller than the one before it lingers a moment: who was answered then may be about to ask again. Who is always
        alone never waits.
        """
        size = len(group[0].rows)
        lingered = size > 1
        while size < self._settings.batch:
            if self._queue.empty():
                if lingered or len(group) >= self._came_together:
                    return False
                lingered = True
                await asyncio.sleep(self._settings.linger)
                continue
            each = self._queue.get_nowait()
            if each is None:
                return True
            group.append(each)
            size += len(each.rows)
        return False
