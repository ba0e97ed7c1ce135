"""Numbered migrations: folders `queries/schema/NNN_name`, recorded in the graph as Migration nodes.

Every statement of a migration may run twice, and beside itself. So two processes that start at once end with the
same graph, and so does one that died half-way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import queries
from graph.clock import Clock, epoch_ms
from graph.errors import GraphTooNew, StatementError

if TYPE_CHECKING:
    from graph.engine import Graph, Transaction

_FOLDER = re.compile(r"schema/(\d{3})_(\w+)/\w+")
_ALREADY_THERE = "AlreadyExists"


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration: its number, its name, and its statements in order."""

    key: int
    name: str
    statements: tuple[str, ...]


def known_migrations() -> list[Migration]:
    """Return the migrations of this program, in order."""
    found: dict[tuple[int, str], list[str]] = {}
    for statement in queries.all_statements():
        if match := _FOLDER.fullmatch(statement.name):
            found.setdefault((int(match[1]), match[2]), []).append(statement.text)
    return [Migration(key, name, tuple(texts)) for (key, name), texts in sorted(found.items())]


async def migrate(graph: Graph, clock: Clock) -> list[Migration]:
    """Bring the graph to this program's schema and return the applied migrations. Safe twice, and by two at once.

    Raises GraphTooNew when a newer program has migrated the graph.
    """
    await _run(graph, queries.text("schema/migration_key"))
    known = known_migrations()
    applied = await _applied(graph, known)
    pending = [migration for migration in known if migration.key not in applied]
    for migration in pending:
        for statement in migration.statements:
            await _run(graph, statement)
        await _record(graph, migration, clock)
    return pending


async def _applied(graph: Graph, known: list[Migration]) -> set[int]:
    rows = await graph.query(queries.text("schema/applied"), {})
    unknown = [row for row in rows if row["key"] > known[-1].key]
    if unknown:
        raise GraphTooNew(
            f"The graph has had migration {unknown[-1]['key']} ({unknown[-1]['name']}); "
            f"this program knows them up to {known[-1].key}.",
            hint="Use a newer Membergraph with this graph.",
        )
    return {row["key"] for row in rows}


async def _run(graph: Graph, text: str) -> None:
    """Run one statement. Another process may have made the same a moment earlier."""
    try:
        await graph.command(text)
    except StatementError as refused:
        if _ALREADY_THERE not in refused.engine_code:
            raise


async def _record(graph: Graph, migration: Migration, clock: Clock) -> None:
    values = {"key": migration.key, "name": migration.name, "at": epoch_ms(clock.now())}

    async def record(transaction: Transaction) -> None:
        await transaction.execute(queries.text("schema/record"), values)

    await graph.write(record)
