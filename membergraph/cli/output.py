"""Output of the command line: tables and notes on standard output, errors on standard error."""

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
from rich.text import Text

from graph.errors import MembergraphError

DONE, FAILED, WRONG_USAGE, FINDINGS, STOPPED = 0, 1, 2, 3, 130
"""Exit codes. FINDINGS: the work is done, with something to look at, such as refused rows or findings of the doctor."""


def _width(stream: TextIO | None) -> int | None:
    """Return a fixed width for a file or a pipe, and None for the width of the terminal."""
    columns = os.environ.get("COLUMNS", "")
    return None if columns.isdigit() or (stream is not None and stream.isatty()) else _PIPED


_PIPED = 200
"""Columns of output to a file or a pipe, unless COLUMNS sets another number."""

_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"}
"""Characters that would command the terminal, and their replacement."""


class _Terminal(Console):
    """A console that shows text as it is. A name from somebody's file neither colours the screen nor becomes an emoji."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return text without control characters. Rich prints every string through this."""
        return super().render_str(text.translate(_CONTROLS), **options)


out = _Terminal(highlight=False, soft_wrap=True, emoji=False, width=_width(sys.stdout))
err = _Terminal(stderr=True, highlight=False, soft_wrap=True, emoji=False, width=_width(sys.stderr))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """Print rows in columns, with numbers to the right."""
    cells = [list(row) for row in rows]
    printed = Table(
        title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0)
    )
    for index, column in enumerate(columns):
        number = bool(cells) and all(isinstance(row[index], int | float | None) for row in cells)
        printed.add_column(escape(column), justify="right" if number else "left", overflow="fold")
    for row in cells:
        printed.add_row(*(escape(cell(value)) for value in row))
    out.print(printed)


def cell(value: Any) -> str:
    """Return a value as text for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return (";\n" if any(isinstance(item, dict) for item in value) else ", ").join(cell(item) for item in value)
    return _object(value) if isinstance(value, dict) else str(value)


def _object(value: dict[str, Any]) -> str:
    """Return an object on one line, without ids and lists, which `--json` shows."""
    fields = {
        name: each for name, each in value.items() if not name.endswith("_id") and not isinstance(each, list | dict)
    }
    return " · ".join(cell(each) for each in fields.values() if each is not None) or json.dumps(
        value, ensure_ascii=False
    )


def note(text: str) -> None:
    """Print a line for people; it may contain markup."""
    out.print(text)


@contextmanager
def spinner(what: str) -> Iterator[None]:
    """Show a spinner with the elapsed time on a terminal's standard error, while the context is open."""
    columns = (SpinnerColumn(), TextColumn(what), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield


def print_error(error: MembergraphError) -> None:
    """Print the message of an error, and its hint."""
    err.print(f"[bold red]Error:[/] {escape(error.message)}")
    if error.hint:
        err.print(f"[dim]→[/] {escape(error.hint)}")
