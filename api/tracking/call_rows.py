"""The rows of a request's calls, and what is answered of each call."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from api.results import refusal_of
from api.salvage import UnreadableElement
from api.tracking.calls import BadCall, Call
from api.tracking.translate import Row, rows
from graph.facts import Refused, unread_row
from graph.writer import Outcome

UNREADABLE = "segment call"
"""The type of a row that holds a call as it came, since it could not be read."""


class CallRows:
    """The rows of a batch, with the call behind each. A call that cannot be read becomes a row that the writer refuses and keeps (F9)."""

    def __init__(self, received_at: datetime, source: str) -> None:
        self.rows: list[Row] = []
        self._received_at = received_at
        self._source = source
        self._calls: list[int] = []
        self._count = 0
        self._bad: dict[int, BadCall] = {}

    def add(self, raw: bytes | UnreadableElement, call: Call | BadCall) -> None:
        """The next call of the batch, as it came and as it was read."""
        found = call if isinstance(call, BadCall) else rows(call, self._received_at, self._source)
        if isinstance(found, BadCall):
            self._bad[self._count] = found
            found = [unread_row(UNREADABLE, {"call": _whole(raw)}, Refused(*found), self._source)]
        self.rows += found
        self._calls += [self._count] * len(found)
        self._count += 1

    def refusals(self, outcome: Outcome) -> "CallRefusals":
        """What was refused, by the place of its call in the batch: whole calls, and parts of calls that were written."""
        written = {self._calls[row] for row, id in enumerate(outcome.ids) if id is not None}
        found = CallRefusals([], [])
        for one in sorted((*outcome.rejected, *outcome.warnings), key=lambda each: each.index):
            index = self._calls[one.index]
            (found.warnings if index in written else found.calls).append(refusal_of(index, self._bad.get(index, one)))
        return found


class CallRefusals(NamedTuple):
    """What the answer lists: refusals of calls that were not written, and of parts of calls that were."""

    calls: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


def _whole(raw: bytes | UnreadableElement) -> Any:
    if isinstance(raw, UnreadableElement):
        return raw.text
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", "replace")
