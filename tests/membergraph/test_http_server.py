"""HTTP is served by our own server where the installed uvicorn fits it, and else, or as told, by plain uvicorn."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest
import uvicorn
from uvicorn.protocols.http import httptools_impl

from membergraph import own_http
from membergraph.http_server import HttpServer
from membergraph.settings import Settings


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the number of bytes it was sent."""
    assert scope["type"] == "http", "the application takes no part in uvicorn's lifespan"
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"%d" % size})


@asynccontextmanager
async def served(http: str = "own", **settings: Any) -> AsyncIterator[tuple[HttpServer, httpx2.AsyncClient]]:
    """A server on a free port; it must end within seconds once it is cancelled."""
    server, ready = HttpServer(Settings(http=http, log_level="warning", **settings)), asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = asyncio.create_task(server.serve(_app, listener, ready.set))
        async with asyncio.timeout(30):
            await ready.wait()
        try:
            async with httpx2.AsyncClient(base_url=address) as client:
                yield server, client
        finally:
            serving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(serving, 30)


def values(server: HttpServer) -> dict[str, Any]:
    return {metric.name.removeprefix("membergraph_http_"): metric.values for metric in server.metrics()}


@pytest.mark.parametrize(("http", "is_own"), [("own", True), ("uvicorn", False), ("Uvicorn", False)])
async def test_either_server_answers_with_a_date_and_counts_requests(http: str, is_own: bool):
    async with served(http) as (server, client):
        for size in (0, 3, 200_000):
            response = await client.post("/", content=b"x" * size)
            assert (response.status_code, response.text) == (200, str(size))
            assert parsedate_to_datetime(response.headers["date"]).tzinfo is not None
            assert "server" not in response.headers
        found = values(server)
        assert (found["own"], found["fallbacks_total"], found["requests_total"]) == (is_own, {}, 3)
        assert found["connections"] == 1


async def test_plain_uvicorn_keeps_the_limit_of_connections():
    async with served("uvicorn", connection_limit=1) as (_, client):
        assert (await client.get("/")).status_code == 503


@pytest.mark.parametrize("broken", ["main_loop", "a method of the protocol", "a status line", "flow"])
async def test_a_uvicorn_whose_internals_have_changed_serves_plainly_and_says_so(
    broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    protocol = httptools_impl.HttpToolsProtocol
    if broken == "main_loop":
        monkeypatch.setattr(own_http, "_OVERRIDDEN", ("a_loop_of_another_name",))
    elif broken == "a status line":
        monkeypatch.setattr("membergraph.connection.STATUS_LINE", {})
    elif broken == "flow":
        monkeypatch.setattr("membergraph.connection.BoundedConnection.flow", property(), raising=False)
    else:
        monkeypatch.setattr("membergraph.connection.BoundedConnection.data_received", protocol.data_received)
        monkeypatch.setattr(own_http, "_CHECK_SECONDS", 0.2)
    async with served() as (server, client):
        assert (await client.post("/", content=b"abc")).text == "3"
        assert values(server) | {"connections": 0} == {
            "own": False,
            "fallbacks_total": {'reason="check"': 1},
            "requests_total": 1,
            "connections": 0,
        }
    assert [record.levelno for record in caplog.records if "takes over" in record.getMessage()] == [logging.WARNING]


async def test_a_uvicorn_without_the_module_of_our_protocol_serves_plainly(monkeypatch: pytest.MonkeyPatch):
    async def unimportable() -> None:
        raise ImportError("no module of that name")

    monkeypatch.setattr(own_http, "check", unimportable)
    async with served() as (server, client):
        assert (await client.get("/")).status_code == 200
        assert values(server)["fallbacks_total"] == {'reason="import"': 1}


async def test_a_server_of_ours_that_does_not_start_leaves_the_address_to_plain_uvicorn(
    monkeypatch: pytest.MonkeyPatch,
):
    async def startup(self: uvicorn.Server, sockets: object) -> None:
        raise TypeError("startup() has another argument now")

    monkeypatch.setattr(own_http.OwnServer, "startup", startup)
    async with served() as (server, client):
        assert (await client.get("/")).status_code == 200
        assert (values(server)["own"], values(server)["fallbacks_total"]) == (False, {'reason="start"': 1})


async def test_the_installed_uvicorn_fits():
    await own_http.check()
    assert issubclass(own_http.OwnServer, uvicorn.Server)
