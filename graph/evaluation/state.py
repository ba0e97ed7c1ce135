"""The definitions as they stand, read at once: every attribute, the stored roll-ups, what is calculated, and which version they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.catalogue import Catalogue, definitions
from graph.calculated.definition import Calculated, calculated_attribute
from graph.rollups.stored import StoredRollUp, stored_roll_up

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["State", "read_state"]

_COLUMNS = (
    "entity",
    "name",
    "type",
    "origin",
    "category",
    "description",
    "source",
    "sources",
    "spellings",
    "roll_up",
    "include_descendants",
    "formula",
    "score",
    "stale_since",
    "removed",
)
_MORE = ("stale_since", "removed")


@dataclass(frozen=True)
class State:
    """`version` counts what was defined and removed; `stored` and `calculated` hold what is on its way out, too.

    `attributes` is what was read, all others follow from it.
    """

    version: int
    attributes: Sequence[Sequence[Any]]
    stored: tuple[StoredRollUp, ...]
    calculated: tuple[Calculated, ...]
    catalogue: Catalogue

    @property
    def removed(self) -> list[StoredRollUp | Calculated]:
        """What is on its way out."""
        rolled_up = [each for each in self.stored if each.removed]
        return [*rolled_up, *(each for each in self.calculated if each.removed)]


async def read_state(graph: Graph, known: State | None = None) -> State:
    """Read the definitions of `graph`; those that are `known` where they are the same still, which is nearly always."""
    (state,) = await graph.query(queries.text("rollups/state"), {})
    if known is not None and (known.version, known.attributes) == (state["version"], state["attributes"]):
        return known
    return _state(state["version"], state["attributes"])


def _state(version: int, attributes: Sequence[Sequence[Any]]) -> State:
    rows = (dict(zip(_COLUMNS, each, strict=True)) for each in attributes)
    known = [row for row in rows if row["name"] is not None]
    defined = list(definitions({name: row[name] for name in row if name not in _MORE} for row in known))
    return State(
        version,
        attributes,
        tuple(stored_roll_up(row) for row in known if row["origin"] == "rolled_up"),
        tuple(
            calculated_attribute(each, row["stale_since"], row["removed"])
            for each, row in zip(defined, known, strict=True)
            if each.origin == "calculated"
        ),
        Catalogue(tuple(defined)),
    )
