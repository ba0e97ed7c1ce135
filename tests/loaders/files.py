"""Files that tests make on the spot, and a destination that remembers its rows."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.facts import Rejection
from graph.facts.rejection import reason_of
from graph.writer import Origin, SubmitResult


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


class Remembering:
    """A destination that keeps the batches it is given, and refuses the rows that `refuses` names a code for."""

    def __init__(self, refuses: Callable[[Mapping[str, Any]], str | None] = lambda _: None) -> None:
        self.batches: list[list[Mapping[str, Any]]] = []
        self.origins: list[Origin | None] = []
        self._refuses = refuses

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        return [row for batch in self.batches for row in batch]

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
        self.origins.append(origin)
        self.batches.append([*rows])
        rejected = [found for n, row in enumerate(rows) if (found := self._refusal(n, row))]
        return SubmitResult(
            created=len(rows) - len(rejected), updated=0, unchanged=0, rejected=rejected, ids=[None] * len(rows)
        )

    def _refusal(self, index: int, row: Mapping[str, Any]) -> Rejection | None:
        if unread := reason_of(row):
            return Rejection(index, unread.code, unread.message, unread.path)
        code = self._refuses(row)
        return Rejection(index, code, "as the test wants", ["name"]) if code else None
