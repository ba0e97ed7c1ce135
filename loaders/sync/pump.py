"""Read the pages of one stream with retries, and send a few at a time. Memory stays flat, whatever the length of the stream."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from random import Random

from loaders.errors import SourceError
from loaders.sync.backoff import Backoff
from loaders.sync.streams import Cursor, Page, Stream

Send = Callable[[Page, int], Awaitable[None]]
"""Sends one page, whose number is the second argument, and returns once it is acknowledged. The first page is 1."""


async def pump(pages: AsyncIterator[Page], send: Send, in_flight: int) -> None:
    """Send pages, at most `in_flight` at a time. After a failure, start no other page and wait for those in flight."""
    room = asyncio.Semaphore(in_flight)

    async def send_one(page: Page, number: int) -> None:
        try:
            await send(page, number)
        finally:
            room.release()

    sending: list[asyncio.Task[None]] = []
    number = 0
    try:
        async for page in pages:
            number += 1
            await room.acquire()
            sending = _unfinished(sending)
            sending.append(asyncio.create_task(send_one(page, number)))
    finally:
        results = await asyncio.gather(*sending, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _unfinished(tasks: list[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
    """Return the tasks that are not done. Raises what made one of the others fail."""
    for task in tasks:
        if task.done():
            task.result()
    return [task for task in tasks if not task.done()]


async def read_with_retries(
    stream: Stream, cursor: Cursor, backoff: Backoff, dice: Random | None = None
) -> AsyncGenerator[Page]:
    """Yield the pages of a stream. After a retryable error, go on from the last page read. Raises SourceError in the end."""
    dice = dice or Random()  # noqa: S311 - waits need no secrecy
    failures = 0
    while True:
        try:
            async with aclosing(stream.pages(cursor)) as pages:
                async for page in pages:
                    failures = 0
                    cursor = cursor if page.cursor is None else page.cursor
                    yield page
            return
        except SourceError as error:
            failures += 1
            wait = backoff.wait(failures, error.retry_after, dice) if error.retryable else None
            if wait is None:
                raise
        await asyncio.sleep(wait)
