"""Shared by tracking tests: captures of real SDKs, a writer that records rows, and a client."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from api.keys import KeyRing
from api.tracking.endpoint import Tracking, TrackingLimits
from graph.clock import Clock
from graph.facts import Rejection
from graph.writer import SubmitResult

CAPTURES = Path(__file__).parent.parent.parent / "data" / "segment"


def capture(name: str) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = json.loads((CAPTURES / f"{name}.json").read_text())
    return requests


class RememberingWriter:
    """Stands in for the writer: records rows, rejects unknown types, and raises `failure` if it is set."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.failure: Exception | None = None

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> SubmitResult:
        if self.failure is not None:
            raise self.failure
        self.rows += rows
        known = ("person", "organisation", "membership", "event")
        rejected = [
            Rejection(n, "BAD_ROW", "no such type", ["type"]) for n, row in enumerate(rows) if row["type"] not in known
        ]
        ids = [f"x_{n}" if row["type"] in known else None for n, row in enumerate(rows)]
        return SubmitResult(created=len(rows) - len(rejected), rejected=rejected, ids=ids)


def client(writer: Any, clock: Clock, keys: Path, limits: TrackingLimits | None = None) -> httpx2.AsyncClient:
    """Return a client of an endpoint with the keys of a file."""
    tracking = Tracking(writer, KeyRing(keys, clock), clock, limits)
    transport = httpx2.ASGITransport(Starlette(routes=tracking.routes()), client=("127.0.0.1", 40_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")
