"""One run of a source: its streams one after another, each from its cursor. A stream that fails stops alone."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count
from random import Random

from graph.errors import MembergraphError
from graph.sources.cursors import Move, cursor_text, storable_name
from graph.sources.runs import Run, StreamRun, new_run
from graph.writer import Origin, QueueFull, SubmitResult
from loaders.destinations.destination import Destination
from loaders.sync.backoff import Backoff
from loaders.sync.ledger import Ledger
from loaders.sync.pump import pump, read_with_retries
from loaders.sync.recording import in_words, recorded
from loaders.sync.streams import Page, Source, Stream

log = logging.getLogger(__name__)

IN_FLIGHT = 4


class SyncObserver:
    """Follows a run. Does nothing unless a subclass does."""

    def opened(self, stream: StreamRun) -> None:
        """A stream is about to be read."""

    def acknowledged(self, stream: StreamRun, page: Page, outcome: SubmitResult) -> None:
        """A page was acknowledged. `stream` holds the counts so far, this page's among them."""

    def ended(self, stream: StreamRun, error: BaseException | None) -> None:
        """A stream was read to its end, or stopped by an error or a cancellation."""


@dataclass(frozen=True)
class SyncOptions:
    """Options of a sync. `from_start`: read every stream from its beginning. `stop_at_failure`: raise the first error of a stream."""

    in_flight: int = IN_FLIGHT
    from_start: bool = False
    stop_at_failure: bool = False
    backoff: Backoff = field(default_factory=Backoff)


async def sync(
    source: Source,
    destination: Destination,
    ledger: Ledger,
    observer: SyncObserver | None = None,
    options: SyncOptions | None = None,
) -> Run:
    """Read the streams of a source into a destination, and return what became of each."""
    run = new_run(storable_name(source.name), source.kind)
    reader = _StreamReader(run, destination, ledger, observer or SyncObserver(), options or SyncOptions())
    async with recorded(run, ledger):
        async for stream in source.streams():
            await reader.read(stream)
    return run


class _StreamReader:
    """Reads the streams of one run, and keeps their counts in it."""

    def __init__(
        self, run: Run, destination: Destination, ledger: Ledger, observer: SyncObserver, options: SyncOptions
    ) -> None:
        self._run = run
        self._destination = destination
        self._ledger = ledger
        self._observer = observer
        self._options = options

    async def read(self, stream: Stream) -> None:
        counts = StreamRun(storable_name(stream.name))
        self._run.streams.append(counts)
        failure: BaseException | None = None
        try:
            await self._pump(stream, counts)
        except Exception as error:
            failure = error
            counts.error = in_words(error)
            if self._options.stop_at_failure:
                raise
            if not isinstance(error, MembergraphError):
                log.exception("stream %s of source %s failed", counts.name, self._run.source)
        except BaseException as stop:
            failure = stop
            raise
        finally:
            self._observer.ended(counts, failure)

    async def _pump(self, stream: Stream, counts: StreamRun) -> None:
        cursor = None
        if stream.resumable:
            stored = await self._ledger.open_stream(self._run.source, counts.name, self._run.id)
            cursor = None if self._options.from_start else stored
        self._observer.opened(counts)

        async def send(page: Page, number: int) -> None:
            move = self._move(counts.name, page, number) if stream.resumable else None
            outcome = await self._submit(page, Origin(counts.name, self._run.source, page.places, move))
            _add(counts, page, outcome)
            self._observer.acknowledged(counts, page, outcome)

        async with aclosing(read_with_retries(stream, cursor, self._options.backoff)) as pages:
            await pump(pages, send, self._options.in_flight)

    def _move(self, stream: str, page: Page, number: int) -> Move:
        cursor = None if page.cursor is None else cursor_text(page.cursor)
        return Move(self._run.source, stream, self._run.id, number, cursor)

    async def _submit(self, page: Page, origin: Origin) -> SubmitResult:
        """Submit a page. Try again while the destination has too many rows in its queue. Raises QueueFull in the end."""
        dice = Random()  # noqa: S311 - waits need no secrecy
        for failures in count(1):
            try:
                return await self._destination.submit(page.rows, origin)
            except QueueFull:
                wait = self._options.backoff.wait(failures, None, dice)
                if wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("count() has no end")


def _add(counts: StreamRun, page: Page, outcome: SubmitResult) -> None:
    counts.read += len(page.rows)
    counts.total = page.total
    counts.created += outcome.created
    counts.updated += outcome.updated
    counts.unchanged += outcome.unchanged
    counts.refused += len({one.index for one in outcome.rejected})
