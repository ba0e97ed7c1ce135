"""A Bolt connection with a transport of the test: answers in any pieces, keep-alives, failures in both spellings."""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine.bolt import Unsupported
from graph.engine.bolt.connection import BoltConnection
from graph.engine.bolt.packstream import message, pack
from graph.engine.bolt.transaction import BoltTransaction
from graph.errors import EngineTimeout

SHAKEN = b"\0\0\x04\x05"
ALIVE = b"\0\0"
"""An empty chunk between messages: the engine is still at it."""
TEXT = "x" * 70_000
SOON = 60.0
"""Seconds within which the wire answers in these tests."""


def success(**metadata: Any) -> bytes:
    return message(0x70, pack(metadata))


def record(*values: Any) -> bytes:
    return message(0x71, pack(list(values)))


def failure(**metadata: Any) -> bytes:
    return message(0x7F, pack(metadata))


ANSWER = b"".join(
    (
        SHAKEN,
        ALIVE + success(server="a") + ALIVE + success(),
        ALIVE + ALIVE + success(fields=["a", "b"]),
        record(1, "ä") + ALIVE + record(2, TEXT) + record(None, [1, {"c": "🙂"}]),
        ALIVE + success(),
    )
)
"""All that a server says to a greeting, a logon and one statement."""


class Wire(asyncio.Transport):
    """Takes what is written, and hands back what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.aborted = False
        self._socket = socket.socket()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._socket

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        self.aborted = True
        self._socket.close()


async def rows_from(pieces: list[bytes]) -> list[dict]:
    """The rows that a connection makes of pieces, given to it one after another as soon as it has asked."""
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)

    async def ask() -> list[dict]:
        await connection.log_on("neo4j", "secret", SOON)
        return await connection.rows("RETURN 1", {}, {"mode": "r"}, SOON)

    asking = asyncio.create_task(ask())
    try:
        for piece in pieces:
            wrote = len(wire.written)
            for _ in range(3):
                await asyncio.sleep(0)
            connection.data_received(piece)
            assert len(wire.written) >= wrote
        async with asyncio.timeout(5):
            return await asking
    finally:
        asking.cancel()
        connection.abort()


ROWS = [{"a": 1, "b": "ä"}, {"a": 2, "b": TEXT}, {"a": None, "b": [1, {"c": "🙂"}]}]
WAITS_AT = (len(SHAKEN), len(SHAKEN + ALIVE + success(server="a") + ALIVE + success()))
"""Where in the answer the server waits for the next question."""


def split(answer: bytes, cuts: set[int]) -> list[bytes]:
    places = sorted({0, len(answer), *WAITS_AT, *cuts})
    return [answer[start:end] for start, end in pairwise(places)]


@given(st.sets(st.integers(1, len(ANSWER) - 1), max_size=30) | st.sets(st.integers(1, 140), max_size=140))
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(cuts: set[int]):
    assert asyncio.run(rows_from(split(ANSWER, cuts))) == ROWS


async def test_an_answer_may_come_byte_by_byte_with_its_ends():
    edge = set(range(1, 160)) | set(range(len(ANSWER) - 40, len(ANSWER)))
    assert await rows_from(split(ANSWER, edge)) == ROWS


async def fails_with(answer: bytes) -> Exception:
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    connection.data_received(SHAKEN)
    try:
        asking = asyncio.create_task(connection.rows("RETURN 1", {}, {}, SOON))
        await asyncio.sleep(0)
        connection.data_received(answer)
        with pytest.raises((Unsupported, EngineTimeout)) as failed:
            await asking
        assert not connection.alive
        return failed.value
    finally:
        connection.abort()


@pytest.mark.parametrize("spelt", ["code", "neo4j_code"])
async def test_a_statement_over_its_time_is_not_left_to_the_driver(spelt: str):
    """Since Bolt 5.7 the code has another name; the driver would run the statement for as long once more."""
    code = "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration"
    assert isinstance(await fails_with(failure(**{spelt: code, "message": "too long"})), EngineTimeout)


@pytest.mark.parametrize("spelt", ["code", "neo4j_code"])
async def test_any_other_failure_is_left_to_the_driver(spelt: str):
    error = await fails_with(failure(**{spelt: "Neo.ClientError.Statement.SyntaxError", "message": "no"}))
    assert isinstance(error, Unsupported)
    assert "SyntaxError" in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        success(fields=["a"]) + message(0x71, b"\x91\xb1\x45\x01"),  # a structure that we do not know
        success(fields=["a"]) + message(0x71, b"\x92\x01"),  # a list that ends early
        b"\0\x01\xb0\0\0",  # no message at all
        message(0x7E),  # IGNORED
    ],
)
async def test_what_cannot_be_read_is_left_to_the_driver(answer: bytes):
    assert isinstance(await fails_with(answer), Unsupported)


@pytest.mark.parametrize("answer", [success(), success(fields=["a"]) + record(1, 2)])
async def test_rows_that_fit_no_columns_are_left_to_the_driver(answer: bytes):
    assert isinstance(await fails_with(answer + success()), Unsupported)


@pytest.mark.parametrize("before", [SOON, 0.02], ids=["after a patient question", "after an impatient one"])
async def test_an_answer_that_is_late_is_told_to_who_waits(before: float):
    """The alarm of the question before is still set; it is neither waited for nor taken for this one's."""
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    connection.data_received(SHAKEN)
    asking = asyncio.create_task(connection.commit(before))
    await asyncio.sleep(0)
    connection.data_received(success())
    await asking
    with pytest.raises(TimeoutError):
        await connection.rows("RETURN 1", {}, {}, 0.05)
    assert not connection.alive
    connection.abort()


