"""What answers requests: the API over a service's graph, on uvicorn."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from api.app import ApiSettings, create_app
from api.limits import Limits
from api.tracking import TrackingLimits
from membergraph import writing  # noqa: F401 - so that all that the service needs is imported at once
from membergraph.settings import Settings

if TYPE_CHECKING:
    from membergraph.service import Service

_GRACE = 10
"""Seconds that requests under way are given when the service stops."""


async def answer(service: Service, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answers until it is cancelled; calls `ready` once it does."""
    place = service.place
    settings = place.settings
    app = create_app(place.graph, service.writer, service.evaluator, place.clock, api_settings(settings))
    config = uvicorn.Config(
        app,
        log_level=settings.log_level.lower(),
        log_config=None,
        access_log=False,
        http="httptools",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config, ready)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
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
    tracking = TrackingLimits(settings.tracking_body_limit, settings.tracking_call_limit, settings.tracking_waiting)
    return ApiSettings(settings.keys_path(), limits, tracking)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, which would end the process before the engine is stopped."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to whoever runs the service."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says so."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()
