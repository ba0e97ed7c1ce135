"""Removes a computed attribute: at once for evaluators, then its values from every node, in pages.

A removal can be repeated, and may be interrupted: the next evaluator finishes those that are marked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import queries

if TYPE_CHECKING:
    from graph.engine import Graph, Transaction

__all__ = ["Computed", "finish_removal", "mark_removed"]

_PAGE = 2_000
_HOLDERS = {"organisation": "organisations", "membership": "memberships", "person": "people"}


class Computed(Protocol):
    """A computed attribute."""

    @property
    def entity(self) -> Literal["organisation", "membership", "person"]:
        """The entity that has it."""

    @property
    def key(self) -> str:
        """The key of its AttributeDefinition."""

    @property
    def property(self) -> str:
        """The property that holds its value."""


async def mark_removed(transaction: Transaction, key: str, origin: str, now: int) -> bool:
    """Mark the attribute of that key and origin as removed; return False where there is none. `now` is epoch milliseconds."""
    given = {"key": key, "origin": origin, "now": now}
    rows = await transaction.rows(queries.text("rollups/remove"), given)
    return bool(rows and rows[0]["removed"])


async def finish_removal(graph: Graph, removed: Computed) -> None:
    """Remove the values of an attribute from every node, then its definition."""
    statement = queries.text(f"rollups/clear_{_HOLDERS[removed.entity]}")
    parameters = {"property": removed.property, "cleared": {removed.property: None}, "most": _PAGE}

    async def page(transaction: Transaction) -> int:
        rows = await transaction.rows(statement, parameters)
        return int(rows[0]["cleared"]) if rows else 0

    while await graph.write(page) == _PAGE:
        pass
    await graph.write(lambda transaction: transaction.execute(queries.text("rollups/forget"), {"key": removed.key}))
