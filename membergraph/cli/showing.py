"""How the command line speaks: tables and notes on standard output, what went wrong on standard error."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph.errors import MembergraphError

DONE, FAILED, WRONG_USAGE, FINDINGS, STOPPED = 0, 1, 2, 3, 130
"""Exit codes: 3 is done, but with something to look at (refused rows, findings of the doctor)."""


def _width(stream: TextIO | None) -> int | None:
    """The terminal's own width; a fixed one for what goes to a file or a pipe."""
    given = os.environ.get("COLUMNS", "")
    return None if given.isdigit() or (stream is not None and stream.isatty()) else _PIPED


_PIPED = 200
"""Columns of what goes to a file or a pipe, unless COLUMNS says otherwise."""

out = Console(highlight=False, soft_wrap=True, width=_width(sys.stdout))
err = Console(stderr=True, highlight=False, soft_wrap=True, width=_width(sys.stderr))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """Prints rows under their columns; numbers to the right."""
    found = [list(row) for row in rows]
    shown = Table(
        title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0)
    )
    for index, column in enumerate(columns):
        number = bool(found) and all(isinstance(row[index], int | float | None) for row in found)
        shown.add_column(escape(column), justify="right" if number else "left", overflow="fold")
    for row in found:
        shown.add_row(*(escape(cell(value)) for value in row))
    out.print(shown)


def cell(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return (";\n" if any(isinstance(item, dict) for item in value) else ", ").join(cell(item) for item in value)
    return _thing(value) if isinstance(value, dict) else str(value)


def _thing(value: dict[str, Any]) -> str:
    """Something with several sides on one line: what it is called first, ids and lists left to `--json`."""
    sides = {
        name: each for name, each in value.items() if not name.endswith("_id") and not isinstance(each, list | dict)
    }
    return " · ".join(cell(each) for each in sides.values() if each is not None) or json.dumps(
        value, ensure_ascii=False
    )


def note(text: str) -> None:
    """Prints a line for people, markup of ours allowed."""
    out.print(text)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on a terminal's standard error that something is being worked out, and for how long; gone when it is done."""
    columns = (SpinnerColumn(), TextColumn(what), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield


def failure(error: MembergraphError) -> None:
    """Prints an error of the family: the message, then what to do."""
    err.print(f"[bold red]Error:[/] {escape(error.message)}")
    if error.hint:
        err.print(f"[dim]→[/] {escape(error.hint)}")
