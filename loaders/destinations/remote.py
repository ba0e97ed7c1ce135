"""A running service as a destination. It gives the rows to its writer, as a load without a service does."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from graph.facts import InvalidInput, Rejection, unread_row
from graph.writer import Origin, SubmitResult
from loaders.errors import TooLargeForService
from loaders.service import ServiceClient

PATH = "/facts"
BYTES = 1_000_000
"""Bytes of rows in one request. Every service takes at least these."""
_SHOWN = 1_000
"""Characters of a row that is too large to be sent whole."""

Part = list[tuple[int, str]]
"""Rows as JSON, each with its index in the page."""


class RemoteService:
    """The service that owns the graph. With `dry_run` it returns the results of rows, and writes nothing."""

    def __init__(self, service: ServiceClient, *, dry_run: bool = False) -> None:
        self.service = service
        self._dry_run = dry_run

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
        """Send the rows. The cursor of their origin moves with the last request.

        A row that cannot be sent, or is larger than the service takes, is refused like any other.
        Raises ServiceError where the service does not take them.
        """
        outcome = SubmitResult(ids=[None] * len(rows))
        parts = _parts(rows)
        if not parts and origin is not None:
            parts = [[]]
        for number, part in enumerate(parts, start=1):
            await self._send(part, outcome, origin, last=number == len(parts))
        outcome.rejected.sort(key=lambda one: one.index)
        return outcome

    async def _send(self, part: Part, outcome: SubmitResult, origin: Origin | None, *, last: bool) -> None:
        try:
            _add(outcome, part, await self.service.post(PATH, self._body(part, origin, last=last)))
        except TooLargeForService:
            if not part or (len(part) == 1 and len(part[0][1]) <= 2 * _SHOWN):
                raise
            if len(part) == 1:
                await self._send([(part[0][0], _too_large(part[0][1]))], outcome, origin, last=last)
                return
            half = len(part) // 2
            await self._send(part[:half], outcome, origin, last=False)
            await self._send(part[half:], outcome, origin, last=last)

    def _body(self, part: Part, origin: Origin | None, *, last: bool) -> bytes:
        rows = ",".join(text for _, text in part)
        fields = [f'"dryRun":{json.dumps(self._dry_run)}', f'"rows":[{rows}]']
        if origin is not None and not self._dry_run:
            places = [origin.places[index] for index, _ in part if index < len(origin.places)]
            sent = Origin(origin.stream, origin.source, places, origin.move if last else None)
            fields.append(f'"origin":{msgspec.json.encode(sent).decode()}')
        return ("{" + ",".join(fields) + "}").encode()


def _parts(rows: Sequence[Mapping[str, Any]]) -> list[Part]:
    parts: list[Part] = []
    size = 0
    for index, row in enumerate(rows):
        text = _text(row)
        if not parts or size + len(text) > BYTES:
            parts.append([])
            size = 0
        parts[-1].append((index, text))
        size += len(text)
    return parts


def _text(row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(row, default=str)
    except (TypeError, ValueError, RecursionError):
        reason = InvalidInput(
            "BAD_ROW", "the row cannot be written as JSON: it is nested too deep, or has names that are no text"
        )
        return json.dumps(unread_row("row that is no JSON", {}, reason, _source(row)))


def _too_large(text: str) -> str:
    """Return a row in place of one that is larger than the service takes, which the service refuses and keeps (F9)."""
    reason = InvalidInput("ROW_TOO_LARGE", f"the row has {len(text):,} bytes, which is more than the service takes")
    return json.dumps(unread_row("row that is too large", {"row": text[:_SHOWN]}, reason, _source(json.loads(text))))


def _source(row: Mapping[str, Any]) -> str | None:
    source = row.get("source")
    return source[:_SHOWN] if isinstance(source, str) else None


def _add(outcome: SubmitResult, part: Part, answer: Mapping[str, Any]) -> None:
    outcome.created += answer.get("created", 0)
    outcome.updated += answer.get("updated", 0)
    outcome.unchanged += answer.get("unchanged", 0)
    for (index, _), found in zip(part, answer.get("ids") or [], strict=False):
        outcome.ids[index] = found
    outcome.rejected += _refusals(part, answer.get("rejected", ()), whole=True)
    outcome.warnings += _refusals(part, answer.get("warnings", ()), whole=False)


def _refusals(part: Part, refusals: Sequence[Mapping[str, Any]], *, whole: bool) -> list[Rejection]:
    return [
        Rejection(part[one["index"]][0], one["code"], one["message"], list(one.get("path") or []), whole)
        for one in refusals
    ]
