"""The load itself: files in, several batches in flight, nothing held but what is in flight."""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from graph.writer import SubmitResult
from loaders.batches import BYTES, ROWS, Batch, batches
from loaders.destinations import Destination
from loaders.errors import MappingError
from loaders.guess import guess, shown
from loaders.mapping import DEFAULT_SOURCE, Mapping, Section
from loaders.readers.entries import Reader
from loaders.readers.opening import Input, open_input, open_stream
from loaders.refused import RefusedRows
from loaders.summary import FileSummary, Progress, Summary
from loaders.translate import translator

STANDARD_INPUT = Path("-")


class Watcher:
    """Is told how a load goes on; says nothing unless a subclass does."""

    def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
        """What a file's columns are taken for, where no mapping says."""

    def progress(self, progress: Progress) -> None:
        """A batch was acknowledged."""

    def finished(self, summary: FileSummary) -> None:
        """A file ended, or could not be read on; `summary` holds what became of it so far."""


@dataclass(frozen=True)
class LoadOptions:
    """How to load: the mapping (else a guess), the source where nothing names one, and where refused rows go."""

    mapping: Mapping | None = None
    source: str = DEFAULT_SOURCE
    refused: Path = field(default_factory=Path.cwd)
    dry_run: bool = False
    in_flight: int = 4
    batch_rows: int = ROWS
    batch_bytes: int = BYTES
    watcher: Watcher = field(default_factory=Watcher)


async def load(files: Sequence[Path], destination: Destination, options: LoadOptions) -> Summary:
    """Loads the files one after another (`-` is standard input) and says what became of every record.

    Raises FileUnreadable or MappingError where a file cannot be loaded (further); what was acknowledged before stays,
    and loading it again changes nothing (F2).
    """
    summary = Summary(dry_run=options.dry_run)
    began = time.monotonic()
    try:
        for path in files:
            await _load_file(path, destination, options, summary)
    finally:
        summary.seconds = time.monotonic() - began
    return summary


async def _load_file(path: Path, destination: Destination, options: LoadOptions, summary: Summary) -> None:
    with closing(_open(path)) as source:
        section, reader = _prepared(source, options)
        file = FileSummary(source.name)
        summary.files.append(file)
        if options.mapping is None:
            options.watcher.guessed(source.name, shown(section))
        gathered = batches(reader, translator(section, reader.cells), rows=options.batch_rows, size=options.batch_bytes)
        refused = RefusedRows(options.refused, source.name)
        try:
            with refused:
                await _Pump(source, destination, file, refused, options).run(gathered)
        finally:
            file.refused_file = refused.written
            options.watcher.finished(file)


def _open(path: Path) -> Input:
    return open_stream(_standard_input()) if path == STANDARD_INPUT else open_input(path)


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def _prepared(source: Input, options: LoadOptions) -> tuple[Section, Reader]:
    if options.mapping is not None:
        section = options.mapping.for_file(source.name)
        reader = source.reader(section.delimiter, section.encoding)
        _check_columns(section, reader, source.name)
        return section, reader
    reader = source.reader()
    first = source.first_objects() if reader.columns is None else []
    columns = reader.columns or tuple(dict.fromkeys(name for each in first for name in each))
    return guess(columns, source.name, options.source, first[0].get("type") if first else None), reader


def _check_columns(section: Section, reader: Reader, name: str) -> None:
    missing = sorted(section.columns().difference(reader.columns)) if reader.columns is not None else []
    if missing:
        raise MappingError(
            f"the mapping names column `{missing[0]}`, which {name} does not have",
            hint=f"Its columns: {', '.join(reader.columns or ())}.",
        )


class _Pump:
    """Sends one file's batches, a few at a time, so that neither reader nor writer waits for the other."""

    def __init__(
        self, source: Input, destination: Destination, summary: FileSummary, refused: RefusedRows, options: LoadOptions
    ) -> None:
        self._source = source
        self._destination = destination
        self._summary = summary
        self._refused = refused
        self._watcher = options.watcher
        self._room = asyncio.Semaphore(options.in_flight)

    async def run(self, gathered: Iterator[Batch]) -> None:
        """Sends everything; on a fault, what is in flight is waited for, so that its fate is known."""
        sending: list[asyncio.Task[None]] = []
        try:
            while (batch := await asyncio.to_thread(next, gathered, None)) is not None:
                await self._room.acquire()
                sending = _still_sending(sending)
                sending.append(asyncio.create_task(self._send(batch)))
        finally:
            results = await asyncio.gather(*sending, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _send(self, batch: Batch) -> None:
        try:
            outcome = await self._destination.submit(batch.rows) if batch.rows else None
            self._account(batch, outcome)
        finally:
            self._room.release()

    def _account(self, batch: Batch, outcome: SubmitResult | None) -> None:
        summary = self._summary
        summary.read += len(batch.rows) + len(batch.unreadable)
        for entry in batch.unreadable:
            summary.refuse([entry.code], 1)
            self._refused.write(entry.line, entry.code, entry.message, [], _kept(entry.original))
        if outcome is not None:
            summary.created += outcome.created
            summary.updated += outcome.updated
            summary.unchanged += outcome.unchanged
            self._account_refusals(batch, outcome)
        self._watcher.progress(Progress(summary.name, summary.read, self._source.fraction()))

    def _account_refusals(self, batch: Batch, outcome: SubmitResult) -> None:
        """Counts refused rows, and written ones of which a part was refused; both go to the file of refused rows."""
        self._summary.refuse((one.code for one in outcome.rejected), len({one.index for one in outcome.rejected}))
        self._summary.warn((one.code for one in outcome.warnings), len({one.index for one in outcome.warnings}))
        for one in (*outcome.rejected, *outcome.warnings):
            record = batch.records[one.index]
            self._refused.write(record.line, one.code, one.message, one.path, dict(record.values))


def _kept(original: Any) -> Any:
    """What stands under `row` for a line that is no record: never an object, so that it is not loaded by mistake."""
    return [original] if isinstance(original, dict) else original


def _still_sending(tasks: list[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
    """The tasks that are not done; raises what made one of the others fail."""
    for task in tasks:
        if task.done():
            task.result()
    return [task for task in tasks if not task.done()]
