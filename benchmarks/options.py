"""What a run may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`scale` is organisations, `rounds` how often each way is measured, `warm` seconds before anything counts."""

    scale: int
    rounds: int = 3
    warm: float = 45.0
