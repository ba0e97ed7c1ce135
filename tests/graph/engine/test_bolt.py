"""Reads by own Bolt. Each test uses the pool and not a graph, because a graph would silently fall back to the driver."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from neo4j import READ_ACCESS
from uvloop import new_event_loop

from graph.engine import Graph, GraphSettings, open_graph
from graph.engine.bolt import BoltPool, BoltServer, Unsupported, pool
from graph.engine.server import ServerEngine
from graph.errors import EngineReadOnly, EngineRefused, EngineTimeout, StatementError

pytestmark = pytest.mark.usefixtures("own_bolt")

VALUES = [
    None,
    True,
    "",
    "Grüße 🙂 \0 x",
    2**63 - 1,
    -(2**63),
    0,
    1.5,
    1e308,
    float("inf"),
    [],
    {},
    [1, [2, [None, "a"]]],
    {"a": {"b": [1, {"c": None}]}},
    (1, (2, 3)),
    b"\x00\xff",
    datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-8))),
    datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 - the clock on the wall
    datetime(1901, 1, 2, 3, 4, 5, 123456, UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999),  # noqa: DTZ001 - the clock on the wall
    date(2026, 2, 3),
    date(1800, 1, 1),
    [datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), {"day": date(2026, 2, 3)}],
]
ENDLESS = "UNWIND range(1, 3000000) AS x UNWIND range(1, 1000) AS y WITH x + y AS z RETURN sum(z) AS sum"


@pytest.fixture
def place(running_graph: Graph) -> BoltServer:
    there = running_graph._engine.bolt(READ_ACCESS)
    assert there is not None
    return there._server


@pytest.fixture
async def bolt_pool(place: BoltServer) -> AsyncIterator[BoltPool]:
    """A pool with no connection yet."""
    bolt_pool = BoltPool(place)
    yield bolt_pool
    bolt_pool.close()


@pytest.fixture
def without_driver(running_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """A graph that fails where it would ask the driver."""
    monkeypatch.setattr(running_graph, "_new_session", None)
    monkeypatch.setattr(running_graph._idle, "take", lambda driver: pytest.fail("the driver was asked"))
    return running_graph


def native(value: Any) -> Any:
    if isinstance(value, list):
        return [native(inner) for inner in value]
    if isinstance(value, dict):
        return {key: native(inner) for key, inner in value.items()}
    return value.to_native() if hasattr(value, "to_native") else value


async def by_driver(graph: Graph, text: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    async with graph._new_session(graph._engine.driver(READ_ACCESS), READ_ACCESS) as session:
        return [native(record.data()) async for record in await session.run(text, parameters)]


async def test_rows_come_by_column(bolt_pool: BoltPool):
    found = await bolt_pool.rows("UNWIND range(1, 3) AS x RETURN x, x * $by AS y", {"by": 2}, None)
    assert found == [{"x": 1, "y": 2}, {"x": 2, "y": 4}, {"x": 3, "y": 6}]
    assert await bolt_pool.rows("UNWIND [] AS x RETURN x", {}, None) == []


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:40])
async def test_a_value_comes_back_as_it_went_and_as_from_the_driver(
    bolt_pool: BoltPool, running_graph: Graph, value: Any
):
    found = await bolt_pool.rows("RETURN $value AS value", {"value": value}, None)
    assert found == await by_driver(running_graph, "RETURN $value AS value", {"value": value})
    value_back = found[0]["value"]
    assert value_back == ([1, [2, 3]] if isinstance(value, tuple) else value)
    assert type(value_back) is (list if isinstance(value, tuple) else type(value))
    if isinstance(value, datetime):
        assert value_back.utcoffset() == value.utcoffset()


@pytest.mark.parametrize(
    "expression",
    [
        "datetime('2026-01-02T03:04:05.999999999Z')",
        "localdatetime('1905-01-02T03:04:05.123456789')",
        "datetime('1905-01-02T03:04:05.5+05:30')",
        "date('0002-01-02')",
    ],
)
async def test_what_the_engine_makes_is_as_from_the_driver(bolt_pool: BoltPool, running_graph: Graph, expression: str):
    statement = f"RETURN {expression} AS value"
    assert await bolt_pool.rows(statement, {}, None) == await by_driver(running_graph, statement, {})


@pytest.mark.parametrize(
    "expression",
    ["duration('PT5S')", "point({x: 1, y: 2})", "time('12:00:00Z')", "datetime('2026-01-02T03:04:05[Europe/Berlin]')"],
)
async def test_other_values_are_left_to_the_driver_and_answered(bolt_pool: BoltPool, graph: Graph, expression: str):
    statement = f"RETURN {expression} AS value, [1] AS list"
    with pytest.raises(Unsupported):
        await bolt_pool.rows(statement, {}, None)
    assert await graph.query(statement, {}) == [
        {"value": (await by_driver_as_it_is(graph, statement))[0]["value"], "list": [1]}
    ]
    assert await bolt_pool.rows("RETURN 1 AS n", {}, None) == [{"n": 1}]


async def by_driver_as_it_is(graph: Graph, text: str) -> list[dict[str, Any]]:
    async with graph._new_session(graph._engine.driver(READ_ACCESS), READ_ACCESS) as session:
        return [dict(record) async for record in await session.run(text)]


async def test_a_node_is_left_to_the_driver(bolt_pool: BoltPool, graph: Graph):
    await graph.write(lambda tx: tx.execute("CREATE (:Rejected {id: 'a'})", {}))
    statement = "MATCH (n:Rejected) RETURN n"
    with pytest.raises(Unsupported):
        await bolt_pool.rows(statement, {}, None)
    rows = await graph.query(statement, {})
    assert [row["n"]["id"] for row in rows] == ["a"]


async def test_a_query_needs_no_driver(without_driver: Graph):
    assert await without_driver.query("RETURN $list AS list", {"list": [1, 2]}, timeout=20) == [{"list": [1, 2]}]


def test_it_reads_under_uvloop_as_under_the_loop_of_python(place: BoltServer):
    async def read() -> list[Any]:
        bolt_pool = BoltPool(place)
        try:
            small = await bolt_pool.rows("RETURN $value AS value", {"value": VALUES}, None)
            large = await bolt_pool.rows("RETURN $value AS value", {"value": "ä" * 1_500_000}, None)
            many = await asyncio.gather(*(bolt_pool.rows("RETURN $n AS n", {"n": n}, 20) for n in range(50)))
            assert len(bolt_pool._open) <= 51
            return [small[0]["value"][3:7], len(large[0]["value"]), [rows[0]["n"] for rows in many]]
        finally:
            bolt_pool.close()
            await asyncio.sleep(0.05)

    expected = [VALUES[3:7], 1_500_000, list(range(50))]
    for factory in (asyncio.new_event_loop, new_event_loop):
        with asyncio.Runner(loop_factory=factory) as runner:
            assert runner.run(read()) == expected


@pytest.mark.parametrize("size", [0xFFF0, 0xFFFF, 0x10000, 0x20000, 4_000_000])
async def test_messages_of_many_chunks_both_ways(bolt_pool: BoltPool, size: int):
    text = "0123456789abcdef" * (size // 16) + "x" * (size % 16)
    assert await bolt_pool.rows("RETURN $text AS text, size($text) AS n", {"text": text}, None) == [
        {"text": text, "n": size}
    ]


async def test_many_rows(bolt_pool: BoltPool):
    rows = await bolt_pool.rows("UNWIND range(1, 100000) AS n RETURN n, toString(n) AS text", {}, None)
    assert len(rows) == 100_000
    assert rows[-1] == {"n": 100_000, "text": "100000"}


async def test_a_wrong_statement_is_left_to_the_driver_which_says_so(bolt_pool: BoltPool, graph: Graph):
    with pytest.raises(Unsupported, match="SyntaxError"):
        await bolt_pool.rows("RETURN 1 AS", {}, None)
    with pytest.raises(StatementError) as refusal:
        await graph.query("RETURN 1 AS", {})
    assert "SyntaxError" in refusal.value.engine_code


async def test_a_reading_pool_writes_nothing(bolt_pool: BoltPool, graph: Graph):
    with pytest.raises(Unsupported):
        await bolt_pool.rows("CREATE (n:Rejected {id: 'a'}) RETURN n.id AS id", {}, None)
    with pytest.raises(EngineReadOnly):
        await graph.query("CREATE (n:Rejected {id: 'a'}) RETURN n.id AS id", {})
    assert await bolt_pool.rows("MATCH (n:Rejected) RETURN count(n) AS n", {}, None) == [{"n": 0}]


async def test_a_wrong_password_is_left_to_the_driver_and_not_tried_again_at_once(place: BoltServer):
    bolt_pool = BoltPool(dataclasses.replace(place, user="stranger"))  # too many wrong ones lock a user out
    with pytest.raises(Unsupported):
        await bolt_pool.rows("RETURN 1", {}, None)
    assert not bolt_pool._open
    with pytest.raises(Unsupported, match="paused"):
        await bolt_pool.rows("RETURN 1", {}, None)
    bolt_pool._retry_at = 0.0
    with pytest.raises(Unsupported, match=r"[Uu]nauthorized|[Uu]ser"):
        await bolt_pool.rows("RETURN 1", {}, None)


@pytest.mark.neo4j
async def test_a_wrong_password_of_a_graph_is_said(engine_settings: GraphSettings):
    settings = dataclasses.replace(engine_settings, user="stranger")
    graph = Graph(ServerEngine(settings), settings, writers=1)
    try:
        with pytest.raises(EngineRefused):
            await graph.query("RETURN 1", {})
    finally:
        await graph.close()


@pytest.mark.neo4j
async def test_a_statement_that_runs_longer_than_it_may_runs_once(without_driver: Graph, bolt_pool: BoltPool):
    """The server ends it, sooner or later after its time; the driver would run it for as long once more."""
    patient = await bolt_pool._connect(10.0)
    with pytest.raises(EngineTimeout, match=r"[Tt]ransaction"):
        await patient.rows(ENDLESS, {}, {"mode": "r", "tx_timeout": 1000}, 30.0)
    with pytest.raises(EngineTimeout):
        await without_driver.query(ENDLESS, {}, timeout=1.0)
    running = "SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery AS text"
    await asyncio.sleep(0.5)
    assert ENDLESS not in [row["text"] for row in await without_driver.query(running, {})]


async def test_a_cancelled_read_gives_its_connection_up_and_the_next_has_its_own_answer(bolt_pool: BoltPool):
    await bolt_pool.rows("RETURN 1 AS n", {}, None)
    (before,) = bolt_pool._idle
    reading = asyncio.create_task(bolt_pool.rows("UNWIND range(1, 3000000) AS n RETURN sum(n) AS cancelled", {}, 20))
    await asyncio.sleep(0.05)
    assert before not in bolt_pool._idle
    assert not reading.done()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert before not in bolt_pool._open
    assert not before.alive
    assert await bolt_pool.rows("RETURN 2 AS n", {}, None) == [{"n": 2}]


async def test_connections_are_kept_and_used_again(bolt_pool: BoltPool):
    for _ in range(5):
        await asyncio.gather(*(bolt_pool.rows("RETURN 1", {}, None) for _ in range(3)))
    assert len(bolt_pool._open) == 3
    assert set(bolt_pool._idle) == bolt_pool._open
    await bolt_pool.rows("RETURN 1", {}, None)
    assert len(bolt_pool._open) == 3


async def test_an_old_connection_is_not_used_again(bolt_pool: BoltPool):
    await bolt_pool.rows("RETURN 1", {}, None)
    (old,) = bolt_pool._open
    old.opened_at -= 3601
    assert await bolt_pool.rows("RETURN 2 AS n", {}, None) == [{"n": 2}]
    assert old not in bolt_pool._open
    assert len(bolt_pool._open) == 1


async def test_a_failed_statement_costs_its_connection_alone(bolt_pool: BoltPool):
    await asyncio.gather(*(bolt_pool.rows("RETURN 1", {}, None) for _ in range(3)))
    with pytest.raises(Unsupported):
        await bolt_pool.rows("RETURN", {}, None)
    assert len(bolt_pool._open) == 2
    assert await bolt_pool.rows("RETURN 1 AS n", {}, None) == [{"n": 1}]


async def test_more_reads_at_once_than_connections_are_all_answered(bolt_pool: BoltPool, running_graph: Graph):
    async def read(number: int) -> int:
        return int((await running_graph.query("RETURN $n AS n", {"n": number}))[0]["n"])

    assert await asyncio.gather(*(read(number) for number in range(250))) == list(range(250))
    asked = [bolt_pool.rows("RETURN $n AS n", {"n": number}, 20) for number in range(150)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer[0]["n"] for answer in answers[:100]] == list(range(100))
    assert all(isinstance(answer, Unsupported) for answer in answers[100:])
    assert len(bolt_pool._open) == 100


async def test_without_the_codec_the_driver_answers(
    running_graph: Graph, place: BoltServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pool, "AVAILABLE", False)
    new_pool = BoltPool(place)
    with pytest.raises(Unsupported):
        await new_pool.rows("RETURN 1", {}, None)
    monkeypatch.setattr(running_graph._engine, "bolt", lambda access: new_pool)
    assert await running_graph.query("RETURN 1 AS n", {}) == [{"n": 1}]
    assert not new_pool._open


def test_a_password_is_not_shown(place: BoltServer):
    assert place.password
    assert place.password not in repr(place)


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("bolt://graph.example", "graph.example", 7687), ("bolt://[::1]:7000", "::1", 7000)],
)
async def test_one_server_has_a_pool(address: str, host: str, port: int):
    engine = ServerEngine(GraphSettings(uri=address, user="u", password="p", database="d", connect_timeout=3.0))
    there = engine.bolt(READ_ACCESS)
    assert there is not None
    assert there._server == BoltServer(host, port, "u", "p", "d", 3.0)
    await engine.close()


@pytest.mark.parametrize("scheme", ["neo4j", "neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc"])
async def test_a_cluster_and_an_encrypted_server_have_none(scheme: str):
    engine = ServerEngine(GraphSettings(uri=f"{scheme}://localhost:7687", password="p"))
    assert engine.bolt(READ_ACCESS) is None
    await engine.close()


@pytest.mark.embedded
async def test_an_engine_started_again_has_a_new_pool(data_dir: Path):
    graph = await open_graph(GraphSettings(data_dir=data_dir, heap="256m"))
    try:
        await graph.query("RETURN 1", {})
        first, pid = graph._engine.bolt(READ_ACCESS), graph._engine.pid
        assert len(first._open) == 1
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(60):
            while graph._engine.pid in (None, pid):
                await asyncio.sleep(0.1)
        assert await graph.query("RETURN 2 AS n", {}) == [{"n": 2}]
        second = graph._engine.bolt(READ_ACCESS)
        assert second is not first
        assert not first._open
        assert len(second._open) == 1
    finally:
        await graph.close()
