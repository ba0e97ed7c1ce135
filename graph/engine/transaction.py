"""One transaction: statements in, rows out, none without a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from neo4j import AsyncResult, AsyncTransaction

Row = dict[str, Any]


class _Unspelt(list[Any]):
    """A list that says little of itself."""

    def __repr__(self) -> str:
        """Its size alone."""
        return f"[{len(self)} values]"


def unspelt(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters for the driver, which spells them out for its log whether or not there is one: long lists cost it as much as sending them."""
    return {name: _Unspelt(value) if isinstance(value, list) else value for name, value in parameters.items()}


async def rows_of(result: AsyncResult) -> list[Row]:
    """Return every record of a result as a dictionary by column."""
    columns = result.keys()
    return [dict(zip(columns, record.values(), strict=True)) async for record in result]


class Transaction:
    """What a unit of work given to `Graph.read` or `Graph.write` sees."""

    def __init__(self, transaction: AsyncTransaction, limit: float) -> None:
        """Wrap an open transaction; `limit` is the seconds for each statement."""
        self._transaction = transaction
        self._limit = limit

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[Row]:
        """Run a statement and return its rows."""
        async with asyncio.timeout(self._limit):
            return await rows_of(await self._transaction.run(text, unspelt(parameters)))

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement for its effect."""
        async with asyncio.timeout(self._limit):
            await (await self._transaction.run(text, unspelt(parameters))).consume()
