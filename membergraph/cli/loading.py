"""Load files and show the counts, for `membergraph load`."""

import sys
from contextlib import ExitStack
from dataclasses import replace
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
    ServiceClient,
    Summary,
    Watcher,
)
from loaders import load as load_files
from membergraph.cli.output import FINDINGS, cell, err, note, table
from membergraph.settings import Settings
from membergraph.workplace import run, workplace
from membergraph.writers import writer_of


def load_and_show(
    settings: Settings, files: list[Path], options: LoadOptions, *, to: str | None, key: str | None
) -> None:
    """Load files into the graph, or through the service at `to`. The exit code is FINDINGS if rows were refused."""
    with _Display() as shown:
        options = replace(options, watcher=shown)
        try:
            work = _load_through(to, key, files, options) if to else _load(settings, files, options)
            summary = run(work)
        except MembergraphError:
            _show_files(shown.files)
            raise
    _conclude(summary)
    if summary.refused:
        raise typer.Exit(FINDINGS)


async def _load_through(address: str, key: str | None, files: list[Path], options: LoadOptions) -> Summary:
    async with ServiceClient(address, key) as service:
        return await load_files(files, RemoteService(service, dry_run=options.dry_run), options)


async def _load(settings: Settings, files: list[Path], options: LoadOptions) -> Summary:
    async with workplace(settings) as place, writer_of(place) as writer:
        destination: Destination = DryRun(writer) if options.dry_run else writer
        return await load_files(files, destination, options)


class _Display(Watcher):
    """Shows a load while it runs: a bar with its rate on a terminal, one line a file anywhere."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"),
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

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
        err.print(
            f"{escape(name)}: no mapping given; taken as "
            + "; ".join(f"[bold]{what}[/]: {escape(columns)}" for what, columns in section)
        )

    def continued(self, name: str, entries: int) -> None:
        err.print(
            f"{escape(name)}: goes on after {entries:,} rows of an interrupted load; --from-start loads them again"
        )

    def progress(self, progress: Progress) -> None:
        if self._bar is None:
            return
        if progress.name not in self._tasks:
            self._tasks[progress.name] = self._bar.add_task(escape(progress.name), total=None, counts="")
        task = self._tasks[progress.name]
        elapsed = self._bar.tasks[self._bar.task_ids.index(task)].elapsed or 0.001
        total = progress.total or (None if progress.fraction is None else progress.read / max(progress.fraction, 1e-6))
        share = f" of {progress.total:,}" if progress.total else ""
        counts = f"{progress.read:,}{share} rows, {progress.read / elapsed:,.0f}/s"
        self._bar.update(task, completed=progress.read, total=total, counts=counts)

    def finished(self, summary: FileSummary) -> None:
        self.files.append(summary)
        for what, codes in (("refused", summary.codes), ("written without a part", summary.warnings)):
            if codes:
                listed = ", ".join(f"{code} {count:,}" for code, count in codes.most_common())
                err.print(f"{escape(summary.name)}: {what}: {listed}")
        if summary.refused_file is not None:
            err.print(f"{escape(summary.name)}: with their reasons in {escape(str(summary.refused_file))}")


def _conclude(summary: Summary) -> None:
    _show_files(summary.files)
    end = "Nothing was changed: a dry run." if summary.dry_run else "Committed."
    note(f"{end} {cell(summary.seconds)} s, {summary.rate:,.0f} rows/s")


def _show_files(files: list[FileSummary]) -> None:
    rows: list[tuple[Any, ...]] = [
        (one.name, one.read, one.created, one.updated, one.unchanged, one.refused, one.trimmed) for one in files
    ]
    if len(rows) > 1:
        rows.append(("together", *(sum(numbers) for numbers in zip(*(row[1:] for row in rows), strict=True))))
    if rows:
        table(("file", "read", "created", "updated", "unchanged", "refused", "refused in part"), rows)
