"""Statements that tests run by hand, to plant what no product code writes."""

from __future__ import annotations

from graph.engine import Graph, Transaction


async def execute(graph: Graph, statement: str) -> None:
    """Commit one statement in a transaction of its own."""

    async def work(transaction: Transaction) -> None:
        await transaction.execute(statement, {})

    await graph.write(work)
