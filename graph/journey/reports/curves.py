"""Completion curves: the share that has completed an objective by days since entry.

Late entrants do not make a curve look slower: an open stay counts only as far as it was observed (Kaplan and Meier 1958).
A stay that ended without completion never will complete, and stays counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.clock import DAY
from graph.journey.decisions.stay import Stay
from graph.journey.reports.visits import Visit

__all__ = ["Curve", "curve"]


@dataclass(frozen=True)
class Curve:
    """The share that has completed an objective, as rising steps of (days since entry, share), over `n` stays.

    A share holds from its step to the next. The last one holds until `seen`, the most days that any stay was observed.
    """

    objective: str
    n: int
    seen: float
    steps: tuple[tuple[float, float], ...]

    def at(self, days: float) -> float:
        """Return the share that has completed it by so many days after entry, 0 to 1."""
        return max((reached for day, reached in self.steps if day <= days), default=0.0)


def curve(objective: str, visits: Iterable[Visit], now: int) -> Curve:
    """Return the curve of one objective over the stays in which it applies, as of `now` (epoch milliseconds).

    Instant completions are at day 0.
    """
    stays = [each.stay for each in visits if objective in each.stay.applicable or objective in each.stay.achieved]
    done = sorted(each.achieved[objective].at - each.entered_at for each in stays if objective in each.achieved)
    watched = sorted(now - each.entered_at for each in stays if each.is_open and objective not in each.achieved)
    last = max((_observed(each, now) for each in stays), default=0)
    return Curve(objective, len(stays), last / DAY, tuple(_steps(done, watched, len(stays))))


def _steps(done: Sequence[int], watched: Sequence[int], n: int) -> Iterable[tuple[float, float]]:
    pending, censored = 1.0, 0
    for before, took in enumerate(done):
        while censored < len(watched) and watched[censored] < took:
            censored += 1
        # At this instant `before` stays have completed it and `censored` ones are no longer observed.
        pending *= 1 - 1 / (n - before - censored)
        if before + 1 == len(done) or done[before + 1] != took:
            yield took / DAY, 1 - pending


def _observed(stay: Stay, now: int) -> int:
    return (now if stay.exited_at is None else stay.exited_at) - stay.entered_at
