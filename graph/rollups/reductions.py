"""Many rows as one value, with Cypher's aggregating functions: for statements that group rows by node."""

from __future__ import annotations

from graph.rollups.choosing import choice_of
from graph.rollups.sums import ROUNDED, grouped, when

__all__ = ["best", "reduced"]

_FUNCTIONS = {"MIN": "min", "MAX": "max"}

# Greater than any instant in epoch milliseconds, and still exact as a float.
_NEVER = 9_007_199_254_740_991


def reduced(aggregation: str, holds: list[str], value: str, kind: str, order: tuple[str, ...]) -> str:
    """The rows' values of a type as one (R1), or all of them for a choice; `order` is the time and then the ids by which rows come first or last."""
    if aggregation in ROUNDED:
        return grouped(aggregation, holds, value, kind)
    if aggregation in ("FIRST", "LAST"):
        return best(aggregation, [*holds, f"{value} IS NOT NULL"], value, order)
    if aggregation == "COUNT_DISTINCT":
        return f"count(DISTINCT {when(holds, value)})"
    if choice_of(aggregation):
        return f"collect({when(holds, value)})"
    return f"{_FUNCTIONS[aggregation]}({when(holds, value)})"


def best(aggregation: str, holds: list[str], value: str, order: tuple[str, ...]) -> str:
    """The value of the row that is first or last in time; unknown times come after known ones, ties by id."""
    time, *ids = order
    sign, unknown = ("<", _NEVER) if aggregation == "FIRST" else (">", -_NEVER)
    row = ", ".join([value, f"coalesce({time}.epochMillis, {unknown})", *ids])
    rows = f"collect({when(holds, f'[{row}]')})"
    wins = " OR ".join(_wins(len(order), sign))
    return f"reduce(ru_b = null, ru_r IN {rows} | CASE WHEN ru_b IS NULL OR {wins} THEN ru_r ELSE ru_b END)[0]"


def _wins(keys: int, sign: str) -> list[str]:
    """How a row beats the best one: by the first of its keys that differs."""
    equal: list[str] = []
    ways = []
    for i in range(1, keys + 1):
        ways.append("(" + " AND ".join([*equal, f"ru_r[{i}] {sign} ru_b[{i}]"]) + ")")
        equal.append(f"ru_r[{i}] = ru_b[{i}]")
    return ways
