"""Stored roll-ups: attributes of organisations, people and memberships under names that sources cannot use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.names import normalise, stored
from graph.rollups.rollup import Entity, RollUp

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["StoredRollUp", "list_stored", "stored_roll_up"]


@dataclass(frozen=True)
class StoredRollUp:
    """A roll-up under a name. `stale_since` (epoch milliseconds) is set while not every node has its value yet."""

    name: str
    roll_up: RollUp
    entity: Entity = "organisation"
    include_descendants: bool = False
    description: str | None = None
    stale_since: int | None = None
    removed: bool = False

    @property
    def key(self) -> str:
        """The key of its AttributeDefinition."""
        return f"{self.entity}:{normalise(self.name)}"

    @property
    def property(self) -> str:
        """The property that holds its value."""
        return stored(self.entity, self.name)


async def list_stored(graph: Graph) -> list[StoredRollUp]:
    """Return every stored roll-up, by entity and name. Those being removed are included, and marked."""
    return [stored_roll_up(row) for row in await graph.query(queries.text("rollups/definitions"), {})]


def stored_roll_up(row: Mapping[str, Any]) -> StoredRollUp:
    """Return the roll-up of a row of `rollups/definitions`."""
    return StoredRollUp(
        name=row["name"],
        roll_up=RollUp.from_json(json.loads(row["roll_up"])),
        entity=row["entity"],
        include_descendants=bool(row["include_descendants"]),
        description=row["description"],
        stale_since=row["stale_since"],
        removed=row["removed"],
    )
