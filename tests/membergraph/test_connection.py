"""Connections are bounded: in number, in the time that head, body and answer take, and in the size of a head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from membergraph.connection import ConnectionLimits
from membergraph.own_http import limited_protocol

QUICK = ConnectionLimits(connections=50, head=0.3, body=0.3)
PATIENT = ConnectionLimits(connections=50, head=30, body=30)
GET = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"
LARGE = 20_000_000
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Open = Callable[[], Awaitable[Streams]]


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the number of bytes it was sent; `/large` with many bytes, `/early` before the body has come."""
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = b"x" * LARGE if scope["path"] == "/large" else b"%d" % size
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def _served(limits: ConnectionLimits, keep_alive: float = 5) -> AsyncIterator[tuple[Open, ServerState]]:
    config = uvicorn.Config(_app, interface="asgi3", log_config=None, timeout_keep_alive=keep_alive)  # type: ignore[arg-type]
    config.load()
    state = ServerState()
    kind = limited_protocol(limits)
    server = await asyncio.get_running_loop().create_server(lambda: kind(config, state, {}), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    opened: list[asyncio.StreamWriter] = []

    async def connect() -> Streams:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        return reader, writer

    try:
        yield connect, state
    finally:
        for writer in opened:
            writer.transport.abort()
        server.close()


async def _trickle(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a byte now and then, for as long as anybody listens."""
    for byte in data:
        if writer.is_closing():
            return
        writer.write(bytes((byte,)))
        await asyncio.sleep(0.02)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(30):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


SLOW = {
    "nothing": (b"", b"", b""),
    "a head": (b"", b"GET / HTTP/1.1\r\nx: " + b"y" * 5000, b"408"),
    "blank lines": (b"", b"\r\n" * 3000, b"408"),
    "a head after a request": (GET, b"GET / HTTP/1.1\r\nx: " + b"y" * 5000, b"408"),
    "blank lines after a request": (GET, b"\r\n" * 3000, b"408"),
    "a body": (b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5000\r\n\r\n", b"x" * 5000, b"408"),
    "a chunked body": (
        b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n" * 900,
        b"408",
    ),
    "a body already answered": (b"POST /early HTTP/1.1\r\nhost: a\r\ncontent-length: 5000\r\n\r\n", b"x" * 5000, b""),
}


@pytest.mark.parametrize("kind", SLOW)
async def test_what_does_not_come_in_time_ends_the_connection(kind: str) -> None:
    at_once, slowly, status = SLOW[kind]
    async with _served(QUICK, keep_alive=30) as (connect, state):
        reader, writer = await connect()
        writer.write(at_once)
        trickling = asyncio.create_task(_trickle(writer, slowly))
        reply = await _answer(reader)
        trickling.cancel()
        writer.close()
        assert reply.count(b"HTTP/1.1 ") == bool(status) + (b"200" in reply)
        assert status in reply
        while state.connections:
            await asyncio.sleep(0.01)


async def test_a_hundred_slow_connections_are_all_gone() -> None:
    async with _served(QUICK._replace(connections=200)) as (connect, state):
        opened = [await connect() for _ in range(100)]
        trickling = [asyncio.create_task(_trickle(writer, b"GET /" + b"x" * 2000)) for _, writer in opened]
        answers = await asyncio.gather(*(_answer(reader) for reader, _ in opened))
        for each, (_, writer) in zip(trickling, opened, strict=True):
            each.cancel()
            writer.close()
        assert len(answers) == 100
        while state.connections:
            await asyncio.sleep(0.01)


async def test_an_honest_upload_may_take_longer_than_the_time_of_grace() -> None:
    async with _served(QUICK) as (connect, _):
        reader, writer = await connect()
        writer.write(b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 200000\r\n\r\n")
        for _ in range(40):  # twice the time of grace at least, and far more than the slowest that is taken
            writer.write(b"x" * 5000)
            await asyncio.sleep(0.02)
        assert (await _answer(reader)).endswith(b"200000")


async def test_requests_one_after_the_other_and_at_once_are_answered_on_one_connection() -> None:
    async with _served(PATIENT) as (connect, _):
        reader, writer = await connect()
        for times in (1, 3, 1):
            writer.write(GET * times)
            for _ in range(times):
                assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(1)


async def test_a_head_without_end_is_refused() -> None:
    async with _served(PATIENT) as (connect, _):
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nx: " + b"y" * 300_000)
        assert b" 431 " in await _answer(reader)


@pytest.mark.parametrize("more", [b"", b"connection: close\r\n"])
async def test_a_refusal_reaches_a_client_that_reads_only_when_it_has_sent_all(more: bytes) -> None:
    async with _served(PATIENT) as (connect, _):
        reader, writer = await connect()
        writer.write(b"POST /early HTTP/1.1\r\nhost: a\r\n" + more + b"content-length: 9000000\r\n\r\n")
        for _ in range(90):
            writer.write(b"x" * 100_000)
            await writer.drain()
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")


async def test_one_connection_too_many_is_told_and_closed_and_there_is_room_again() -> None:
    async with _served(PATIENT._replace(connections=3)) as (connect, state):
        opened = [await connect() for _ in range(3)]
        for reader, writer in opened:
            writer.write(GET)
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        reader, _ = await connect()
        assert b" 503 " in await _answer(reader)
        opened[0][1].close()
        while len(state.connections) > 2:
            await asyncio.sleep(0.01)
        reader, writer = await connect()
        writer.write(GET)
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")


async def test_an_answer_that_nobody_fetches_is_given_up() -> None:
    async with _served(QUICK) as (connect, state):
        reader, writer = await connect()
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        async with asyncio.timeout(30):
            while not state.total_requests or state.connections:
                await asyncio.sleep(0.01)


async def test_an_answer_that_is_fetched_comes_whole() -> None:
    async with _served(PATIENT) as (connect, _):
        reader, writer = await connect()
        writer.write(b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        assert len(await _answer(reader)) > LARGE
