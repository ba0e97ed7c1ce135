"""Emptying a graph between tests: the schema and its locks stay."""

from __future__ import annotations

from graph.engine import Graph, Transaction

_DELETE = """
MATCH (n) WHERE NOT n:Migration AND NOT n:Lock
WITH n LIMIT 2000
DETACH DELETE n
RETURN count(*) AS deleted
"""


async def wipe(graph: Graph) -> None:
    """Delete everything that a test can have made; quick when there is little."""

    async def delete(transaction: Transaction) -> int:
        return int((await transaction.rows(_DELETE, {}))[0]["deleted"])

    while await graph.write(delete) == 2000:
        pass
