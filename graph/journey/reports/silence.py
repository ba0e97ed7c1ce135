"""Silences: what people record about a late organisation, so that it asks for no attention for a while.

A silence ends by itself: at its instant, with the stay, or with the objective. No job has to run for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Silence", "SilenceKind", "Silences", "longest_silences"]

SilenceKind = Literal["ACKNOWLEDGED", "SNOOZED"]


@dataclass(frozen=True)
class Silence:
    """A silence from `at` until just before `until` (epoch milliseconds), recorded by `by` with a `note`."""

    kind: SilenceKind
    at: int
    until: int
    by: str | None = None
    note: str | None = None


Silences = Mapping[tuple[str | None, str], Silence]
"""By organisation and objective. Without an organisation it silences the whole signal of the objective."""


def longest_silences(recorded: Iterable[tuple[str | None, str, Silence]]) -> Silences:
    """Return one silence for each organisation and objective: of several, after a merge, the longest (I4)."""
    return {
        (organisation, objective): one
        for organisation, objective, one in sorted(recorded, key=lambda each: each[2].until)
    }
