"""Rows as tests write them, short, and a writer that is told them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import Writer, open_writer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
Row = dict[str, Any]


@asynccontextmanager
async def telling(graph: Graph, facts: Sequence[Row] = ()) -> AsyncIterator[Writer]:
    """A writer that was told these facts."""
    writer = await open_writer(graph, CLOCK)
    if facts:
        await writer.submit(facts)
    yield writer
    await writer.close()


def identity(key: str) -> dict[str, str]:
    """`user_id:u1` as {kind, value}."""
    kind, _, value = key.partition(":")
    return {"kind": kind, "value": value}


def person(*keys: str, **more: Any) -> Row:
    """A person seen under these identities."""
    return {"type": "person", "identities": [identity(key) for key in keys], "observedAt": "2026-11-01"} | more


def organisation(*keys: str, **more: Any) -> Row:
    """An organisation seen under these identities."""
    return {"type": "organisation", "identities": [identity(key) for key in keys], "observedAt": "2026-11-01"} | more


def membership(who: str, where: str, **more: Any) -> Row:
    """A source's word that somebody belongs somewhere."""
    row = {"type": "membership", "person": {"identity": identity(who)}, "organisation": {"identity": identity(where)}}
    return row | {"observedAt": "2026-11-01"} | more


def event(name: str, at: str, who: str | None = None, where: str | None = None, **more: Any) -> Row:
    """Something that happened."""
    row: Row = {"type": "event", "name": name, "occurredAt": at}
    if who:
        row["person"] = {"identity": identity(who)}
    if where:
        row["organisation"] = {"identity": identity(where)}
    return row | more
