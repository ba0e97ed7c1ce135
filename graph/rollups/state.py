"""The definitions as they stand, read at once: every attribute, the stored roll-ups, what is calculated, and which version they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import queries
from graph.attributes.calculated import Calculated, calculated_attribute
from graph.attributes.catalogue import Catalogue, definitions
from graph.rollups.definition import StoredRollUp, stored_roll_up

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["State", "read_state"]

_MORE = ("stale_since", "removed")


@dataclass(frozen=True)
class State:
    """`version` counts what was defined and removed; `stored` and `calculated` hold what is on its way out, too."""

    version: int
    stored: tuple[StoredRollUp, ...]
    calculated: tuple[Calculated, ...]
    catalogue: Catalogue

    @property
    def removed(self) -> list[StoredRollUp | Calculated]:
        """What is on its way out."""
        rolled_up = [each for each in self.stored if each.removed]
        return [*rolled_up, *(each for each in self.calculated if each.removed)]


async def read_state(graph: Graph) -> State:
    """Read the definitions of `graph`."""
    (state,) = await graph.query(queries.text("rollups/state"), {})
    known = [row for row in state["attributes"] if row["name"] is not None]
    attributes = list(definitions({name: row[name] for name in row if name not in _MORE} for row in known))
    return State(
        state["version"],
        tuple(stored_roll_up(row) for row in known if row["origin"] == "rolled_up"),
        tuple(
            calculated_attribute(each, row["stale_since"], row["removed"])
            for each, row in zip(attributes, known, strict=True)
            if each.origin == "calculated"
        ),
        Catalogue(tuple(attributes)),
    )
