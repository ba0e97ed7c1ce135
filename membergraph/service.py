"""The service: graph, writer, evaluator and API in one process, started in order and stopped in reverse."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn

from api.app import ApiSettings, Asgi, create_app
from api.keys import listed
from api.limits import Limits
from api.tracking import TrackingLimits
from graph.errors import UserMistake
from graph.rollups import Evaluator
from graph.writer import Writer
from membergraph.settings import Settings
from membergraph.workplace import Workplace, workplace, writer_of

log = logging.getLogger(__name__)
_GRACE = 10
"""Seconds that requests under way are given when the service stops."""


@dataclass(frozen=True)
class Service:
    """A service whose parts are at work."""

    place: Workplace
    writer: Writer
    evaluator: Evaluator
    app: Asgi


Prepare = Callable[[Service], Awaitable[None]]
Told = Callable[[str], None]


async def serve(settings: Settings, *, told: Told, prepare: Prepare | None = None) -> None:
    """Serves until it is cancelled. `prepare` runs before anything is served; `told` is given the address once it is.

    Raises UserMistake where the address is taken or may not be listened on, EngineError where the graph does not open.
    """
    with listening(settings) as listener:
        async with assembled(settings) as service:
            if prepare is not None:
                await prepare(service)
            await _answer(service.app, listener, settings, lambda: told(address(listener)))


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Service]:
    """Opens the graph, starts writer and evaluator, and builds the API upon them; stops them in reverse order."""
    async with workplace(settings) as place, writer_of(place) as writer:
        evaluator = Evaluator(place.graph, place.clock)
        writer.on_commit(evaluator.wake)
        await evaluator.start()
        try:
            app = create_app(place.graph, writer, evaluator, place.clock, api_settings(settings))
            yield Service(place, writer, evaluator, app)
        finally:
            await evaluator.stop()


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


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket on the address that the settings name; raises UserMistake where it is taken, or needs a key first."""
    if not _loopback(settings.host) and not listed(settings.keys_path()):
        raise UserMistake(
            "KEY_NEEDED",
            f"without a key the service listens on this machine only, not on {settings.host}",
            "host",
            hint="Make one first: membergraph keys create NAME --scope read --scope write",
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise UserMistake(
            "ADDRESS_TAKEN",
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}",
            "port",
            hint="Is a service running there? Choose another port: --port 8081, or 0 for a free one.",
        ) from error
    with listener:
        yield listener


def address(listener: socket.socket) -> str:
    """Where a service that listens there is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return False


async def _answer(app: Asgi, listener: socket.socket, settings: Settings, ready: Callable[[], None]) -> None:
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
