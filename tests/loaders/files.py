"""What the loaders' tests share: files made on the spot, and a destination that remembers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.facts import Rejection
from graph.writer import SubmitResult


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


class Remembering:
    """A destination that keeps the batches it is given, and refuses the rows that `refuses` names a code for."""

    def __init__(self, refuses: Callable[[Mapping[str, Any]], str | None] = lambda _: None) -> None:
        self.batches: list[list[Mapping[str, Any]]] = []
        self._refuses = refuses

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        return [row for batch in self.batches for row in batch]

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> SubmitResult:
        self.batches.append([*rows])
        codes = [self._refuses(row) for row in rows]
        rejected = [Rejection(n, code, "as the test wants", ["name"]) for n, code in enumerate(codes) if code]
        return SubmitResult(
            created=len(rows) - len(rejected), updated=0, unchanged=0, rejected=rejected, ids=[None] * len(rows)
        )
