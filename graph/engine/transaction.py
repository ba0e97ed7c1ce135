"""Transactions: run statements and return rows, each within a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from neo4j import AsyncResult, AsyncTransaction
from neo4j.exceptions import Neo4jError

from graph.engine.parameters import Preparation

Row = dict[str, Any]


async def rows_of(result: AsyncResult) -> list[Row]:
    """Return every record of a result as a dictionary by column."""
    columns = result.keys()
    return [dict(zip(columns, record.values(), strict=True)) async for record in result]


class OpenTransaction(Protocol):
    """An open transaction of the driver or of own Bolt. Each call raises TimeoutError where an answer is late."""

    in_doubt: bool
    """True if COMMIT was sent and not answered: the commit may have happened, or may still happen."""

    async def rows(self, text: str, parameters: dict[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        ...

    async def execute(self, text: str, parameters: dict[str, Any]) -> None:
        """Run a statement without a result. A later call may raise its failure."""
        ...

    async def commit(self) -> None:
        """Commit."""
        ...

    async def rollback(self) -> None:
        """Undo the transaction, in whatever state it is."""
        ...


class DriverTransaction:
    """An open transaction of the driver."""

    def __init__(self, transaction: AsyncTransaction, timeout: float) -> None:
        """Wrap it; `timeout` is the seconds for each call."""
        self._transaction = transaction
        self._timeout = timeout
        self.in_doubt = False
        self.rollback = transaction.rollback

    async def rows(self, text: str, parameters: dict[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        async with asyncio.timeout(self._timeout):
            return await rows_of(await self._transaction.run(text, parameters))

    async def execute(self, text: str, parameters: dict[str, Any]) -> None:
        """Run a statement without a result."""
        async with asyncio.timeout(self._timeout):
            await (await self._transaction.run(text, parameters)).consume()

    async def commit(self) -> None:
        """Commit."""
        self.in_doubt = True
        try:
            async with asyncio.timeout(self._timeout):
                await self._transaction.commit()
        except Neo4jError:
            self.in_doubt = False
            raise
        self.in_doubt = False


class Transaction:
    """The transaction that a unit of work receives from `Graph.read` or `Graph.write`."""

    def __init__(self, opened: OpenTransaction, prepare: Preparation) -> None:
        """Wrap an open transaction; `prepare` puts a statement into the engine's form."""
        self._opened = opened
        self._prepare = prepare

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        return await self._opened.rows(*self._prepare(text, parameters))

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement without a result. It may be pipelined: a later call, at last the commit, raises its failure."""
        await self._opened.execute(*self._prepare(text, parameters))
