"""The interface of destinations. The writer of a graph is one."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from graph.writer import Origin, SubmitResult, Writer


class Destination(Protocol):
    """A destination takes rows, and answers after their commit (F10)."""

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
        """Write the rows and move the cursor of their origin in one transaction. Refused rows are in the outcome."""


class DryRun:
    """A destination that answers as the writer would, and writes nothing."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:  # noqa: ARG002 - nothing is kept
        """Return the result that the writer would return."""
        return await self._writer.dry_run(rows)
