"""Units of work by own Bolt: begun, committed, undone. After a failure the driver runs them again."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest
from neo4j import READ_ACCESS, WRITE_ACCESS

from graph.engine import Graph, Transaction
from graph.engine.bolt import BoltPool, Unsupported
from graph.errors import EngineReadOnly, EngineTimeout, StatementError

pytestmark = pytest.mark.usefixtures("own_bolt")

COUNT = "MATCH (n:Rejected) RETURN count(n) AS n"
LONG = "UNWIND range(1, 3000000) AS x UNWIND range(1, 1000) AS y WITH x + y AS z RETURN sum(z) AS sum"


@pytest.fixture
def pool(graph: Graph) -> BoltPool:
    there = graph._engine.bolt(WRITE_ACCESS)
    assert there is not None
    return there


@pytest.fixture
def without_driver(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """An empty graph that fails where it would ask the driver."""

    def asked(*_: Any) -> None:
        pytest.fail("the driver was asked")

    monkeypatch.setattr(graph, "_new_session", asked)
    monkeypatch.setattr(graph._idle, "take", asked)
    return graph


class Work:
    """A unit of work that makes a node, continues with a function, and counts how often it runs."""

    def __init__(self, then: Any = None) -> None:
        self.runs = 0
        self.then = then

    async def __call__(self, transaction: Transaction) -> int:
        self.runs += 1
        await transaction.execute("MERGE (n:Rejected {id: 'a'})", {})
        if self.then is not None:
            await self.then(transaction)
        return self.runs


async def nodes(graph: Graph) -> int:
    return int((await graph.query(COUNT, {}))[0]["n"])


async def test_a_unit_of_work_needs_no_driver(without_driver: Graph):
    async def work(transaction: Transaction) -> list[dict[str, Any]]:
        await transaction.execute("UNWIND $ids AS id CREATE (:Rejected {id: id})", {"ids": ["a", "b"]})
        return await transaction.rows("MATCH (n:Rejected) RETURN n.id AS id ORDER BY id", {})

    assert await without_driver.write(work) == [{"id": "a"}, {"id": "b"}]
    assert await without_driver.read(lambda tx: tx.rows(COUNT, {})) == [{"n": 2}]
    assert await nodes(without_driver) == 2


async def test_statements_for_their_effect_are_sent_without_waiting_and_done_in_their_order(without_driver: Graph):
    """Two megabytes, each statement building on the one before."""
    texts = ["x" * 100_000] * 20

    async def work(transaction: Transaction) -> list[dict[str, Any]]:
        await transaction.execute("CREATE (:Rejected {id: 'a', path: []}) RETURN 7 AS unread", {})
        for text in texts:
            await transaction.execute(
                "MATCH (n:Rejected {id: 'a'}) SET n.path = n.path + size($text) RETURN n.path", {"text": text}
            )
        return await transaction.rows("MATCH (n:Rejected {id: 'a'}) RETURN n.path AS path", {})

    assert await without_driver.write(work) == [{"path": [100_000] * 20}]


async def test_nothing_of_a_unit_stays_where_a_statement_that_nobody_waited_for_fails(graph: Graph, pool: BoltPool):
    """The failure is told by what comes after it, be that the commit; the driver then says what it was."""
    work = Work()

    async def fail(transaction: Transaction) -> None:
        await work(transaction)
        await transaction.execute("UNWIND [1, 0] AS n CREATE (:Rejected {id: toString(1 / n)})", {})
        await transaction.execute("CREATE (:Rejected {id: 'b'})", {})

    with pytest.raises(StatementError):
        await graph.write(fail)
    assert work.runs == 2
    assert await nodes(graph) == 0
    assert all(connection.is_idle for connection in pool._open)


async def test_nothing_is_seen_before_the_commit(without_driver: Graph):
    async def look(_: Transaction) -> None:
        assert await nodes(without_driver) == 0

    await without_driver.write(Work(look))
    assert await nodes(without_driver) == 1


async def test_an_error_of_the_work_itself_undoes_it_and_runs_nothing_again(without_driver: Graph, pool: BoltPool):
    async def fail(_: Transaction) -> None:
        raise LookupError("ours")

    await without_driver.write(lambda tx: tx.execute("RETURN 1", {}))
    before = set(pool._open)
    work = Work(fail)
    with pytest.raises(LookupError, match="ours"):
        await without_driver.write(work)
    assert work.runs == 1
    assert await nodes(without_driver) == 0
    assert pool._open >= before, "a transaction undone in good order keeps its connection"
    assert await without_driver.write(Work()) == 1


async def test_a_unit_of_work_that_asks_nothing_ends_as_any_other(without_driver: Graph, pool: BoltPool):
    async def do_nothing(_: Transaction) -> str:
        return "done"

    async def fail(_: Transaction) -> None:
        raise LookupError("ours")

    assert await without_driver.write(do_nothing) == "done"
    with pytest.raises(LookupError):
        await without_driver.write(fail)
    assert all(connection.is_idle for connection in pool._open)


async def test_a_failed_statement_has_the_work_run_by_the_driver_which_says_why(graph: Graph, pool: BoltPool):
    work = Work(lambda tx: tx.execute("RETURN nothing_of_that_name", {}))
    with pytest.raises(StatementError):
        await graph.write(work)
    assert work.runs == 2
    assert await nodes(graph) == 0
    assert all(connection.is_idle for connection in pool._open)


async def test_a_value_for_the_driver_alone_is_answered_by_it(graph: Graph):
    found = []

    async def ask(transaction: Transaction) -> None:
        found.extend(await transaction.rows("MATCH (n:Rejected) RETURN n", {}))

    work = Work(ask)
    assert await graph.write(work) == 2
    assert [row["n"]["id"] for row in found] == ["a"]
    assert await nodes(graph) == 1


async def test_what_reads_writes_nothing(graph: Graph):
    there = graph._engine.bolt(READ_ACCESS)
    transaction = await there.begin("r", None)
    await transaction.execute("CREATE (:Rejected {id: 'a'})", {})
    with pytest.raises(Unsupported):
        await transaction.commit()
    await transaction.rollback()
    with pytest.raises(EngineReadOnly):
        await graph.read(Work())
    assert await nodes(graph) == 0


@pytest.mark.parametrize("long", [True, False])
async def test_a_cancelled_unit_of_work_leaves_nothing(without_driver: Graph, pool: BoltPool, long: bool):
    """In the midst of a statement, and between two."""
    begun = asyncio.Event()

    async def wait(transaction: Transaction) -> None:
        begun.set()
        if long:
            await transaction.rows("UNWIND range(1, 3000000) AS n RETURN sum(n) AS sum", {})
        await asyncio.sleep(60)

    writing = asyncio.create_task(without_driver.write(Work(wait)))
    await begun.wait()
    await asyncio.sleep(0.05)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await nodes(without_driver) == 0
    assert all(connection.is_idle for connection in pool._open)
    assert await without_driver.write(Work()) == 1
    assert await nodes(without_driver) == 1


async def test_a_unit_of_work_over_its_time_is_not_run_again(
    without_driver: Graph, pool: BoltPool, monkeypatch: pytest.MonkeyPatch
):
    work = Work(lambda tx: tx.rows(LONG, {}))
    monkeypatch.setattr(pool, "_server", dataclasses.replace(pool._server, answer_timeout=1.0))
    with pytest.raises(EngineTimeout):
        await without_driver.write(work)
    assert work.runs == 1
    await without_driver._engine.end_overdue(LONG, 1.0)
    assert await nodes(without_driver) == 0


async def test_units_of_work_at_once_keep_as_many_connections_as_there_are_writers(
    without_driver: Graph, pool: BoltPool
):
    pool.close()

    async def put(number: int) -> None:
        await without_driver.write(lambda tx: tx.execute("CREATE (:Rejected {id: $id})", {"id": f"k{number}"}))

    await asyncio.gather(*(put(number) for number in range(60)))
    assert len(pool._open) <= without_driver.writers
    assert set(pool._idle) == pool._open
    assert await nodes(without_driver) == 60
