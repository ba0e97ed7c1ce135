"""Sums and averages in Cypher: of numbers with a fraction the ten-thousandths are added as whole numbers, the small rest apart.

So a thousand times 0.1 is 100, and the order in which an engine adds plays no part. What leaves is rounded (`attributes.rounding`).
"""

from __future__ import annotations

__all__ = ["ROUNDED", "grouped", "listed", "when"]

ROUNDED = frozenset({"SUM", "AVERAGE"})
"""Aggregations whose value is rounded as it leaves."""
_SCALE = 10_000
_LARGEST = 100_000_000
"""Numbers from here on are added as they are: nine million below it, times the scale, fit a whole number of 64 bits."""


def when(holds: list[str], value: str) -> str:
    """The value of rows for which all of `holds` hold, else null."""
    return f"CASE WHEN {' AND '.join(holds)} THEN {value} END" if holds else value


def grouped(aggregation: str, holds: list[str], value: str, kind: str) -> str:
    """The sum or average over rows for which all of `holds` hold, with aggregating functions; `kind` is the values' type."""
    count = f"count({when(holds, value)})"
    if kind != "float":
        if aggregation == "SUM":
            return f"sum({when(holds, value)})"
        return f"CASE WHEN {count} > 0 THEN sum({when(holds, f'toFloat({value})')}) / {count} END"
    added = f"(sum({when(holds, _coarse(value))}) / {_SCALE}.0 + sum({when(holds, _fine(value))}))"
    if aggregation == "SUM":
        return f"CASE WHEN {count} > 0 THEN {added} ELSE 0 END"
    return f"CASE WHEN {count} > 0 THEN {added} / {count} END"


def listed(aggregation: str, values: str, kind: str) -> str:
    """The sum or average of a list of known values."""
    if kind != "float" and aggregation == "SUM":
        return f"reduce(ru_s = 0, ru_x IN {values} | ru_s + ru_x)"
    added = "reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + ru_x)"
    if kind == "float":
        coarse = f"reduce(ru_s = 0, ru_x IN ru_l | ru_s + {_coarse('ru_x')})"
        added = f"({coarse} / {_SCALE}.0 + reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + {_fine('ru_x')}))"
    worked_out, nothing = (added, " ELSE 0") if aggregation == "SUM" else (f"{added} / size(ru_l)", "")
    return f"[ru_l IN [{values}] | CASE WHEN size(ru_l) > 0 THEN {worked_out}{nothing} END][0]"


def _coarse(value: str) -> str:
    return f"CASE WHEN abs({value}) < {_LARGEST} THEN {_scaled(value)} ELSE 0 END"


def _fine(value: str) -> str:
    return f"CASE WHEN abs({value}) < {_LARGEST} THEN {value} - {_scaled(value)} / {_SCALE}.0 ELSE {value} END"


def _scaled(value: str) -> str:
    return f"toInteger(round({value} * {_SCALE}))"
