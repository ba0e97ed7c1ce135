"""Units of work and single statements: the same on both engines, by own Bolt and by the driver alone."""

from __future__ import annotations

import asyncio

import pytest

from graph.engine import Graph, Transaction
from graph.errors import EngineReadOnly, StatementError


@pytest.fixture(params=["own", "driver"], autouse=True)
def bolt(request: pytest.FixtureRequest) -> None:
    """Run each test twice, the second time with own Bolt off."""
    request.getfixturevalue("own_bolt" if request.param == "own" else "by_driver")


async def test_a_unit_of_work_is_committed_whole(graph: Graph):
    async def work(transaction: Transaction) -> int:
        await transaction.execute("CREATE (:Person {id: 'a'})", {})
        rows = await transaction.rows("MATCH (p:Person {id: $id}) RETURN p.id AS id", {"id": "a"})
        return len(rows)

    assert await graph.write(work) == 1
    assert await graph.query("MATCH (p:Person) RETURN p.id AS id", {}) == [{"id": "a"}]


async def test_an_error_of_the_work_itself_rolls_back_and_passes_through(graph: Graph):
    async def work(transaction: Transaction) -> None:
        await transaction.execute("CREATE (:Person {id: 'a'})", {})
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        await graph.write(work)
    assert await graph.query("MATCH (p:Person) RETURN p.id AS id", {}) == []


async def test_reading_cannot_write(graph: Graph):
    with pytest.raises(EngineReadOnly):
        await graph.query("CREATE (:Person {id: 'a'})", {})
    with pytest.raises(EngineReadOnly):
        await graph.read(lambda tx: tx.execute("CREATE (:Person {id: 'a'})", {}))
    assert await graph.query("MATCH (p:Person) RETURN p.id AS id", {}) == []


async def test_a_statement_that_is_wrong_is_refused_with_the_engines_words(graph: Graph):
    with pytest.raises(StatementError) as refusal:
        await graph.query("MATCH (p:Person RETURN p", {})
    assert "SyntaxError" in refusal.value.engine_code


async def test_reads_at_once_have_their_own_answers_whatever_became_of_others(graph: Graph):
    async def read(number: int) -> int:
        rows = await graph.query("RETURN $number AS number", {"number": number})
        return int(rows[0]["number"])

    async def fail() -> None:
        with pytest.raises(StatementError):
            await graph.query("RETURN nothing_of_that_name", {})

    for _ in range(2):
        found = await asyncio.gather(*(read(number) for number in range(250)), *(fail() for _ in range(5)))
        assert found[:250] == list(range(250))


class Secretive(dict):
    def __repr__(self) -> str:
        raise AssertionError("nobody asked to see this")


async def test_rows_are_sent_and_never_spelt_out(graph: Graph):
    rows = [Secretive(id=f"r_{number}") for number in range(3)]
    statement = "UNWIND $rows AS row RETURN collect(row.id) AS ids"
    expected = [{"ids": ["r_0", "r_1", "r_2"]}]
    assert await graph.query(statement, {"rows": rows}) == expected
    assert await graph.read(lambda tx: tx.rows(statement, {"rows": rows})) == expected


async def test_increments_at_once_are_all_counted(graph: Graph):
    """A conflict is tried again after milliseconds, not after the driver's second."""

    async def work(transaction: Transaction) -> None:
        rows = await transaction.rows("MATCH (n:Rejected {id: 'n'}) SET n.n = n.n + 1 RETURN n.n AS n", {})
        assert len(rows) == 1

    await graph.write(lambda tx: tx.execute("CREATE (:Rejected {id: 'n', n: 0})", {}))
    async with asyncio.timeout(20):
        await asyncio.gather(*(graph.write(work) for _ in range(60)))
    assert await graph.query("MATCH (n:Rejected {id: 'n'}) RETURN n.n AS n", {}) == [{"n": 60}]


async def test_a_key_that_another_writer_made_a_moment_earlier_is_found_the_second_time(graph: Graph):
    """Looking up what is missing and then creating it meets a ConstraintError when two do so at once."""
    attempts = 0

    async def work(transaction: Transaction) -> bool:
        nonlocal attempts
        attempts += 1
        if attempts > 1 and await transaction.rows("MATCH (p:Person {id: 'a'}) RETURN p.id AS id", {}):
            return False
        await transaction.execute("CREATE (:Person {id: 'a'})", {})
        return True

    await graph.write(lambda tx: tx.execute("CREATE (:Person {id: 'a'})", {}))
    assert await graph.write(work) is False
    assert attempts == 2


async def test_a_key_that_stays_taken_is_an_error_in_the_end(graph: Graph):
    await graph.write(lambda tx: tx.execute("CREATE (:Person {id: 'a'})", {}))
    with pytest.raises(StatementError) as refusal:
        await graph.write(lambda tx: tx.execute("CREATE (:Person {id: 'a'})", {}))
    assert "Constraint" in refusal.value.engine_code


async def test_times_go_in_as_milliseconds_and_come_out_as_they_were(graph: Graph):
    at = 1_764_000_000_123
    await graph.write(
        lambda tx: tx.execute("CREATE (:Rejected {id: 't', at: datetime({epochMillis: $at})})", {"at": at})
    )
    rows = await graph.query("MATCH (n:Rejected) RETURN n.at.epochMillis AS ms, toString(n.at) AS text", {})
    assert rows == [{"ms": at, "text": "2025-11-24T16:00:00.123Z"}]
