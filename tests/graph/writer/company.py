"""Short builders of rows, and a writer that has written some."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from graph.clock import Clock, FixedClock
from graph.engine import Graph
from graph.writer import Writer, open_writer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
Row = dict[str, Any]


@asynccontextmanager
async def telling(graph: Graph, facts: Sequence[Row] = (), clock: Clock = CLOCK) -> AsyncIterator[Writer]:
    """Open a writer and give it these facts."""
    writer = await open_writer(graph, clock)
    if facts:
        await writer.submit(facts)
    yield writer
    await writer.close()


def identity(key: str) -> dict[str, str]:
    """Return `user_id:u1` as {kind, value}."""
    kind, _, value = key.partition(":")
    return {"kind": kind, "value": value}


def person(*keys: str, **more: Any) -> Row:
    """Return a row of a person with these identities."""
    return {"type": "person", "identities": [identity(key) for key in keys], "observedAt": "2026-11-01"} | more


def organisation(*keys: str, **more: Any) -> Row:
    """Return a row of an organisation with these identities."""
    return {"type": "organisation", "identities": [identity(key) for key in keys], "observedAt": "2026-11-01"} | more


def membership(who: str, where: str, **more: Any) -> Row:
    """Return a row of a membership."""
    row = {"type": "membership", "person": {"identity": identity(who)}, "organisation": {"identity": identity(where)}}
    return row | {"observedAt": "2026-11-01"} | more


def event(name: str, at: str, who: str | None = None, where: str | None = None, **more: Any) -> Row:
    """Return a row of an event."""
    row: Row = {"type": "event", "name": name, "occurredAt": at}
    if who:
        row["person"] = {"identity": identity(who)}
    if where:
        row["organisation"] = {"identity": identity(where)}
    return row | more


def every_kind(values: dict[str, dict[str, Any]]) -> list[Row]:
    """Return facts of every kind, with these attributes by entity."""
    return [
        person("user_id:ann", "email:ann@x.test", name="Ann", attributes=values["person"], firstSeenAt="2026-01-01"),
        person("anonymous_id:a1"),
        organisation("organisation_id:acme", name="Acme", domain="x.test", attributes=values["organisation"]),
        organisation("organisation_id:beta", parent={"kind": "organisation_id", "value": "acme"}),
        membership("user_id:ann", "organisation_id:acme", role="admin", primary=True, stage="CUS", since="2026-01-01",
                   until="2027-01-01", attributes=values["membership"]),
        event("Login", "2026-11-01T09:00:00Z", "user_id:ann", "organisation_id:acme", id="1", properties=values["event"]),
        event("Login", "2026-11-01T09:00:00Z", "anonymous_id:a1", "organisation_id:beta", id="2"),
        event("Trial", "2026-11-01T09:00:00Z", None, "organisation_id:acme", id="3"),
    ]  # fmt: skip
