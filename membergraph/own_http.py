"""Uvicorn with limits on connections, without its clock and without its signal handlers.

This module and `membergraph/connection.py` subclass parts of uvicorn that a new version may change. Nothing else depends on
them: `membergraph/http_server.py` runs `check` first, and uses plain uvicorn where it fails.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from api.access_log import Asgi, Message, Receive, Send
from membergraph.connection import BoundedConnection, ConnectionLimits

Headers = list[tuple[bytes, bytes]]
_OVERRIDDEN = ("main_loop", "capture_signals", "startup")
_CHECK_SECONDS = 5.0
_GET = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"
_HEAD_WITHOUT_BODY = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n"


class DatedApp:
    """An application that keeps the `Date` header up to date. Uvicorn adds `headers` to each response as it is sent."""

    def __init__(self, app: Asgi) -> None:
        """Wrap an application."""
        self.headers: Headers = []
        self._app = app
        self._second = 0

    def __call__(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        """Handle a request; the header changes once a second at most."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self.headers[:] = [(b"date", formatdate(second, usegmt=True).encode())]
        return self._app(scope, receive, send)


class OwnServer(uvicorn.Server):
    """Uvicorn without its signal handlers, which would end the process before the engine stops, and without its clock."""

    def __init__(self, config: uvicorn.Config, headers: Headers, ready: Callable[[], None]) -> None:
        """Serve with these default headers; `ready` is called once the server accepts connections."""
        super().__init__(config)
        self.server_state.default_headers = headers
        self._ready = ready
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End `main_loop`."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Wait for `stop`. Uvicorn's own loop wakes ten times a second, to look for a stop and to renew the date."""
        await self._stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command that runs the service."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections and report it."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


def own_server(app: Asgi, limits: ConnectionLimits, ready: Callable[[], None], **options: Any) -> OwnServer:
    """Return a server of an application; `options` are uvicorn's."""
    dated = DatedApp(app)
    config = uvicorn.Config(dated, http=limited_protocol(limits), date_header=False, **options)
    return OwnServer(config, dated.headers, ready)


def limited_protocol(limits: ConnectionLimits) -> type[BoundedConnection]:
    """Return the protocol of connections with these limits."""
    return type("LimitedConnection", (BoundedConnection,), {"limits": limits})


async def check() -> None:
    """Answer one request, and refuse another whose body does not arrive, without a socket.

    Raises an exception where the installed uvicorn does not fit.
    """
    for name in _OVERRIDDEN:
        getattr(uvicorn.Server, name)
    config = uvicorn.Config(_empty_response, interface="asgi3", log_config=None)
    config.load()
    protocol = limited_protocol(ConnectionLimits(1, head=0.0, body=0.0))(config, ServerState(), {})
    transport = _MemoryTransport()
    protocol.connection_made(transport)
    try:
        for request, status in ((_GET, b" 204 "), (_HEAD_WITHOUT_BODY, b" 408 ")):
            transport.written.clear()
            protocol.data_received(request)
            async with asyncio.timeout(_CHECK_SECONDS):
                await transport.written.wait()
            if status not in transport.sent:
                raise RuntimeError(f"expected{status.decode()}, found {transport.sent[:20]!r}")
    finally:
        protocol.connection_lost(None)


async def _empty_response(_scope: Message, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
    if message["type"] == "http.request":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class _MemoryTransport(asyncio.Transport):
    """A transport that keeps what it sent last."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.written = asyncio.Event()
        self._closing = False

    def writelines(self, list_of_data: Any) -> None:
        self.sent = b"".join(list_of_data)
        self.written.set()

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    def can_write_eof(self) -> bool:
        return False

    def pause_reading(self) -> None:
        """Do nothing: nothing arrives by itself."""

    def resume_reading(self) -> None:
        """Do nothing: nothing arrives by itself."""
