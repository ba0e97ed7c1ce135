"""How completion grows with the days since entry, without those who came late making it look slower.

Who is inside still has been seen only so long: from there on they say nothing (Kaplan and Meier 1958). Who left without
completion never will complete, and stays counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay
from graph.journey.reports.baseline import DAY
from graph.journey.reports.visits import Visit

__all__ = ["Curve", "curve"]


@dataclass(frozen=True)
class Curve:
    """The share that has completed an objective by so many days after entry: steps as (days, share), rising, over `n` stays.

    It holds from each step to the next, and the last for as long as `seen`, days, which is how long anybody was watched.
    """

    objective: str
    n: int
    seen: float
    steps: tuple[tuple[float, float], ...]

    def at(self, days: float) -> float:
        """The share that has completed it by so many days after entry, 0 to 1."""
        return max((reached for day, reached in self.steps if day <= days), default=0.0)


def curve(objective: str, visits: Iterable[Visit], now: int) -> Curve:
    """The curve of one objective over the stays in which it applies, as seen at an instant; instant completions are at 0."""
    stays = [each.stay for each in visits if objective in each.stay.applicable or objective in each.stay.achieved]
    done = sorted(each.achieved[objective].at - each.entered_at for each in stays if objective in each.achieved)
    watched = sorted(now - each.entered_at for each in stays if each.open and objective not in each.achieved)
    last = max((_seen(each, now) for each in stays), default=0)
    return Curve(objective, len(stays), last / DAY, tuple(_steps(done, watched, len(stays))))


def _steps(done: Sequence[int], watched: Sequence[int], n: int) -> Iterable[tuple[float, float]]:
    pending, gone = 1.0, 0
    for before, took in enumerate(done):
        while gone < len(watched) and watched[gone] < took:
            gone += 1
        # At this instant `before` have completed it and `gone` are no longer watched.
        pending *= 1 - 1 / (n - before - gone)
        if before + 1 == len(done) or done[before + 1] != took:
            yield took / DAY, 1 - pending


def _seen(stay: Stay, now: int) -> int:
    return (now if stay.exited_at is None else stay.exited_at) - stay.entered_at
