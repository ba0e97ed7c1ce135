"""Serves an application over HTTP: by our own server, or by plain uvicorn.

Our own server depends on internals of uvicorn. It is checked first, and plain uvicorn takes over where the check fails.
Plain uvicorn limits the number of connections, but not the time that a head, a body or an answer may take.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any, Protocol

import uvicorn

from api.access_log import Asgi
from api.health.metrics import Metric
from membergraph.settings import OWN, Settings

_log = logging.getLogger("membergraph.http")
_GRACE = 10
"""Seconds for running requests when the service stops."""
_START_POLL = 0.02


class _Server(Protocol):
    server_state: Any

    async def serve(self, sockets: list[socket.socket] | None = None) -> None: ...


class HttpServer:
    """The HTTP server of one service, with its counters."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; `serve` starts."""
        self.fallbacks: Counter[str] = Counter()
        self.is_own = False
        self._settings = settings
        self._state: Any = None

    async def serve(self, app: Asgi, listener: socket.socket, ready: Callable[[], None]) -> None:
        """Serve an application until this is cancelled; call `ready` once it accepts connections."""
        if self._settings.http.lower() == OWN:
            try:
                server = await self._own(app, ready)
            except Exception as reason:  # noqa: BLE001 - another version of uvicorn may raise anything
                self._fall_back("import" if isinstance(reason, ImportError) else "check", reason)
            else:
                if await self._serve_own(server, listener):
                    return
        await self._serve_plainly(app, listener, ready)

    def metrics(self) -> list[Metric]:
        """Return the metrics of HTTP."""
        reasons = {f'reason="{reason}"': count for reason, count in sorted(self.fallbacks.items())}
        return [
            Metric("membergraph_http_own", "gauge", "1 if HTTP has our own limits, 0 by plain uvicorn.", self.is_own),
            Metric("membergraph_http_fallbacks_total", "counter", "Starts by plain uvicorn, by reason.", reasons),
            Metric(
                "membergraph_http_requests_total",
                "counter",
                "Requests answered.",
                getattr(self._state, "total_requests", 0),
            ),
            Metric(
                "membergraph_http_connections",
                "gauge",
                "Connections open now.",
                len(getattr(self._state, "connections", ())),
            ),
        ]

    async def _own(self, app: Asgi, ready: Callable[[], None]) -> Any:
        from membergraph import own_http  # noqa: PLC0415 - a new version of uvicorn may break this import
        from membergraph.connection import ConnectionLimits  # noqa: PLC0415

        await own_http.check()
        settings = self._settings
        limits = ConnectionLimits(settings.connection_limit, settings.head_timeout, settings.body_timeout)
        return own_http.own_server(app, limits, ready, **self._options())

    async def _serve_own(self, server: Any, listener: socket.socket) -> bool:
        """Return whether the server started; an error after its start passes through."""
        self.is_own = True
        try:
            await self._run(server, listener, server.stop)
        except Exception as failure:
            if server.started or listener.fileno() < 0:
                raise
            self.is_own = False
            self._fall_back("start", failure)
            return False
        return True

    def _fall_back(self, reason: str, failure: Exception) -> None:
        self.fallbacks[reason] += 1
        text = "plain uvicorn takes over from our HTTP server (%s): %s: %s; see MEMBERGRAPH_HTTP in docs/operating.md"
        _log.warning(text, reason, type(failure).__name__, failure)

    async def _serve_plainly(self, app: Asgi, listener: socket.socket, ready: Callable[[], None]) -> None:
        limit = self._settings.connection_limit or None
        server = uvicorn.Server(uvicorn.Config(app, limit_concurrency=limit, **self._options()))
        server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]  # the command handles signals
        reporting = asyncio.create_task(_report_start(server, ready))

        def stop() -> None:
            server.should_exit = True

        try:
            await self._run(server, listener, stop)
        finally:
            reporting.cancel()
            with suppress(asyncio.CancelledError):
                await reporting

    async def _run(self, server: _Server, listener: socket.socket, stop: Callable[[], None]) -> None:
        self._state = server.server_state
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            stop()
            await running
            raise

    def _options(self) -> dict[str, Any]:
        return {
            "log_level": self._settings.log_level.lower(),
            "log_config": None,
            "access_log": False,
            "ws": "none",
            "interface": "asgi3",
            "server_header": False,
            "timeout_graceful_shutdown": _GRACE,
        }


async def _report_start(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(_START_POLL)
    ready()
