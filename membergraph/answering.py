"""What answers requests: the API over a service's graph, on uvicorn."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.app import ApiSettings, Asgi, Message, Receive, Send, create_app
from api.limits import Limits
from api.tracking import TrackingLimits
from membergraph import writing  # noqa: F401 - so that all that the service needs is imported at once
from membergraph.settings import Settings

if TYPE_CHECKING:
    from membergraph.service import Service

Headers = list[tuple[bytes, bytes]]

_GRACE = 10
"""Seconds that requests under way are given when the service stops."""


async def answer(service: Service, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answers until it is cancelled; calls `ready` once it does."""
    place = service.place
    settings = place.settings
    app = _Dated(create_app(place.graph, service.writer, service.evaluator, place.clock, api_settings(settings)))
    config = uvicorn.Config(
        app,
        log_level=settings.log_level.lower(),
        log_config=None,
        access_log=False,
        http=_Protocol,
        ws="none",
        interface="asgi3",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, app.headers, ready)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.stop()
        await running
        raise


def api_settings(settings: Settings) -> ApiSettings:
    """What the settings say of the API."""
    limits = Limits(
        body=settings.body_limit,
        tokens=settings.token_limit,
        depth=settings.depth_limit,
        aliases=settings.alias_limit,
        directives=settings.directive_limit,
        cost=settings.cost_limit,
        seconds=settings.timeout,
    )
    tracking = TrackingLimits(
        request_bytes=settings.tracking_body_limit,
        call_bytes=settings.tracking_call_limit,
        waiting_calls=settings.tracking_waiting,
        request_calls=settings.tracking_calls,
        public_bytes=settings.tracking_public_body_limit,
        public_calls=settings.tracking_public_calls,
    )
    return ApiSettings(settings.keys_path(), limits, tracking)


class _Dated:
    """An application whose responses say when they were made; `headers` are what uvicorn adds to each, looked up as it is sent."""

    def __init__(self, app: Asgi) -> None:
        self.headers: Headers = []
        self._app = app
        self._second = 0

    def __call__(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self.headers[:] = [(b"date", formatdate(second, usegmt=True).encode())]
        return self._app(scope, receive, send)


class _Together(asyncio.Transport):
    """A connection on which all that is written in one turn of the event loop leaves at once: a response's head with its body."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._written: list[bytes] = []
        self._call_soon = asyncio.get_running_loop().call_soon
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]
        self.is_closing = transport.is_closing  # type: ignore[method-assign]
        self.pause_reading = transport.pause_reading  # type: ignore[method-assign]
        self.resume_reading = transport.resume_reading  # type: ignore[method-assign]

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keeps it until the turn ends."""
        if not self._written:
            self._call_soon(self._leave)
        self._written.append(bytes(data))

    def close(self) -> None:
        """Closes once all has left."""
        self._leave()
        self._transport.close()

    def _leave(self) -> None:
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.writelines(written)


class _Protocol(HttpToolsProtocol):
    """Uvicorn's protocol, which writes a response's head and its body apart."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Writes to it by way of `_Together`."""
        super().connection_made(_Together(transport))


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, which would end the process before the engine is stopped, and without its clock."""

    def __init__(self, config: uvicorn.Config, headers: Headers, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.server_state.default_headers = headers
        self._ready = ready
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends `main_loop`."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Waits to be stopped; uvicorn's own loop looks ten times a second, for this and for the date."""
        await self._stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to whoever runs the service."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says so."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()
