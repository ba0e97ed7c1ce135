"""Connections to one place, each kept for the next statement or transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graph.engine.attempts import ATTEMPT
from graph.engine.bolt.connection import Connection, LeftToDriver, Row
from graph.engine.bolt.packstream import AVAILABLE
from graph.engine.bolt.transaction import BoltTransaction

_MOST = 100
"""Connections at once, as many as the driver keeps; who comes after them is left to it, and waits there."""
_OLDEST = 3600.0
"""Seconds after which a connection is not used again, as with the driver: what stands between may have forgotten it."""
_PAUSE = 5.0
"""Seconds in which nobody tries again after a connection could not be made: the driver says what is wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server and who asks it; without `database` it is the user's own."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str | None = None
    patience: float = 15.0
    """Seconds to reach it."""
    longest: float = 65.0
    """Seconds for any one answer of it."""


class BoltPool:
    """What one user asks of one server, for the tasks of one event loop."""

    def __init__(self, place: Place) -> None:
        """Connect to nothing yet."""
        self._place = place
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._not_before = 0.0

    async def rows(self, text: str, parameters: Mapping[str, Any], timeout: float | None) -> list[Row]:
        """Every record of a statement that only reads; `timeout` is in seconds and is kept by the engine, and here.

        Raises LeftToDriver for whatever the driver does better, EngineTimeout where the engine has ended it, TimeoutError.
        """
        extra, within = self._extra("r"), self._place.longest
        if timeout is not None:
            extra["tx_timeout"] = max(1, int(timeout * 1000))
            within = timeout
        connection = self._taken() or await self._opened(within)
        try:
            rows = await connection.rows(text, parameters, extra, within)
        except BaseException:
            self._drop(connection)
            raise
        self._idle.append(connection)
        return rows

    async def begin(self, mode: Literal["r", "w"], attempt: str | None) -> BoltTransaction:
        """Begin a transaction, which must be ended by `commit` or `rollback`. Raises LeftToDriver.

        The engine lists it with the name of an attempt in its metadata.
        """
        longest = self._place.longest
        connection = self._taken() or await self._opened(longest)
        try:
            await connection.begin(self._extra(mode, attempt), longest)
        except BaseException:
            self._drop(connection)
            raise
        return BoltTransaction(connection, longest, self._back)

    def close(self) -> None:
        """End all connections."""
        for connection in list(self._open):
            connection.leave() if connection in self._idle else connection.drop()
        self._open.clear()
        self._idle.clear()

    def _extra(self, mode: str, attempt: str | None = None) -> dict[str, Any]:
        extra: dict[str, Any] = {"mode": mode}
        if self._place.database is not None:
            extra["db"] = self._place.database
        if attempt is not None:
            extra["tx_metadata"] = {ATTEMPT: attempt}
        return extra

    def _back(self, connection: Connection) -> None:
        if connection.at_rest:
            self._idle.append(connection)
        else:
            self._drop(connection)

    def _taken(self) -> Connection | None:
        youngest = asyncio.get_running_loop().time() - _OLDEST
        while self._idle:
            connection = self._idle.pop()
            if connection.alive and connection.since > youngest:
                return connection
            self._drop(connection)
        return None

    async def _opened(self, within: float) -> Connection:
        loop = asyncio.get_running_loop()
        if not AVAILABLE or len(self._open) >= _MOST or loop.time() < self._not_before:
            raise LeftToDriver("no connection to be had")
        connection = Connection()
        self._open.add(connection)
        try:
            patience = min(self._place.patience, within)
            async with asyncio.timeout(patience):
                await loop.create_connection(lambda: connection, self._place.host, self._place.port)
                await connection.greet(self._place.user, self._place.password, patience)
        except (OSError, LeftToDriver) as reason:
            self._not_before = loop.time() + _PAUSE
            self._drop(connection)
            raise LeftToDriver(str(reason)) from reason
        except BaseException:
            self._drop(connection)
            raise
        return connection

    def _drop(self, connection: Connection) -> None:
        self._open.discard(connection)
        connection.drop()
