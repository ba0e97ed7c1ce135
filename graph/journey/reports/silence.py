"""Silences: what people say of somebody late, so that it asks for attention no more until it should again.

A silence ends by itself: at its instant, with the stay, with the objective. Nothing has to run for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Silence", "Silences", "silences"]

Kind = Literal["ACKNOWLEDGED", "SNOOZED"]


@dataclass(frozen=True)
class Silence:
    """From `at` until just before `until` (epoch milliseconds) nobody is asked to look; `by` whom, with what `note`."""

    kind: Kind
    at: int
    until: int
    by: str | None = None
    note: str | None = None


Silences = Mapping[tuple[str | None, str], Silence]
"""By organisation and objective; without an organisation, of the whole signal, whoever is late with it."""


def silences(told: Iterable[tuple[str | None, str, Silence]]) -> Silences:
    """What was told of each; where organisations that were merged bring several, the one that lasts longest (I4)."""
    return {
        (organisation, objective): one for organisation, objective, one in sorted(told, key=lambda each: each[2].until)
    }
