"""Sums and averages in Cypher: of numbers with a fraction the ten-thousandths are added as whole numbers, the small rest apart.

So a thousand times 0.1 is 100, and the order in which an engine adds plays no part. What leaves is rounded (`attributes.rounding`).
"""

from __future__ import annotations

__all__ = ["ROUNDED", "grouped", "listed", "when"]

ROUNDED = frozenset({"SUM", "AVERAGE"})
"""Aggregations whose value is rounded as it leaves."""
_SCALE = 10_000
_HALF = 2**32
"""Whole numbers are added in two halves of 32 bits: an engine fails the whole statement where a sum does not fit 64."""
_FITS = 2_000_000_000
"""An upper half below which the sum of both fits 64 bits, whatever a hundred million lower halves add to it."""
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
            return _joined(f"sum({when(holds, _upper(value))})", f"sum({when(holds, _lower(value))})")
        return f"CASE WHEN {count} > 0 THEN sum({when(holds, f'toFloat({value})')}) / {count} END"
    added = f"(sum({when(holds, _coarse(value))}) / {_SCALE}.0 + sum({when(holds, _fine(value))}))"
    if aggregation == "SUM":
        return f"CASE WHEN {count} > 0 THEN {added} ELSE 0 END"
    return f"CASE WHEN {count} > 0 THEN {added} / {count} END"


def listed(aggregation: str, values: str, kind: str) -> str:
    """The sum or average of a list of known values."""
    if kind != "float" and aggregation == "SUM":
        halves = (f"reduce(ru_s = 0, ru_x IN ru_l | ru_s + {half('ru_x')})" for half in (_upper, _lower))
        return f"[ru_l IN [{values}] | {_joined(*halves)}][0]"
    added = "reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + ru_x)"
    if kind == "float":
        coarse = f"reduce(ru_s = 0, ru_x IN ru_l | ru_s + {_coarse('ru_x')})"
        added = f"({coarse} / {_SCALE}.0 + reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + {_fine('ru_x')}))"
    worked_out, nothing = (added, " ELSE 0") if aggregation == "SUM" else (f"{added} / size(ru_l)", "")
    return f"[ru_l IN [{values}] | CASE WHEN size(ru_l) > 0 THEN {worked_out}{nothing} END][0]"


def _upper(value: str) -> str:
    return f"({value} - {value} % {_HALF}) / {_HALF}"


def _lower(value: str) -> str:
    return f"{value} % {_HALF}"


def _joined(upper: str, lower: str) -> str:
    """The sum of two halves: whole where it fits, else with a fraction's precision."""
    return (
        f"[ru_h IN [[{upper}, {lower}]] | CASE WHEN abs(ru_h[0]) < {_FITS} "
        f"THEN ru_h[0] * {_HALF} + ru_h[1] ELSE ru_h[0] * {_HALF}.0 + ru_h[1] END][0]"
    )


def _coarse(value: str) -> str:
    return f"CASE WHEN abs({value}) < {_LARGEST} THEN {_scaled(value)} ELSE 0 END"


def _fine(value: str) -> str:
    return f"CASE WHEN abs({value}) < {_LARGEST} THEN {value} - {_scaled(value)} / {_SCALE}.0 ELSE {value} END"


def _scaled(value: str) -> str:
    return f"toInteger(round({value} * {_SCALE}))"
