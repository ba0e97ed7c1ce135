"""Pace: how fast one organisation completes one objective, compared with the average of its version (J11)."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from graph.journey.decisions.stay import Stay
from graph.journey.reports.baseline import Baseline

__all__ = ["OVERDUE", "Pace", "pace", "pending_for"]

Pace = Literal["FASTER", "TYPICAL", "SLOWER", "COMPLETED_TOO_FEW_TO_TELL", "PENDING", "OVERDUE"]

_FASTER = Fraction(3, 4)
_SLOWER = Fraction(3, 2)
OVERDUE = Fraction(2)
"""The multiple of the average after which a pending objective is overdue."""


def pace(objective: str, stay: Stay, against: Baseline, now: int, *, added_at: int | None = None) -> Pace | None:
    """Return the pace of an objective in a stay at an instant; None if it does not apply.

    `against` is the baseline of the stay's own version. `added_at` is when the objective was added to the stage: it is
    pending from then (J9). A closed stay is judged as of its end. Instants are epoch milliseconds.
    """
    done = stay.achieved.get(objective)
    if done is not None:
        return _completed_pace(done.at - stay.entered_at, against)
    if objective not in stay.applicable:
        return None
    late = against.can_judge and against.over(pending_for(stay, now, added_at=added_at), OVERDUE)
    return "OVERDUE" if late else "PENDING"


def pending_for(stay: Stay, now: int, *, added_at: int | None = None) -> int:
    """Return for how many milliseconds an objective of the stay is pending, or was when the stay ended."""
    until = now if stay.exited_at is None else min(now, stay.exited_at)
    return max(0, until - max(stay.entered_at, added_at or stay.entered_at))


def _completed_pace(took: int, against: Baseline) -> Pace:
    if not against.can_judge:
        return "COMPLETED_TOO_FEW_TO_TELL"
    if against.under(took, _FASTER):
        return "FASTER"
    return "SLOWER" if against.over(took, _SLOWER) else "TYPICAL"
