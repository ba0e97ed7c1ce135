"""A transaction on a connection: what only has an effect goes ahead, what returns rows and the end are waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.engine.bolt.connection import Connection, Failed, Row


class BoltTransaction:
    """One transaction that has begun. Whatever fails in it leaves `rollback` alone to be called."""

    def __init__(self, connection: Connection, longest: float, ended: Callable[[Connection], None]) -> None:
        """`longest` is in seconds, for each answer; `ended` gets the connection back, for others to use if it is at rest."""
        self._connection = connection
        self._longest = longest
        self._ended = ended
        self._answered = False
        self.in_doubt = False

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows. Raises LeftToDriver, EngineTimeout, TimeoutError."""
        rows = await self._connection.rows(text, parameters, {}, self._longest)
        self._answered = True
        return rows

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Have the engine begin a statement; what becomes of it, the next `rows` or `commit` raises."""
        await self._connection.send(text, parameters, self._longest)

    async def commit(self) -> None:
        """Commit what was done. Raises LeftToDriver, EngineTimeout, TimeoutError; `in_doubt` says whether it may have taken place.

        COMMIT goes out only once the engine has answered something. It then holds the locks of what it has done so far:
        should COMMIT arrive late, whoever does the same again waits for it.
        """
        if not self._answered:
            await self._connection.settle(self._longest)
        self.in_doubt = True
        try:
            await self._connection.commit(self._longest)
        except Failed:
            self.in_doubt = False
            raise
        self.in_doubt = False
        self._ended(self._connection)

    async def rollback(self) -> None:
        """Undo what was done. In the midst of an exchange only the end of the connection does that."""
        try:
            if self._connection.at_rest:
                await self._connection.rollback(self._longest)
        finally:
            self._ended(self._connection)
