"""Reads roll-ups back from a graph, and makes values comparable with the oracle's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms
from graph.criteria import ParameterBag
from graph.engine import Graph
from graph.rollups import RollUp, Traversals, aggregate, list_stored

LABELS = {"organisation": "Organisation", "membership": "Membership", "person": "Person"}


async def ad_hoc(
    graph: Graph, roll_ups: list[RollUp], entity: Any, now: datetime, deep: bool = False
) -> dict[str, list[Any]]:
    """The value of each roll-up for every node of an entity, asked for in one statement."""
    catalogue, bag, traversals = await load_catalogue(graph), ParameterBag(), Traversals()
    values = [aggregate(each, "n", entity, catalogue, bag, traversals, deep) for each in roll_ups]
    text = f"MATCH (n:{LABELS[entity]}) {' '.join(traversals.calls)} RETURN collect({{id: n.id, values: [{', '.join(values)}]}}) AS found"
    rows = await graph.query(text, {**bag.values, "now": epoch_ms(now)})
    return {row["id"]: [plain(value) for value in row["values"]] for row in rows[0]["found"]}


async def stored(graph: Graph, entity: str = "organisation") -> dict[str, dict[str, Any]]:
    """The stored roll-ups of every node of an entity, by property."""
    names = [each.property for each in await list_stored(graph) if each.entity == entity]
    rows = await graph.query(f"MATCH (n:{LABELS[entity]}) RETURN n.id AS id, properties(n) AS p", {})
    return {row["id"]: {name: plain(row["p"].get(name)) for name in names} for row in rows}


def plain(value: Any) -> Any:
    """A driver's value as Python's own."""
    native = value.to_native() if hasattr(value, "to_native") else value
    if isinstance(native, datetime):
        return native.astimezone(UTC)
    return native


def same(found: Any, expected: Any) -> bool:
    """Equal, and of the same kind; floats to rounding."""
    if isinstance(expected, float) or isinstance(found, float):
        return found is not None and expected is not None and abs(found - expected) < 1e-9
    return bool(found == expected) and isinstance(found, date) == isinstance(expected, date)
