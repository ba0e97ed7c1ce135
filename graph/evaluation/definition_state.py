"""The definitions as they are, read at once: every attribute, stored roll-ups, calculated attributes, and the version."""

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

__all__ = ["DefinitionState", "read_definitions"]

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
_NOT_IN_CATALOGUE = ("stale_since", "removed")


@dataclass(frozen=True)
class DefinitionState:
    """The definitions of one graph. `version` counts their changes.

    `attributes` are the rows that were read, from which all others follow.
    `roll_ups` and `calculated` include those that are being removed.
    """

    version: int
    attributes: Sequence[Sequence[Any]]
    roll_ups: tuple[StoredRollUp, ...]
    calculated: tuple[Calculated, ...]
    catalogue: Catalogue

    @property
    def removed(self) -> list[StoredRollUp | Calculated]:
        """The definitions that are being removed."""
        roll_ups = [each for each in self.roll_ups if each.removed]
        return [*roll_ups, *(each for each in self.calculated if each.removed)]


async def read_definitions(graph: Graph, known: DefinitionState | None = None) -> DefinitionState:
    """Read the definitions of `graph`. Return `known` where they are still the same, which is nearly always."""
    (row,) = await graph.query(queries.text("rollups/state"), {})
    if known is not None and (known.version, known.attributes) == (row["version"], row["attributes"]):
        return known
    return _definitions(row["version"], row["attributes"])


def _definitions(version: int, attributes: Sequence[Sequence[Any]]) -> DefinitionState:
    rows = (dict(zip(_COLUMNS, each, strict=True)) for each in attributes)
    named = [row for row in rows if row["name"] is not None]
    defined = list(definitions({name: row[name] for name in row if name not in _NOT_IN_CATALOGUE} for row in named))
    return DefinitionState(
        version,
        attributes,
        tuple(stored_roll_up(row) for row in named if row["origin"] == "rolled_up"),
        tuple(
            calculated_attribute(each, row["stale_since"], row["removed"])
            for each, row in zip(defined, named, strict=True)
            if each.origin == "calculated"
        ),
        Catalogue(tuple(defined)),
    )
