"""Sources as the kernel sees them: streams, which give pages of rows, each with the cursor to go on from."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Cursor = Any
"""A place in a stream: any JSON that the stream itself can read. None is the beginning."""


@dataclass(slots=True)
class Page:
    """Rows that are committed together with the cursor behind them.

    `cursor` may be None where the stream cannot go on from here. The stored cursor then stays.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """The place of each row in the stream, such as `line 7` or `company 1201`."""
    cursor: Cursor = None
    originals: Sequence[Any] = ()
    """The record that each row was made of, as the source gave it, for observers that show it."""
    total: int | None = None
    """The number of records of the whole stream, where known."""
    fraction: float | None = None
    """The share of the stream that is read with this page, from 0 to 1, where known."""


class Stream(Protocol):
    """One kind of record of a source, such as its contacts, or one file."""

    @property
    def name(self) -> str:
        """The stream's name within its source."""

    @property
    def resumable(self) -> bool:
        """True if its pages have cursors. False for a stream that can be read once, from its beginning."""

    def pages(self, cursor: Cursor) -> AsyncGenerator[Page]:
        """Yield the pages that follow a cursor. They may begin earlier, since rows may repeat (F2).

        Raises SourceError where it cannot be read further. After a retryable error the kernel calls this again, with the cursor
        of the last page.
        """


class Source(Protocol):
    """A system that rows come from, under a name of the user's choice."""

    @property
    def name(self) -> str:
        """The name under which cursors and runs are kept."""

    @property
    def kind(self) -> str:
        """The program that reads it, such as `files`."""

    def streams(self) -> AsyncIterator[Stream]:
        """Yield the streams to read, in order."""
