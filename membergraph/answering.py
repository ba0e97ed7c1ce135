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

from api.access_log import Asgi, Message, Receive, Send
from api.app import ApiSettings, create_app
from api.limits import Limits
from api.tracking import TrackingLimits
from membergraph import writing  # noqa: F401 - so that all that the service needs is imported at once
from membergraph.connection import Bounds, Connection
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
        http=bounded(settings),
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


def bounded(settings: Settings) -> type[Connection]:
    """The protocol of connections, bounded as the settings say."""
    bounds = Bounds(settings.connection_limit, settings.head_timeout, settings.body_timeout)
    return type("BoundedConnection", (Connection,), {"bounds": bounds})


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
    return ApiSettings(settings.keys_path(), limits, tracking, settings.access_log)


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
