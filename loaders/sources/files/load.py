"""`load`: files into a destination, with a summary of every record and a file of refused rows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.sources.runs import StreamRun
from graph.writer import SubmitResult, Writer
from loaders.destinations import Destination, RemoteService
from loaders.mapping import DEFAULT_SOURCE, Mapping
from loaders.sources.files.entries import BadLine, FileRecord
from loaders.sources.files.pages import BYTES, ROWS
from loaders.sources.files.refused import RefusedRows
from loaders.sources.files.stream import FileObserver, FileReading, sources_of
from loaders.sources.files.summary import FileSummary, Progress, Summary
from loaders.sync import (
    GraphLedger,
    Ledger,
    NoLedger,
    Page,
    RemoteLedger,
    SyncObserver,
    SyncOptions,
    sync,
)


class Watcher(FileObserver):
    """Follows a load. Does nothing unless a subclass does."""

    def progress(self, progress: Progress) -> None:
        """A page was acknowledged."""

    def finished(self, summary: FileSummary) -> None:
        """A file ended, or could not be read on. `summary` holds what became of it so far."""


@dataclass(frozen=True)
class LoadOptions:
    """Options of a load: the mapping (else a guess), the source where nothing names one, and the folder of refused rows.

    `from_start`: begin every file at its beginning, also where an earlier load was interrupted.
    """

    mapping: Mapping | None = None
    source: str = DEFAULT_SOURCE
    refused: Path = field(default_factory=Path.cwd)
    dry_run: bool = False
    from_start: bool = False
    in_flight: int = 4
    batch_rows: int = ROWS
    batch_bytes: int = BYTES
    watcher: Watcher = field(default_factory=Watcher)


async def load(files: Sequence[Path], destination: Destination, options: LoadOptions) -> Summary:
    """Load the files one after another (`-` is standard input) and return what became of every record.

    A file whose load was interrupted goes on where it was acknowledged, as long as its content and its mapping are the same.
    Raises FileUnreadable or MappingError where a file cannot be loaded (further). What was acknowledged before stays.
    """
    summary = Summary(dry_run=options.dry_run)
    ledger = NoLedger() if options.dry_run else ledger_of(destination)
    reading = FileReading(
        options.mapping,
        options.source,
        options.batch_rows,
        options.batch_bytes,
        fingerprints=not isinstance(ledger, NoLedger),
    )
    observer = _LoadObserver(summary, options)
    syncing = SyncOptions(options.in_flight, options.from_start, stop_at_failure=True)
    began = time.monotonic()
    try:
        for source in sources_of(files, reading, observer):
            await sync(source, destination, ledger, observer, syncing)
    finally:
        summary.seconds = time.monotonic() - began
    return summary


def ledger_of(destination: Destination) -> Ledger:
    """Return the ledger of a destination: in the graph of a writer, or in the service that the rows go through."""
    if isinstance(destination, Writer):
        return GraphLedger(destination.graph, destination.clock)
    if isinstance(destination, RemoteService):
        return RemoteLedger(destination.service)
    return NoLedger()


class _LoadObserver(SyncObserver, FileObserver):
    """Observer that counts the rows of each file, and writes its refused rows down."""

    def __init__(self, summary: Summary, options: LoadOptions) -> None:
        self._summary = summary
        self._options = options
        self._file = FileSummary("")
        self._refused = RefusedRows(options.refused, "")
        self._refusing: set[str] = set()

    def opened(self, stream: StreamRun) -> None:
        """Begin to count a file."""
        self._file = FileSummary(stream.name)
        self._refused = RefusedRows(self._options.refused, stream.name)
        if stream.name in self._refusing:
            self._refused.resume()  # a file of the same name in another folder has rows there

    def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
        """Tell the watcher."""
        self._options.watcher.guessed(name, section)

    def continued(self, name: str, entries: int) -> None:
        """Keep the rows that were refused before the interruption."""
        if not self._options.dry_run:
            self._refused.resume()
        self._options.watcher.continued(name, entries)

    def acknowledged(self, stream: StreamRun, page: Page, outcome: SubmitResult) -> None:
        """Count a page."""
        file = self._file
        file.read, file.created, file.updated = stream.read, stream.created, stream.updated
        file.unchanged, file.refused = stream.unchanged, stream.refused
        file.codes.update(one.code for one in outcome.rejected)
        file.warn((one.code for one in outcome.warnings), len({one.index for one in outcome.warnings}))
        for one in (*outcome.rejected, *outcome.warnings):
            entry = page.originals[one.index]
            self._refused.write(entry.line, one.code, one.message, one.path, _as_it_came(entry))
        self._refused.flush()
        self._options.watcher.progress(Progress(file.name, file.read, page.fraction, page.total))

    def ended(self, stream: StreamRun, error: BaseException | None) -> None:
        """Close the file of refused rows."""
        self._refused.close(failed=error is not None)
        if self._refused.written is not None:
            self._refusing.add(stream.name)
        if error is not None and not stream.read:
            return
        self._file.refused_file = self._refused.written
        self._summary.files.append(self._file)
        self._options.watcher.finished(self._file)


def _as_it_came(entry: FileRecord | BadLine) -> Any:
    """Return the original of a refused row. A line that is no record never becomes an object, so that nobody loads it by mistake."""
    if isinstance(entry, FileRecord):
        return dict(entry.values)
    return [entry.original] if isinstance(entry.original, dict) else entry.original
