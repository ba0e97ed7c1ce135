"""A transaction on a connection: begun together with its first statement, so that it costs no exchange of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.engine.bolt.connection import Connection, Row


class BoltTransaction:
    """One transaction. Whatever fails in it leaves `rollback` alone to be called."""

    def __init__(
        self, connection: Connection, extra: Mapping[str, Any], longest: float, ended: Callable[[Connection], None]
    ) -> None:
        """Send nothing yet; `longest` is in seconds, for each answer; `ended` gets the connection back, for others to use if it is at rest."""
        self._connection = connection
        self._extra: Mapping[str, Any] | None = extra
        self._longest = longest
        self._ended = ended

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows. Raises LeftToDriver, EngineTimeout, TimeoutError."""
        begin, self._extra = self._extra, None
        return await self._connection.rows(text, parameters, {}, self._longest, begin=begin)

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Have the engine begin a statement; what becomes of it, the next `rows` or `commit` raises."""
        begin, self._extra = self._extra, None
        await self._connection.send(text, parameters, self._longest, begin=begin)

    async def commit(self) -> None:
        """Commit what was done, if anything was. Raises LeftToDriver: then nobody knows whether it took place."""
        if self._extra is None:
            await self._connection.commit(self._longest)
        self._ended(self._connection)

    async def rollback(self) -> None:
        """Undo what was done. In the midst of an exchange only the end of the connection does that."""
        try:
            if self._extra is None and self._connection.at_rest:
                await self._connection.rollback(self._longest)
        finally:
            self._ended(self._connection)
