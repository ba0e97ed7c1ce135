"""What is in a graph by number, so that two ways of writing can be held against each other."""

from __future__ import annotations

from collections import Counter

from benchmarks.statements import text
from graph.engine import Graph

Portrait = Counter[tuple[str, ...]]
_OURS = {"Lock", "Migration", "AttributeDefinition"}


async def portrait(graph: Graph) -> Portrait:
    """Nodes by label and properties, edges by type, and the counters' sums."""
    found: Portrait = Counter()
    for row in await graph.query(text("portrait_nodes"), {}):
        if row["label"] not in _OURS:
            found[row["label"], *sorted(row["names"])] += row["count"]
    for row in await graph.query(text("portrait_edges"), {}):
        found[row["type"],] += row["count"]
    for name, value in (await graph.query(text("portrait_counters"), {}))[0].items():
        found["counters", name] += value
    return found


def differences(ours: Portrait, theirs: Portrait) -> list[str]:
    """What one has more of than the other, in words."""
    keys = sorted(ours.keys() | theirs.keys())
    return [f"{' '.join(key)}: {ours[key]} against {theirs[key]}" for key in keys if ours[key] != theirs[key]]
