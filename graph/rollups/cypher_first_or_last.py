"""The value of the row that is first or last in time, as Cypher. Unknown times sort last, and ids decide between equal times."""

from __future__ import annotations

from typing import Literal

from graph.rollups.cypher_rows import GroupedRows, SubqueryRows, when

__all__ = ["grouped", "subquery"]

Place = Literal["FIRST", "LAST"]

# Greater than any instant in epoch milliseconds, and still exact as a float.
_UNKNOWN = 9_007_199_254_740_991


def subquery(place: Place, rows: SubqueryRows) -> str:
    """Return the value of the first or last row of a subquery."""
    down = "" if place == "FIRST" else " DESC"
    time = rows.first if place == "FIRST" else rows.last
    order = ", ".join([f"{time} IS NULL", f"{time}{down}", *(f"{each}{down}" for each in rows.ids)])
    return f"COLLECT {{ {rows.rows} RETURN {rows.value} AS ru_v ORDER BY {order} LIMIT 1 }}[0]"


def grouped(place: Place, rows: GroupedRows) -> str:
    """Return the value of the first or last of grouped rows whose value is known.

    No aggregating function does that: the rows are collected, and the best one is kept.
    """
    time, sign, unknown = (rows.first, "<", _UNKNOWN) if place == "FIRST" else (rows.last, ">", -_UNKNOWN)
    row = ", ".join([rows.value, f"coalesce({time}.epochMillis, {unknown})", *rows.ids])
    collected = f"collect({when([*rows.conditions, f'{rows.value} IS NOT NULL'], f'[{row}]')})"
    wins = " OR ".join(_wins(1 + len(rows.ids), sign))
    return f"reduce(ru_b = null, ru_r IN {collected} | CASE WHEN ru_b IS NULL OR {wins} THEN ru_r ELSE ru_b END)[0]"


def _wins(keys: int, sign: str) -> list[str]:
    """The ways in which a row beats the best one so far: by the first of its keys that differs."""
    equal: list[str] = []
    ways = []
    for i in range(1, keys + 1):
        ways.append("(" + " AND ".join([*equal, f"ru_r[{i}] {sign} ru_b[{i}]"]) + ")")
        equal.append(f"ru_r[{i}] = ru_b[{i}]")
    return ways
