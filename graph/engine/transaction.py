"""One transaction: statements in, rows out, none without a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from neo4j import AsyncResult, AsyncTransaction

from graph.engine.sent import Sending

Row = dict[str, Any]


async def rows_of(result: AsyncResult) -> list[Row]:
    """Return every record of a result as a dictionary by column."""
    columns = result.keys()
    return [dict(zip(columns, record.values(), strict=True)) async for record in result]


class Transaction:
    """What a unit of work given to `Graph.read` or `Graph.write` sees."""

    def __init__(self, transaction: AsyncTransaction, limit: float, sent: Sending) -> None:
        """Wrap an open transaction; `limit` is the seconds for each statement, `sent` how the engine wants it."""
        self._transaction = transaction
        self._limit = limit
        self._sent = sent

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        async with asyncio.timeout(self._limit):
            return await rows_of(await self._transaction.run(*self._sent(text, parameters)))

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement for its effect."""
        async with asyncio.timeout(self._limit):
            await (await self._transaction.run(*self._sent(text, parameters))).consume()
