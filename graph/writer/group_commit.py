"""Group commit: rows of many callers wait a few milliseconds and are committed together (F10)."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from graph.errors import MembergraphError
from graph.facts import Row
from graph.writer.origins import Origin
from graph.writer.results import SubmitResult
from graph.writer.settings import WriterSettings


class QueueFull(MembergraphError):
    """More rows are queued than the settings allow; try again in a moment."""

    code = "QUEUE_FULL"


class Submission(Struct):
    """The rows of one caller, the future of their results, and the page that they come from."""

    rows: Sequence[Row]
    answer: "asyncio.Future[SubmitResult]"
    origin: Origin | None = None


class CommitQueue:
    """Submissions that wait for a commit, in their order."""

    def __init__(self, settings: WriterSettings) -> None:
        self._settings = settings
        self._queue: asyncio.Queue[Submission | None] = asyncio.Queue()
        self._rows = 0
        self._previous_size = 2  # the first caller waits once

    async def submit(self, rows: Sequence[Row], origin: Origin | None = None) -> SubmitResult:
        """Queue rows and return their results after the commit. Raises QueueFull."""
        if self._rows + len(rows) > self._settings.queue:
            raise QueueFull("too many rows wait to be written; try again in a moment")
        submission = Submission(rows, asyncio.get_running_loop().create_future(), origin)
        self._rows += len(rows)
        self._queue.put_nowait(submission)
        return await submission.answer

    def stop(self) -> None:
        """Stop one task once it has taken all earlier submissions."""
        self._queue.put_nowait(None)

    async def next_group(self) -> tuple[list[Submission], bool]:
        """Return the submissions to commit next, and whether the calling task is to stop after them."""
        first = await self._queue.get()
        if first is None:
            return [], True
        group = [first]
        stopping = await self._fill(group)
        self._previous_size = len(group)
        self._rows -= sum(len(each.rows) for each in group)
        return group, stopping

    async def _fill(self, group: list[Submission]) -> bool:
        """Add queued submissions to a group, up to a batch. Return whether the task is to stop.

        A group smaller than the one before it waits a moment: callers just answered may be about to submit again.
        A caller without company never waits.
        """
        size = len(group[0].rows)
        has_waited = size > 1
        while size < self._settings.batch:
            if self._queue.empty():
                if has_waited or len(group) >= self._previous_size:
                    return False
                has_waited = True
                await asyncio.sleep(self._settings.linger)
                continue
            submission = self._queue.get_nowait()
            if submission is None:
                return True
            group.append(submission)
            size += len(submission.rows)
        return False
