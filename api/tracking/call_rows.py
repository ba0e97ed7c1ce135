"""The rows of a request's calls, and the refusals of each call."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from api.results import refusal_item
from api.salvage import UnreadableElement
from api.tracking.calls import BadCall, Call
from api.tracking.translate import Row, rows_of_call
from graph.facts import InvalidInput, unread_row
from graph.writer import SubmitResult

UNREADABLE = "segment call"
"""The type of a rejected row that holds an unreadable call."""


class CallRows:
    """The rows of a batch, with the call behind each. An unreadable call becomes a row for the writer to reject (F9)."""

    def __init__(self, received_at: datetime, source: str) -> None:
        self.rows: list[Row] = []
        self._received_at = received_at
        self._source = source
        self._calls: list[int] = []
        self._count = 0
        self._bad: dict[int, BadCall] = {}

    def add(self, raw: bytes | UnreadableElement, call: Call | BadCall) -> None:
        """Add the next call of the batch, given as bytes and as decoded."""
        rows = call if isinstance(call, BadCall) else rows_of_call(call, self._received_at, self._source)
        if isinstance(rows, BadCall):
            self._bad[self._count] = rows
            rows = [unread_row(UNREADABLE, {"call": _original(raw)}, InvalidInput(*rows), self._source)]
        self.rows += rows
        self._calls += [self._count] * len(rows)
        self._count += 1

    def refusals(self, outcome: SubmitResult) -> "CallRefusals":
        """Return the refusals of the batch, each with the position of its call."""
        written = {self._calls[row] for row, id in enumerate(outcome.ids) if id is not None}
        refusals = CallRefusals([], [])
        for one in sorted((*outcome.rejected, *outcome.warnings), key=lambda each: each.index):
            index = self._calls[one.index]
            (refusals.warnings if index in written else refusals.calls).append(
                refusal_item(index, self._bad.get(index, one))
            )
        return refusals


class CallRefusals(NamedTuple):
    """Refusals of whole calls, and as `warnings` refusals of parts of calls that were written."""

    calls: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


def _original(raw: bytes | UnreadableElement) -> Any:
    if isinstance(raw, UnreadableElement):
        return raw.text
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", "replace")
