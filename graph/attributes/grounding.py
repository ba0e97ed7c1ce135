"""Makes properties known to the engine before the first node has them, so that it does not plan statements again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import queries

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["ground"]


async def ground(transaction: Transaction, properties: Iterable[str]) -> None:
    """Make properties known. The transaction must hold the evaluators' lock."""
    given = {"properties": dict.fromkeys(properties, True)}
    await transaction.execute(queries.text("catalogue/ground"), given)
