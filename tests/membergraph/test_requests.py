"""Odd requests over the wire get a status that blames the client, and the service continues."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from uvicorn.server import ServerState

from api.app import ApiSettings, create_app
from graph.clock import SystemClock
from graph.engine import Graph
from graph.writer import open_writer
from membergraph.connection import ConnectionLimits
from membergraph.own_http import limited_protocol


@pytest.fixture
async def port(graph: Graph, tmp_path: Path) -> AsyncIterator[int]:
    """The port of a service without keys."""
    writer = await open_writer(graph, SystemClock())
    app = create_app(graph, writer, None, SystemClock(), ApiSettings(keys=tmp_path / "keys.json"))
    config = uvicorn.Config(app, interface="asgi3", log_config=None)  # type: ignore[arg-type]
    config.load()
    state, kind = ServerState(), limited_protocol(ConnectionLimits())
    server = await asyncio.get_running_loop().create_server(lambda: kind(config, state, {}), "127.0.0.1", 0)
    yield int(server.sockets[0].getsockname()[1])
    server.close()
    await writer.close()


async def ask(port: int, path: bytes, *headers: bytes, body: bytes = b"{}") -> bytes:
    """The whole answer to a request with these header lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [b"POST %s HTTP/1.1" % path, *headers, b"content-type: application/json", b"connection: close"]
    if not any(line.lower().startswith((b"content-length", b"transfer-encoding")) for line in headers):
        lines.append(b"content-length: %d" % len(body))
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


HOST = b"host: localhost"
ODD = {
    "a Host that is a bracket": ((b"host: [",), (403,)),
    "a Host with a port that is none": ((b"host: localhost:port",), (403,)),
    "a Host that is not ASCII": ((b"host: \xff\xfe",), (403,)),
    "an empty Host": ((b"host:",), (403,)),
    "no Host": ((), (403,)),
    "two Hosts": ((HOST, HOST), (403,)),
    "another Host": ((b"host: evil.test", HOST), (403,)),
    "an Origin that is a bracket": ((HOST, b"origin: http://["), (403,)),
    "the Origin null": ((HOST, b"origin: null"), (403,)),
    "an Origin that is not ASCII": ((HOST, b"origin: http://\xff"), (403,)),
    "a Content-Length that is no number": ((HOST, b"content-length: x"), (400,)),
    "a Content-Length below nothing": ((HOST, b"content-length: -1"), (400,)),
    "a Content-Length beyond all bounds": ((HOST, b"content-length: " + b"9" * 5000), (400,)),
    "two Content-Lengths": ((HOST, b"content-length: 2", b"content-length: 3"), (400,)),
    "a Transfer-Encoding that is none": ((HOST, b"transfer-encoding: rot13"), (400,)),
    "an Authorization that is not ASCII": ((HOST, b"authorization: Basic \xe4"), (200, 400)),
    "a head without end": ((HOST, b"authorization: Bearer " + b"x" * 200_000), (431,)),
    "a forwarded address that is none": ((HOST, b"x-forwarded-for: [", b"x-forwarded-proto: \xff"), (403,)),
    "a Content-Encoding that is none": ((HOST, b"content-encoding: \xff"), (400, 415)),
    "an Accept that is none": ((HOST, b"accept: \xff;q=x, /;;"), (200, 400, 406)),
}


@pytest.mark.parametrize("path", [b"/graphql", b"/v1/batch", b"/facts"])
@pytest.mark.parametrize("kind", ODD)
async def test_an_odd_header_is_answered_with_what_is_wrong(port: int, kind: str, path: bytes) -> None:
    headers, statuses = ODD[kind]
    answer = await ask(port, path, *headers)
    status = int(answer.split(b" ", 2)[1])
    assert status in statuses or (status in (400, 406, 415) and set(statuses) & {200, 400, 406, 415}), answer
    assert b"Traceback" not in answer


@pytest.mark.parametrize("host", [b"localhost:8080", b"127.0.0.1", b"[::1]:8080", b"[::1]", b"LOCALHOST:1"])
async def test_a_name_of_this_machine_is_served(port: int, host: bytes) -> None:
    query = b'{"query": "{ __typename }"}'
    assert b" 200 OK" in await ask(port, b"/graphql", b"host: " + host, body=query)
