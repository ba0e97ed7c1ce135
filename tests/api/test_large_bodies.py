"""A client that sends too large a body over a socket can read the refusal, on any kind of connection."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api import keys
from api.access_log import Asgi
from api.bodies import TooLarge, read_body
from graph.clock import Clock
from membergraph.connection import BoundedConnection, ConnectionLimits
from tests.api.conftest import serving

SIZE = 20_000_000


@pytest.fixture
async def port(service: Asgi) -> AsyncIterator[int]:
    bounded = type("Bounded", (BoundedConnection,), {"limits": ConnectionLimits(connections=50, head=30, body=30)})
    async with serving(service, http=bounded) as port:
        yield port


def sent(port: int, path: str, body: bytes, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/graphql", "/facts", "/v1/batch", "/v1/t"])
@pytest.mark.parametrize("connection", ["close", "keep-alive"])
async def test_a_body_that_is_too_large_is_answered_413(port: int, path: str, connection: str):
    status, text = await asyncio.to_thread(sent, port, path, b"x" * SIZE, Connection=connection)
    assert (status, "TOO_LARGE" in text) == (413, True)


@pytest.mark.parametrize("path", ["/facts", "/v1/batch"])
async def test_a_gzip_that_unpacks_to_too_much_is_answered_413(port: int, path: str):
    bomb = gzip.compress(b" " * 200_000_000, 9, mtime=0)
    headers = {"Content-Encoding": "gzip", "Connection": "close"}
    status, text = await asyncio.to_thread(sent, port, path, bomb, **headers)
    assert (status, "TOO_LARGE" in text) == (413, True)


@pytest.mark.parametrize("path", ["/graphql", "/facts"])
async def test_a_refusal_before_the_body_is_read_reaches_its_client_too(
    port: int, path: str, clock: Clock, tmp_path: Path
):
    keys.create(tmp_path / "keys.json", "someone", ["write"], clock)
    status, text = await asyncio.to_thread(sent, port, path, b"x" * SIZE, Connection="close")
    assert (status, json.loads(text) != {}) == (401, True)


async def test_a_body_without_an_end_is_read_so_far_and_no_further():
    received = 0

    async def receive() -> dict[str, object]:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    with pytest.raises(TooLarge):
        await read_body({}, receive, 2_000_000)
    assert received == 3
