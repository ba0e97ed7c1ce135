"""The definitions as they stand, read at once: every attribute, the stored roll-ups, and which version they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import queries
from graph.attributes.catalogue import Catalogue, definitions
from graph.rollups.definition import StoredRollUp, stored_roll_up

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["State", "read_state"]

_MORE = ("version", "stale_since", "removed")


@dataclass(frozen=True)
class State:
    """`version` counts what was defined and removed; `stored` holds the roll-ups that are on their way out, too."""

    version: int
    stored: tuple[StoredRollUp, ...]
    catalogue: Catalogue

    @property
    def removed(self) -> list[StoredRollUp]:
        """The roll-ups on their way out."""
        return [each for each in self.stored if each.removed]


async def read_state(graph: Graph) -> State:
    """Read the definitions of `graph`."""
    rows = await graph.query(queries.text("rollups/state"), {})
    known = [row for row in rows if row["name"] is not None]
    attributes = ({name: row[name] for name in row if name not in _MORE} for row in known)
    return State(
        rows[0]["version"],
        tuple(stored_roll_up(row) for row in known if row["origin"] == "rolled_up"),
        Catalogue(tuple(definitions(attributes))),
    )
