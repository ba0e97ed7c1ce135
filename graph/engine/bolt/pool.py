"""Connections to one server, kept for the next statement or transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.engine.attempts import ATTEMPT
from graph.engine.bolt.connection import BoltConnection, Row
from graph.engine.bolt.packstream import AVAILABLE
from graph.engine.bolt.transaction import BoltTransaction
from graph.engine.bolt.unsupported import Reason, Unsupported

_MAX_CONNECTIONS = 100
"""As many as the official driver keeps. Requests beyond them go to the driver and wait there."""
_MAX_AGE = 3600.0
"""Seconds after which a connection is not reused, as with the official driver. A firewall may have forgotten it."""
_RETRY_PAUSE = 5.0
"""Seconds without a new attempt after a failed connection. The driver's error says what is wrong."""


@dataclass(frozen=True, slots=True)
class BoltServer:
    """Address, user and time limits of one server; without `database` it is the user's home database."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str | None = None
    connect_timeout: float = 15.0
    """Seconds to connect and to log on."""
    answer_timeout: float = 65.0
    """Seconds for any single answer."""


class BoltPool:
    """Connections of one user to one server, for the tasks of one event loop."""

    def __init__(self, server: BoltServer) -> None:
        """Keep the server; the first request connects."""
        self._server = server
        self._idle: list[BoltConnection] = []
        self._open: set[BoltConnection] = set()
        self._retry_at = 0.0

    async def rows(self, text: str, parameters: Mapping[str, Any], timeout: float | None) -> list[Row]:
        """Run one statement that only reads, and return its rows.

        `timeout` is in seconds. The engine ends the statement after it, and the wait for an answer ends too.
        Raises Unsupported, EngineTimeout (the engine ended the statement), TimeoutError (no answer).
        """
        extra, answer_timeout = self._extra("r"), self._server.answer_timeout
        if timeout is not None:
            extra["tx_timeout"] = max(1, int(timeout * 1000))
            answer_timeout = timeout
        connection = self._reuse() or await self._connect(answer_timeout)
        try:
            rows = await connection.rows(text, parameters, extra, answer_timeout)
        except BaseException:
            self._drop(connection)
            raise
        self._idle.append(connection)
        return rows

    async def begin(self, mode: Literal["r", "w"], attempt: str | None) -> BoltTransaction:
        """Begin a transaction that reads or writes; end it by `commit` or `rollback`. Raises Unsupported.

        `attempt` is a name in the transaction's metadata, by which the engine lists it.
        """
        answer_timeout = self._server.answer_timeout
        connection = self._reuse() or await self._connect(answer_timeout)
        try:
            await connection.begin(self._extra(mode, attempt), answer_timeout)
        except BaseException:
            self._drop(connection)
            raise
        return BoltTransaction(connection, answer_timeout, self._release)

    def close(self) -> None:
        """Close all connections."""
        for connection in list(self._open):
            connection.close() if connection in self._idle else connection.abort()
        self._open.clear()
        self._idle.clear()

    def _extra(self, mode: str, attempt: str | None = None) -> dict[str, Any]:
        extra: dict[str, Any] = {"mode": mode}
        if self._server.database is not None:
            extra["db"] = self._server.database
        if attempt is not None:
            extra["tx_metadata"] = {ATTEMPT: attempt}
        return extra

    def _release(self, connection: BoltConnection) -> None:
        if connection.is_idle:
            self._idle.append(connection)
        else:
            self._drop(connection)

    def _reuse(self) -> BoltConnection | None:
        oldest = asyncio.get_running_loop().time() - _MAX_AGE
        while self._idle:
            connection = self._idle.pop()
            if connection.alive and connection.opened_at > oldest:
                return connection
            self._drop(connection)
        return None

    async def _connect(self, answer_timeout: float) -> BoltConnection:
        loop = asyncio.get_running_loop()
        self._check_capacity(loop.time())
        connection = BoltConnection()
        self._open.add(connection)
        try:
            timeout = min(self._server.connect_timeout, answer_timeout)
            async with asyncio.timeout(timeout):
                await loop.create_connection(lambda: connection, self._server.host, self._server.port)
                await connection.log_on(self._server.user, self._server.password, timeout)
        except (OSError, Unsupported) as failure:
            self._retry_at = loop.time() + _RETRY_PAUSE
            self._drop(connection)
            if isinstance(failure, Unsupported) and failure.reason is Reason.VERSION:
                raise
            raise Unsupported(Reason.CONNECT, str(failure)) from failure
        except BaseException:
            self._drop(connection)
            raise
        return connection

    def _check_capacity(self, now: float) -> None:
        if not AVAILABLE:
            raise Unsupported(Reason.CODEC, "the installed neo4j-rust-ext has no codec that works")
        if len(self._open) >= _MAX_CONNECTIONS:
            raise Unsupported(Reason.POOL_FULL, f"{_MAX_CONNECTIONS} connections are in use")
        if now < self._retry_at:
            raise Unsupported(Reason.PAUSED, "a connection failed a moment ago")

    def _drop(self, connection: BoltConnection) -> None:
        self._open.discard(connection)
        connection.abort()
