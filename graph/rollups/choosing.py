"""One value of many, or every different one: in Python of a list, and in Cypher of a sorted list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal, get_args

__all__ = ["MOST", "Choice", "choice_of", "chosen", "most_frequent"]

Choice = Literal["MOST_FREQUENT", "UNIQUE_VALUES"]

MOST = 1_000
"""How many different values are kept, the least of them."""


def choice_of(aggregation: str) -> Choice | None:
    """The aggregation as a choice; None if it is none."""
    return aggregation if aggregation in get_args(Choice) else None  # type: ignore[return-value]


def chosen(choice: Choice, values: Sequence[Any]) -> Any:
    """The most frequent of some known values, of several the least, null of none; or all different ones in order."""
    if choice == "UNIQUE_VALUES":
        return sorted(set(values))[:MOST]
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def most_frequent(ordered: str) -> str:
    """The same of a list in ascending order, as a Cypher expression: one walk along its runs of equal values."""
    # The best value and how often it came, then the value under way and how often that came so far.
    same = "ru_r[3] + 1"
    run = f"CASE WHEN ru_x = ru_r[2] THEN {same} ELSE 1 END"
    better = f"CASE WHEN ru_r[1] < {run} THEN [ru_x, {run}, ru_x, {run}] ELSE [ru_r[0], ru_r[1], ru_x, {run}] END"
    return f"reduce(ru_r = [null, 0, null, 0], ru_x IN {ordered} | {better})[0]"
