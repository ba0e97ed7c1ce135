"""Count what a graph holds, to compare two ways of writing."""

from __future__ import annotations

from collections import Counter

from benchmarks.statements import text
from graph.engine import Graph

Portrait = Counter[tuple[str, ...]]
_INTERNAL = {"Lock", "Migration", "AttributeDefinition"}


async def portrait(graph: Graph) -> Portrait:
    """Return the numbers of nodes by label and properties and of edges by type, and the sums of the counters."""
    counts: Portrait = Counter()
    for row in await graph.query(text("portrait_nodes"), {}):
        if row["label"] not in _INTERNAL:
            counts[row["label"], *sorted(row["names"])] += row["count"]
    for row in await graph.query(text("portrait_edges"), {}):
        counts[row["type"],] += row["count"]
    for name, value in (await graph.query(text("portrait_counters"), {}))[0].items():
        counts["counters", name] += value
    return counts


def differences(one: Portrait, other: Portrait) -> list[str]:
    """Return a line for each number that differs."""
    keys = sorted(one.keys() | other.keys())
    return [f"{' '.join(key)}: {one[key]} against {other[key]}" for key in keys if one[key] != other[key]]
