"""Rounds computed numbers: 0.1, 0.2 and 12 make 12.3 on every engine and in any order (R3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

__all__ = ["mean", "rounded", "total"]


def rounded(value: Any) -> Any:
    """Return a computed float with 15 significant digits; None where it is not finite. Other values stay as they are.

    Zero has no sign.
    """
    if type(value) is not float:
        return value
    return float(f"{value:.15g}") + 0.0 if math.isfinite(value) else None


def total(values: Sequence[float]) -> Any:
    """Return the rounded sum of numbers. It stays a whole number as long as 64 bits hold it."""
    if any(type(each) is float for each in values):
        return rounded(_added(values))
    added = sum(values)
    return added if -(2**63) <= added < 2**63 else rounded(float(added))


def mean(values: Sequence[float]) -> Any:
    """Return the rounded mean of numbers; None for none."""
    return rounded(_added(values) / len(values)) if values else None


def _added(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf
