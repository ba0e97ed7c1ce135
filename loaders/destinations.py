"""Where rows go: anything that takes a batch and says what became of it. The writer is one."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from graph.writer import SubmitResult, Writer


class Destination(Protocol):
    """Takes rows, and answers once they are committed (F10)."""

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> SubmitResult:
        """Writes the rows; what could not be used is in the outcome."""


class DryRun:
    """Says what the writer would say, and writes nothing."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> SubmitResult:
        """What would become of the rows."""
        return await self._writer.dry_run(rows)
