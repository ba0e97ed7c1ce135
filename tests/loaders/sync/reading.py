"""A source whose pages, failures and pace the test sets."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from loaders.sync import Cursor, Page, Stream
from tests.graph.writer.company import person


class Listed:
    """A stream of numbered people in pages of `size`. What stands in `failures` is raised before the page of that number, once."""

    def __init__(self, name: str, people: int, size: int = 2, failures: dict[int, Exception] | None = None) -> None:
        self.name = name
        self.resumable = True
        self.cursors: list[Cursor] = []
        self._people = people
        self._size = size
        self._failures = failures or {}

    async def pages(self, cursor: Cursor) -> AsyncGenerator[Page]:
        self.cursors.append(cursor)
        for start in range(0 if cursor is None else cursor["next"], self._people, self._size):
            if failure := self._failures.pop(start // self._size + 1, None):
                raise failure
            numbers = range(start, min(self._people, start + self._size))
            yield Page(
                [self.row(number) for number in numbers],
                [f"record {number}" for number in numbers],
                {"next": numbers.stop},
                total=self._people,
            )

    def row(self, number: int) -> dict[str, Any]:
        return person(f"user_id:{self.name}-{number}", source="crm")


class Crm:
    """A source of streams."""

    name = "crm"
    kind = "listed"

    def __init__(self, *streams: Listed) -> None:
        self._streams: Sequence[Listed] = streams

    async def streams(self) -> AsyncIterator[Stream]:
        for stream in self._streams:
            yield stream
