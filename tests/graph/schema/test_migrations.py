"""Migrations are recorded and safe to run twice and at once. A graph newer than the program is refused."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime

import pytest

from graph.clock import FixedClock
from graph.engine import Graph, GraphSettings
from graph.errors import GraphTooNew
from graph.schema import migrate
from graph.schema.migrations import known_migrations
from tests.engines.executing import execute

CLOCK = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
MIGRATE_ALONE = """
import asyncio, json, sys
from graph.clock import SystemClock
from tests.engines.executing import execute
from graph.engine import GraphSettings, open_graph
from graph.schema import migrate

async def main():
    graph = await open_graph(GraphSettings(**json.loads(sys.stdin.read())))
    await migrate(graph, SystemClock())
    await graph.close()

asyncio.run(main())
"""


async def recorded(graph: Graph) -> list[dict]:
    return await graph.query("MATCH (m:Migration) RETURN m.key AS key, m.name AS name ORDER BY key", {})


def test_migrations_are_numbered_without_gaps():
    assert [migration.key for migration in known_migrations()] == list(range(1, len(known_migrations()) + 1))


async def test_every_migration_is_recorded_once_however_often_it_runs(graph: Graph):
    assert await migrate(graph, CLOCK) == []
    assert await migrate(graph, CLOCK) == []
    assert await recorded(graph) == [{"key": m.key, "name": m.name} for m in known_migrations()]


async def test_applying_everything_again_changes_nothing(graph: Graph):
    """A process that dies half-way leaves a migration applied and not recorded."""
    locks = await graph.query("MATCH (l:Lock) RETURN count(l) AS locks", {})
    await execute(graph, "MATCH (m:Migration) DELETE m")
    assert [migration.key for migration in await migrate(graph, CLOCK)] == [m.key for m in known_migrations()]
    assert await graph.query("MATCH (l:Lock) RETURN count(l) AS locks", {}) == locks


async def test_several_tasks_may_migrate_at_once(graph: Graph):
    await execute(graph, "MATCH (m:Migration) DELETE m")
    await execute(graph, "MATCH (l:Lock) DELETE l")
    await asyncio.gather(*(migrate(graph, CLOCK) for _ in range(4)))
    assert len(await recorded(graph)) == len(known_migrations())
    assert await graph.query("MATCH (l:Lock) RETURN count(l) AS locks", {}) == [{"locks": 512}]


@pytest.mark.neo4j
async def test_two_processes_may_migrate_at_once(graph: Graph, engine_settings: GraphSettings):
    await execute(graph, "MATCH (m:Migration) DELETE m")
    await execute(graph, "MATCH (l:Lock) DELETE l")
    for row in await graph.query("SHOW CONSTRAINTS YIELD name RETURN name", {}):
        await graph.command(f"DROP CONSTRAINT `{row['name']}`")
    order = json.dumps({"uri": engine_settings.uri, "password": engine_settings.password}).encode()
    processes = [await _python(MIGRATE_ALONE) for _ in range(2)]
    outcomes = await asyncio.gather(*(process.communicate(order) for process in processes))
    assert [process.returncode for process in processes] == [0, 0], outcomes
    assert len(await recorded(graph)) == len(known_migrations())
    assert await graph.query("MATCH (l:Lock) RETURN count(l) AS locks", {}) == [{"locks": 512}]


async def test_a_graph_newer_than_the_program_is_refused(graph: Graph):
    await execute(graph, "CREATE (:Migration {key: 999, name: 'from_the_future'})")
    try:
        with pytest.raises(GraphTooNew, match=r"migration 999 \(from_the_future\)"):
            await migrate(graph, CLOCK)
    finally:
        await execute(graph, "MATCH (m:Migration {key: 999}) DELETE m")


async def _python(text: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", text,
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
