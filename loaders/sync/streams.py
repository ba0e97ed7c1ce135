"""What a source is to the kernel: streams, which give pages of rows, each with the cursor to go on from."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Cursor = Any
"""Where a stream goes on: any JSON that the stream itself can read. None is the beginning."""


@dataclass(slots=True)
class Page:
    """Rows that are committed together with the cursor behind them.

    `cursor` may be None where a stream cannot go on from here: the stored cursor then stays where it is.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Where each row stands in the stream, such as `line 7` or `company 1201`."""
    cursor: Cursor = None
    originals: Sequence[Any] = ()
    """The record that each row was made of, as the source gave it, for observers that show it."""
    of: int | None = None
    """How many records the stream has altogether, where that is known."""
    fraction: float | None = None
    """How much of the stream is read with this page, from 0 to 1, where that is known."""


class Stream(Protocol):
    """One kind of record of a source, such as its contacts, or one file."""

    @property
    def name(self) -> str:
        """The stream's name within its source."""

    @property
    def resumable(self) -> bool:
        """Whether its pages have cursors. False for a stream that can be read once, from its beginning."""

    def pages(self, cursor: Cursor) -> AsyncGenerator[Page]:
        """The pages that follow a cursor; it may begin earlier, since rows may repeat (F2).

        Raises SourceError where it cannot be read further. The kernel calls this again with the cursor of the last page
        where the error is retryable.
        """


class Source(Protocol):
    """Something that rows come from, under a name of the user's choice."""

    @property
    def name(self) -> str:
        """The name under which cursors and runs are kept."""

    @property
    def kind(self) -> str:
        """The program that reads it, such as `files`."""

    def streams(self) -> AsyncIterator[Stream]:
        """The streams to read, in order."""
