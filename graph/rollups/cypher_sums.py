"""Sums and averages in Cypher, which do not depend on the order in which an engine adds.

Of numbers with a fraction, the ten-thousandths are added as whole numbers and the small rest as fractions.
So a thousand times 0.1 is 100. The result is rounded as it leaves (`attributes.rounding`).
"""

from __future__ import annotations

from graph.rollups.cypher_rows import GroupedRows, SubqueryRows, when

__all__ = ["grouped_average", "grouped_sum", "listed_average", "listed_sum"]

_SCALE = 10_000
_HALF = 2**32
"""Whole numbers are added in two halves of 32 bits: an engine fails the whole statement where a sum does not fit 64."""
_FITS = 2_000_000_000
"""An upper half below which the sum of both fits 64 bits, whatever a hundred million lower halves add to it."""
_LARGEST = 100_000_000
"""Numbers from here on are added as they are: nine million below it, times the scale, fit a whole number of 64 bits."""


def grouped_sum(rows: GroupedRows) -> str:
    """Return the sum over grouped rows."""
    if rows.kind != "float":
        upper, lower = (f"sum({when(rows.conditions, half(rows.value))})" for half in (_upper, _lower))
        return _joined(upper, lower)
    return f"CASE WHEN {_count(rows)} > 0 THEN {_added(rows)} ELSE 0 END"


def grouped_average(rows: GroupedRows) -> str:
    """Return the average over grouped rows."""
    as_float = when(rows.conditions, f"toFloat({rows.value})")
    added = _added(rows) if rows.kind == "float" else f"sum({as_float})"
    return f"CASE WHEN {_count(rows)} > 0 THEN {added} / {_count(rows)} END"


def listed_sum(rows: SubqueryRows) -> str:
    """Return the sum over the rows of a subquery."""
    if rows.kind != "float":
        halves = (f"reduce(ru_s = 0, ru_x IN ru_l | ru_s + {half('ru_x')})" for half in (_upper, _lower))
        return f"[ru_l IN [{_listed(rows)}] | {_joined(*halves)}][0]"
    return f"[ru_l IN [{_listed(rows)}] | CASE WHEN size(ru_l) > 0 THEN {_added_in_list()} ELSE 0 END][0]"


def listed_average(rows: SubqueryRows) -> str:
    """Return the average over the rows of a subquery."""
    added = _added_in_list() if rows.kind == "float" else "reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + ru_x)"
    return f"[ru_l IN [{_listed(rows)}] | CASE WHEN size(ru_l) > 0 THEN {added} / size(ru_l) END][0]"


def _count(rows: GroupedRows) -> str:
    return f"count({rows.counted_value})"


def _added(rows: GroupedRows) -> str:
    coarse, fine = (f"sum({when(rows.conditions, part(rows.value))})" for part in (_coarse, _fine))
    return f"({coarse} / {_SCALE}.0 + {fine})"


def _listed(rows: SubqueryRows) -> str:
    return f"COLLECT {{ {rows.rows} {rows.values} }}"


def _added_in_list() -> str:
    coarse = f"reduce(ru_s = 0, ru_x IN ru_l | ru_s + {_coarse('ru_x')})"
    fine = f"reduce(ru_s = 0.0, ru_x IN ru_l | ru_s + {_fine('ru_x')})"
    return f"({coarse} / {_SCALE}.0 + {fine})"


def _upper(value: str) -> str:
    return f"({value} - {value} % {_HALF}) / {_HALF}"


def _lower(value: str) -> str:
    return f"{value} % {_HALF}"


def _joined(upper: str, lower: str) -> str:
    """The sum of two halves: a whole number where it fits 64 bits, else a float."""
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