async def test_a_connection_that_nobody_waits_for_is_never_late():
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    connection.data_received(SHAKEN)
    for pause in (0.0, 0.05):
        asking = asyncio.create_task(connection.commit(0.02))
        await asyncio.sleep(0)
        connection.data_received(success())
        await asking
        await asyncio.sleep(pause)
    assert connection.is_idle
    connection.abort()


async def test_a_server_that_speaks_another_version_is_left_to_the_driver():
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    try:
        greeting = asyncio.create_task(connection.log_on("neo4j", "secret", SOON))
        await asyncio.sleep(0)
        connection.data_received(b"\0\0\x04\x04")
        with pytest.raises(Unsupported):
            await greeting
        assert len(wire.written) == 1, "no password was sent"
    finally:
        connection.abort()


async def test_a_lost_connection_tells_who_waits():
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    asking = asyncio.create_task(connection.rows("RETURN 1", {}, {}, SOON))
    await asyncio.sleep(0)
    connection.connection_lost(ConnectionResetError("cut"))
    with pytest.raises(Unsupported, match="cut"):
        await asking
    with pytest.raises(Unsupported):
        await connection.rows("RETURN 1", {}, {}, SOON)
    wire.abort()


async def test_a_transaction_begins_at_once_and_ends_with_its_end():
    connection, wire = BoltConnection(), Wire()
    connection.connection_made(wire)
    connection.data_received(SHAKEN)
    left: list[BoltConnection] = []
    await connection.begin({"mode": "w"}, SOON)
    transaction = BoltTransaction(connection, SOON, left.append)
    one = success(fields=["n"]) + record(1) + success()
    for answer, request in (
        (success() + one, lambda: transaction.rows("RETURN 1 AS n", {})),
        (one, lambda: transaction.rows("RETURN 1 AS n", {})),
        (success(), transaction.commit),
    ):
        asking = asyncio.create_task(request())
        await asyncio.sleep(0)
        connection.data_received(answer)
        assert await asking in ([{"n": 1}], None)
    begin = message(0x11, pack({"mode": "w"}))
    run = message(0x10, pack("RETURN 1 AS n"), pack({}), pack({})) + message(0x3F, pack({"n": -1}))
    assert wire.written == [begin, run, run, message(0x12)]
    assert left == [connection]
    connection.abort()


async def ahead(timeout: float = SOON) -> tuple[BoltConnection, BoltTransaction, list[BoltConnection]]:
    """A transaction of which two statements are under way, and nobody waits for them."""
    connection = BoltConnection()
    connection.connection_made(Wire())
    connection.data_received(SHAKEN)
    left: list[BoltConnection] = []
    await connection.begin({}, timeout)
    transaction = BoltTransaction(connection, timeout, left.append)
    await transaction.execute("CREATE (n) RETURN 1 AS a", {})
    await transaction.execute("CREATE (n) RETURN 1 AS a", {})
    return connection, transaction, left


BEGUN, ONE = success(), success(fields=["a"]) + record(1) + success()


@pytest.mark.parametrize("early", [0, 1, 2, 3], ids=lambda n: f"{n} answered before the question")
async def test_what_statements_sent_ahead_return_is_no_answer_of_the_next(early: int):
    connection, transaction, _ = await ahead()
    answers = [BEGUN, ONE, ONE, success(fields=["a"]) + record(2) + success()]
    for each in answers[:early]:
        connection.data_received(each)
    asking = asyncio.create_task(transaction.rows("RETURN 2 AS a", {}))
    await asyncio.sleep(0)
    for each in answers[early:]:
        assert not asking.done()
        connection.data_received(each)
    assert await asking == [{"a": 2}]
    connection.abort()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("Neo.ClientError.Statement.SyntaxError", Unsupported),
        ("Neo.ClientError.Transaction.TransactionTimedOut", EngineTimeout),
    ],
)
@pytest.mark.parametrize("waiting_before", [True, False])
async def test_a_failure_of_a_statement_sent_ahead_is_told_by_what_follows(
    code: str, error: type[Exception], waiting_before: bool
):
    connection, transaction, left = await ahead()
    answer = BEGUN + ONE + failure(code=code, message="no") + message(0x7E) * 2
    if not waiting_before:
        connection.data_received(answer)
    committing = asyncio.create_task(transaction.commit())
    await asyncio.sleep(0)
    if waiting_before:
        connection.data_received(answer)
    with pytest.raises(error):
        await committing
    with pytest.raises(error):
        await transaction.execute("CREATE (n)", {})
    await transaction.rollback()
    assert left == [connection]
    assert not connection.is_idle
    connection.abort()


async def test_each_statement_sent_ahead_has_its_own_time():
    """Each answer to a pipelined statement begins the time of the next one anew."""
    connection, transaction, _ = await ahead()
    committing = asyncio.create_task(transaction.commit())
    await asyncio.sleep(0)
    for each in (BEGUN, ONE, ONE):
        connection._deadline = 0.0
        connection.data_received(each)
        assert connection._deadline > connection._loop.time()
    await asyncio.sleep(0)  # COMMIT is sent after all answers
    connection.data_received(success())
    await committing
    assert connection.is_idle
    connection.abort()


async def test_a_statement_sent_ahead_that_is_late_is_told_to_who_waits_for_the_next():
    connection, transaction, _ = await ahead(timeout=0.05)
    connection.data_received(BEGUN + ONE)
    with pytest.raises(TimeoutError):
        await transaction.commit()
    assert not connection.alive
    connection.abort()
