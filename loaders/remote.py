"""Rows sent to a running service, which gives them to the writer as a load without it does."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.facts import Rejection
from graph.writer import SubmitResult
from loaders.errors import TooLargeForService
from loaders.service import Service

PATH = "/facts"
BYTES = 1_000_000
"""A request's rows, in bytes: what a service takes at least."""

Part = list[tuple[int, str]]
"""Rows as JSON, each with its place in the batch."""


class RemoteService:
    """A destination: the service that owns the graph. `dry_run`: it says what would become of rows, and writes nothing."""

    def __init__(self, service: Service, *, dry_run: bool = False) -> None:
        self._service = service
        self._dry_run = dry_run

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> SubmitResult:
        """Sends the rows; raises ServiceError where the service does not take them.

        A row that cannot be sent, or is larger than the service takes, is refused like any other.
        """
        outcome = SubmitResult(ids=[None] * len(rows))
        for part in _parts(rows, outcome):
            await self._send(part, outcome)
        outcome.rejected.sort(key=lambda one: one.index)
        return outcome

    async def _send(self, part: Part, outcome: SubmitResult) -> None:
        try:
            _add(outcome, part, await self._service.post(PATH, self._body(part)))
        except TooLargeForService:
            if len(part) == 1:
                index, text = part[0]
                message = f"the row has {len(text):,} bytes, which is more than the service takes"
                outcome.rejected.append(Rejection(index, "ROW_TOO_LARGE", message, []))
                return
            half = len(part) // 2
            for smaller in (part[:half], part[half:]):
                await self._send(smaller, outcome)

    def _body(self, part: Part) -> bytes:
        rows = ",".join(text for _, text in part)
        return f'{{"dryRun":{json.dumps(self._dry_run)},"rows":[{rows}]}}'.encode()


def _parts(rows: Sequence[Mapping[str, Any]], outcome: SubmitResult) -> Iterator[Part]:
    part: Part = []
    size = 0
    for index, row in enumerate(rows):
        try:
            text = json.dumps(row, default=str)
        except (TypeError, ValueError, RecursionError):
            message = "the row cannot be written as JSON: it is nested too deep, or has names that are no text"
            outcome.rejected.append(Rejection(index, "BAD_ROW", message, []))
            continue
        if part and size + len(text) > BYTES:
            yield part
            part, size = [], 0
        part.append((index, text))
        size += len(text)
    if part:
        yield part


def _add(outcome: SubmitResult, part: Part, answer: Mapping[str, Any]) -> None:
    outcome.created += answer.get("created", 0)
    outcome.updated += answer.get("updated", 0)
    outcome.unchanged += answer.get("unchanged", 0)
    for (index, _), found in zip(part, answer.get("ids") or [], strict=False):
        outcome.ids[index] = found
    outcome.rejected += _refusals(part, answer.get("rejected", ()), whole=True)
    outcome.warnings += _refusals(part, answer.get("warnings", ()), whole=False)


def _refusals(part: Part, told: Sequence[Mapping[str, Any]], *, whole: bool) -> list[Rejection]:
    return [
        Rejection(part[one["index"]][0], one["code"], one["message"], list(one.get("path") or []), whole)
        for one in told
    ]
