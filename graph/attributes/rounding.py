"""Numbers as they leave: 0.1 and 0.2 and 12 are 12.3 together, whichever engine added them and in whichever order (R3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["mean", "rounded", "total"]


def rounded(value: Any) -> Any:
    """A worked out number with 15 significant digits, None where it is none or infinite; whole numbers and all else as they are.

    Zero leaves without a sign.
    """
    if type(value) is not float:
        return value
    return float(f"{value:.15g}") + 0.0 if math.isfinite(value) else None


def total(values: Sequence[float]) -> Any:
    """The sum of numbers as it leaves; whole numbers stay whole, as long as 64 bits hold them."""
    if any(type(each) is float for each in values):
        return rounded(_added(values))
    added = sum(values)
    return added if -(2**63) <= added < 2**63 else rounded(float(added))


def mean(values: Sequence[float]) -> Any:
    """The average of numbers as it leaves, None of none."""
    return rounded(_added(values) / len(values)) if values else None


def _added(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf
