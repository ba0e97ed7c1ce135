"""The most frequent of many values, and all different ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

__all__ = ["MOST_VALUES", "cypher_most_frequent", "most_frequent", "unique_values"]

MOST_VALUES = 1_000
"""How many different values are kept, the least of them."""


def most_frequent(values: Sequence[Any]) -> Any:
    """Return the most frequent value, the least of equally frequent ones, None of no values."""
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def unique_values(values: Sequence[Any]) -> list[Any]:
    """Return the different values in ascending order, at most `MOST_VALUES`."""
    return sorted(set(values))[:MOST_VALUES]


def cypher_most_frequent(ordered: str) -> str:
    """Return the most frequent value of a list in ascending order, as Cypher: one pass over its runs of equal values."""
    # The best value and its count, then the value of the current run and its count so far.
    run = "CASE WHEN ru_x = ru_r[2] THEN ru_r[3] + 1 ELSE 1 END"
    better = f"CASE WHEN ru_r[1] < {run} THEN [ru_x, {run}, ru_x, {run}] ELSE [ru_r[0], ru_r[1], ru_x, {run}] END"
    return f"reduce(ru_r = [null, 0, null, 0], ru_x IN {ordered} | {better})[0]"
