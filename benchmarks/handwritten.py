"""The writer's peer: UNWIND statements written by hand for this very graph, with identities already resolved.

As a loader must be able to run twice, they look up existing nodes and create the others. They read the day counters of
their batch and write them merged. Their rows are prepared before the measured time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import orjson
from neo4j import WRITE_ACCESS

from benchmarks.company import DAY, Lot, Row
from benchmarks.statements import text
from graph.attributes.precedence import digest
from graph.clock import SystemClock
from graph.engine import Graph, Transaction
from graph.memberships.spells import MembershipStatement
from graph.times import iso, milliseconds, read_instant
from graph.writer.counters import count
from graph.writer.entities import words


class ResolvedRows:
    """The rows of a lot as the graph stores them, with ids in place of identities."""

    def __init__(self, lot: Lot) -> None:
        """Resolve all identities."""
        self.now = milliseconds(SystemClock().now())
        self._observed = lot.began
        self._ids: dict[str, str] = {}
        self._places: dict[tuple[str, str], str] = {}
        self.kinds = {
            "organisations": [self._entity("o_", "organisation", "domain", row) for row in lot.organisations],
            "people": [self._entity("p_", "person", "email", row) for row in lot.people],
            "memberships": [self._membership(row) for row in lot.memberships],
            "events": [self._event(row) for row in lot.events],
        }

    def _entity(self, prefix: str, entity: str, other: str, row: Row) -> Row:
        identity = row["identities"][0]
        key, id_ = f"{identity['kind']}:{identity['value']}", prefix + uuid4().hex
        self._ids[key] = id_
        values = {"name": row["name"], other: row[other], **row["attributes"]}
        attributes = orjson.dumps({name: [self._observed, value] for name, value in values.items()}).decode()
        provenance = {name: {"source": row["source"], "observedAt": iso(self._observed)} for name in values}
        searchable = words((row["name"], row[other]), [key, f"{other}:{row[other]}"])
        return {
            "id": id_,
            "set": {**values, "words": searchable, "provenance": orjson.dumps(provenance).decode()},
            "ownKey": key,
            "own": identity["value"],
            "otherKey": f"{other}:{row[other]}",
            "other": row[other],
            "source": row["source"],
            "observed": self._observed,
            "record": f"{row['source']}|{entity}|{key}",
            "hash": digest(attributes),
            "attributes": attributes,
        }

    def _membership(self, row: Row) -> Row:
        person, organisation = _key(row["person"]), _key(row["organisation"])
        since, id_ = read_instant(row["since"]), "m_" + uuid4().hex
        self._places[person, organisation] = id_
        statements = msgspec.json.encode(
            [MembershipStatement(self._observed, row["source"], since, roles=(row["role"],))]
        ).decode()
        return {
            "id": id_,
            "person": self._ids[person],
            "organisation": self._ids[organisation],
            "role": row["role"],
            "since": since,
            "source": row["source"],
            "observed": self._observed,
            "record": f"{row['source']}|membership|{person}|{organisation}",
            "recordId": f"{person}|{organisation}",
            "personKey": person,
            "organisationKey": organisation,
            "hash": digest(statements),
            "statements": statements,
        }

    def _event(self, row: Row) -> Row:
        person, organisation = _key(row["person"]), _key(row["organisation"])
        return {
            "owner": self._places[person, organisation],
            "person": self._ids[person],
            "organisation": self._ids[organisation],
            "id": f"e_{row['source']}:{row['id']}",
            "name": row["name"],
            "at": read_instant(row["occurredAt"]),
            "source": row["source"],
            "via": person,
            "organisationVia": organisation,
            "hash": digest(row) * 2,
            "properties": row["properties"],
        }


def _key(reference: Row) -> str:
    return f"{reference['identity']['kind']}:{reference['identity']['value']}"


Work = Callable[[Transaction], Awaitable[None]]
Hand = Callable[[Graph, Work], Awaitable[None]]
"""Runs a unit of work on a graph."""


async def by_driver(graph: Graph, work: Work) -> None:
    """Run work with Neo4j's official driver, as most programs do. Its parameters are sent as the writer sends its own."""
    await graph._attempt_by_driver(WRITE_ACCESS, work)  # noqa: SLF001 - `graph.write` would take the faster way


