"""A transaction on a connection: it pipelines statements without a result, and waits for rows and for the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.engine.bolt.connection import BoltConnection, Row
from graph.engine.bolt.unsupported import RequestFailed


class BoltTransaction:
    """One open transaction. After a failure only `rollback` may be called."""

    def __init__(
        self, connection: BoltConnection, answer_timeout: float, release: Callable[[BoltConnection], None]
    ) -> None:
        """Use a connection; `answer_timeout` is in seconds, and `release` takes the connection at the end."""
        self._connection = connection
        self._answer_timeout = answer_timeout
        self._release = release
        self._has_answer = False
        self.in_doubt = False

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows. Raises Unsupported, EngineTimeout, TimeoutError."""
        rows = await self._connection.rows(text, parameters, {}, self._answer_timeout)
        self._has_answer = True
        return rows

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Send a statement without waiting. The next `rows` or `commit` raises its failure."""
        await self._connection.send(text, parameters, self._answer_timeout)

    async def commit(self) -> None:
        """Commit. Raises Unsupported, EngineTimeout, TimeoutError; then `in_doubt` tells whether the commit may have happened.

        COMMIT is sent only after the engine has answered something of the transaction. The engine then holds its locks.
        So a late COMMIT cannot overtake another attempt at the same work: that attempt waits for the locks.
        """
        if not self._has_answer:
            await self._connection.settle(self._answer_timeout)
        self.in_doubt = True
        try:
            await self._connection.commit(self._answer_timeout)
        except RequestFailed:
            self.in_doubt = False
            raise
        self.in_doubt = False
        self._release(self._connection)

    async def rollback(self) -> None:
        """Undo the transaction. In the middle of an exchange, only the end of the connection undoes it."""
        try:
            if self._connection.is_idle:
                await self._connection.rollback(self._answer_timeout)
        finally:
            self._release(self._connection)
