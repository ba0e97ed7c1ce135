"""One transaction: statements in, rows out, none without a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from neo4j import AsyncResult, AsyncTransaction
from neo4j.exceptions import Neo4jError

from graph.engine.sent import Sending

Row = dict[str, Any]


async def rows_of(result: AsyncResult) -> list[Row]:
    """Return every record of a result as a dictionary by column."""
    columns = result.keys()
    return [dict(zip(columns, record.values(), strict=True)) async for record in result]


class Begun(Protocol):
    """An open transaction, by the driver or over Bolt of our own; each call raises TimeoutError for an answer that is late."""

    in_doubt: bool
    """Whether COMMIT was sent and the engine has not answered it: it may have taken place, or still take place."""

    async def rows(self, text: str, parameters: dict[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        ...

    async def execute(self, text: str, parameters: dict[str, Any]) -> None:
        """Run a statement for its effect; what goes wrong with it may be raised by what follows."""
        ...

    async def commit(self) -> None:
        """Commit it."""
        ...

    async def rollback(self) -> None:
        """Undo it, however it stands."""
        ...


class DriverTransaction:
    """An open transaction of the driver's."""

    def __init__(self, transaction: AsyncTransaction, limit: float) -> None:
        """Wrap it; `limit` is the seconds for each call."""
        self._transaction = transaction
        self._limit = limit
        self.in_doubt = False
        self.rollback = transaction.rollback

    async def rows(self, text: str, parameters: dict[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        async with asyncio.timeout(self._limit):
            return await rows_of(await self._transaction.run(text, parameters))

    async def execute(self, text: str, parameters: dict[str, Any]) -> None:
        """Run a statement for its effect."""
        async with asyncio.timeout(self._limit):
            await (await self._transaction.run(text, parameters)).consume()

    async def commit(self) -> None:
        """Commit it."""
        self.in_doubt = True
        try:
            async with asyncio.timeout(self._limit):
                await self._transaction.commit()
        except Neo4jError:
            self.in_doubt = False
            raise
        self.in_doubt = False


class Transaction:
    """What a unit of work given to `Graph.read` or `Graph.write` sees."""

    def __init__(self, begun: Begun, sent: Sending) -> None:
        """Wrap an open transaction; `sent` is how the engine wants a statement."""
        self._begun = begun
        self._sent = sent

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        return await self._begun.rows(*self._sent(text, parameters))

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement for its effect. It may still be under way: what goes wrong with it is raised by what follows, the commit at last."""
        await self._begun.execute(*self._sent(text, parameters))