async def by_our_connections(graph: Graph, work: Work) -> None:
    """Run work over Membergraph's own Bolt connections."""
    await graph.write(work)


async def write(graph: Graph, hand: Hand, kind: str, rows: Sequence[Row], now: int) -> None:
    """Write rows of one kind in one transaction."""
    work = _WORK[kind]

    async def transaction(tx: Transaction) -> None:
        await work(tx, rows, now)

    await hand(graph, transaction)


async def _write_entities(kind: str, tx: Transaction, rows: Sequence[Row], now: int) -> None:
    keys = [key for row in rows for key in (row["ownKey"], row["otherKey"])]
    known = set((await tx.rows(text("keys_known"), {"keys": keys}))[0]["known"])
    await tx.execute(text(kind), {"rows": [row for row in rows if row["ownKey"] not in known], "now": now})


async def _write_organisations(tx: Transaction, rows: Sequence[Row], now: int) -> None:
    await _write_entities("organisations", tx, rows, now)


async def _write_people(tx: Transaction, rows: Sequence[Row], now: int) -> None:
    await _write_entities("people", tx, rows, now)


async def _write_memberships(tx: Transaction, rows: Sequence[Row], now: int) -> None:
    known = set((await tx.rows(text("memberships_known"), {"keys": [row["record"] for row in rows]}))[0]["known"])
    await tx.execute(text("memberships"), {"rows": [row for row in rows if row["record"] not in known], "now": now})


async def _write_events(tx: Transaction, rows: Sequence[Row], now: int) -> None:
    days = {f"{row['owner']}|{row['at'] // DAY}": (row["owner"], row["at"] // DAY) for row in rows}
    keys = {f"{owner}|{_date(day)}": (owner, day) for owner, day in days.values()}
    found = (await tx.rows(text("events_known"), {"ids": [row["id"] for row in rows], "days": list(keys)}))[0]
    known = set(found["known"])
    pending = [row for row in rows if row["id"] not in known]
    counters = {key: _counts(*lists) for key, *lists in found["counters"]}
    counted = set(counters)
    for row in pending:
        count(counters.setdefault(f"{row['owner']}|{_date(row['at'] // DAY)}", {}), row["name"], row["at"])
    days_now = [day_row(*keys[key], counts) for key, counts in counters.items()]
    await tx.execute(
        text("events"),
        {
            "now": now,
            "events": sorted(pending, key=lambda row: str(row["owner"])),
            "new_days": [row for row in days_now if row["key"] not in counted],
            "known_days": [row for row in days_now if row["key"] in counted],
            "memberships": _spans(pending, "owner"),
            "people": _spans(pending, "person"),
            "organisations": _spans(pending, "organisation"),
        },
    )


def _counts(names: list[str], counts: list[int], firsts: list[int], lasts: list[int]) -> dict[str, list[int]]:
    return {name: list(each) for name, *each in zip(names, counts, firsts, lasts, strict=True)}


def day_row(owner: str, day: int, counts: dict[str, list[int]]) -> Row:
    """Return the counters of one owner and day as the graph stores them; `day` is days since 1970."""
    names = sorted(counts)
    return {
        "owner": owner,
        "key": f"{owner}|{_date(day)}",
        "day": _date(day),
        "count": sum(each[0] for each in counts.values()),
        "names": names,
        "counts": [counts[name][0] for name in names],
        "firsts": [counts[name][1] for name in names],
        "lasts": [counts[name][2] for name in names],
    }


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY / 1000, UTC).date().isoformat()


def _spans(rows: Iterable[Row], owner: str) -> list[dict[str, Any]]:
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        first, last = found.get(row[owner], (row["at"], row["at"]))
        found[row[owner]] = (min(first, row["at"]), max(last, row["at"]))
    return [{"id": id_, "first": first, "last": last} for id_, (first, last) in sorted(found.items())]


_WORK: dict[str, Callable[..., Any]] = {
    "organisations": _write_organisations,
    "people": _write_people,
    "memberships": _write_memberships,
    "events": _write_events,
}
