"""Properties that the engine knows before the first node has one, so that it need not plan again what names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import queries

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["ground"]


async def ground(transaction: Transaction, properties: Iterable[str]) -> None:
    """Make properties known. The transaction holds the lock that evaluators take."""
    given = {"properties": dict.fromkeys(properties, True)}
    await transaction.execute(queries.text("catalogue/ground"), given)
