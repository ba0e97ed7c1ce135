"""Options of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`scale` is organisations, `rounds` how often each way is measured, `warm` seconds of warming up."""

    scale: int
    rounds: int = 3
    warm: float = 45.0
