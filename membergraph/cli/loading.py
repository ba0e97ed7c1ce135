"""The work and the display of `membergraph load`."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import typer
from rich.markup import escape
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from graph.errors import MembergraphError
from loaders import (
    Destination,
    DryRun,
    FileSummary,
    LoadOptions,
    Progress,
    RemoteService,
    Service,
    Summary,
    Watcher,
    read_mapping,
)
from loaders import load as load_files
from membergraph.cli.output import FINDINGS, cell, err, note, table
from membergraph.settings import Settings
from membergraph.workplace import run, workplace
from membergraph.writers import writer_of


def load_and_show(
    settings: Settings,
    files: list[Path],
    mapping: Path | None,
    source: str,
    refused: Path,
    *,
    dry_run: bool,
    to: str | None,
    key: str | None,
) -> None:
    """Load files into the graph, or through the service at `to`. The exit code is FINDINGS if rows were refused."""
    with _Display() as display:
        options = LoadOptions(
            read_mapping(mapping) if mapping else None, source, refused, dry_run=dry_run, watcher=display
        )
        try:
            remote = RemoteService(Service(to, key), dry_run=dry_run) if to else None
            summary = run(_load(settings, files, options, remote))
        except MembergraphError:
            _files(display.files)
            raise
    _conclude(summary)
    if summary.refused:
        raise typer.Exit(FINDINGS)


async def _load(settings: Settings, files: list[Path], options: LoadOptions, remote: RemoteService | None) -> Summary:
    if remote is not None:
        return await load_files(files, remote, options)
    async with workplace(settings) as place, writer_of(place) as writer:
        destination: Destination = DryRun(writer) if options.dry_run else writer
        return await load_files(files, destination, options)


class _Display(Watcher):
    """Shows progress: a bar with its rate on a terminal, and a line for each file everywhere."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
        )
        self._stack = ExitStack()
        self._bar = Bar(*columns, console=err, transient=True) if sys.stderr.isatty() else None
        self._tasks: dict[str, Any] = {}
        self.files: list[FileSummary] = []

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._stack.enter_context(self._bar)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
        err.print(
            f"{escape(name)}: no mapping given; taken as "
            + "; ".join(f"[bold]{what}[/]: {escape(guess)}" for what, guess in section)
        )

    def progress(self, progress: Progress) -> None:
        if self._bar is None:
            return
        if progress.name not in self._tasks:
            self._tasks[progress.name] = self._bar.add_task(escape(progress.name), total=None, rate="")
        task = self._tasks[progress.name]
        elapsed = self._bar.tasks[self._bar.task_ids.index(task)].elapsed or 0.001
        total = None if progress.fraction is None else progress.read / max(progress.fraction, 1e-6)
        rate = f"{progress.read:,} rows, {progress.read / elapsed:,.0f}/s"
        self._bar.update(task, completed=progress.read, total=total, rate=rate)

    def finished(self, summary: FileSummary) -> None:
        self.files.append(summary)
        for what, codes in (("refused", summary.codes), ("written without a part", summary.warnings)):
            if codes:
                counts = ", ".join(f"{code} {count:,}" for code, count in codes.most_common())
                err.print(f"{escape(summary.name)}: {what}: {counts}")
        if summary.refused_file is not None:
            err.print(f"{escape(summary.name)}: with their reasons in {escape(str(summary.refused_file))}")


def _conclude(summary: Summary) -> None:
    _files(summary.files)
    outcome = "Nothing was changed: a dry run." if summary.dry_run else "Committed."
    note(f"{outcome} {cell(summary.seconds)} s, {summary.rate:,.0f} rows/s")


def _files(files: list[FileSummary]) -> None:
    rows: list[tuple[Any, ...]] = [
        (one.name, one.read, one.created, one.updated, one.unchanged, one.refused, one.trimmed) for one in files
    ]
    if len(rows) > 1:
        rows.append(("together", *(sum(numbers) for numbers in zip(*(row[1:] for row in rows), strict=True))))
    if rows:
        table(("file", "read", "created", "updated", "unchanged", "refused", "refused in part"), rows)
