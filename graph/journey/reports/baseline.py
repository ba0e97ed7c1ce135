"""Baselines: how long completions take, always with the number behind it (J11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from graph.clock import DAY

__all__ = ["HOUR", "Baseline", "Figures", "Standing", "baseline", "standing"]

HOUR = 3_600_000
"""Milliseconds."""

Standing = Literal["TOO_SMALL", "EARLY", "USABLE", "SOLID"]
"""How much figures can bear. Under 10 completions nobody is judged; from 50 averages are usable, from 200 solid."""

_LEAST: tuple[tuple[int, Standing], ...] = ((200, "SOLID"), (50, "USABLE"), (10, "EARLY"))


def standing(n: int) -> Standing:
    """Return how much figures over `n` completions can bear."""
    return next((name for least, name in _LEAST if n >= least), "TOO_SMALL")


@dataclass(frozen=True)
class Figures:
    """Average, median and percentiles in one unit, over `n` completions; all None without any."""

    n: int
    average: float | None
    median: float | None
    p25: float | None
    p75: float | None
    p90: float | None


@dataclass(frozen=True)
class Baseline:
    """The durations of `n` completions, in milliseconds. `total` is their exact sum; percentiles interpolate."""

    n: int = 0
    total: int = 0
    p25: float | None = None
    median: float | None = None
    p75: float | None = None
    p90: float | None = None

    @property
    def standing(self) -> Standing:
        """The standing of its figures."""
        return standing(self.n)

    @property
    def can_judge(self) -> bool:
        """True if it judges organisations: from ten completions on (J11)."""
        return self.standing != "TOO_SMALL"

    @property
    def average(self) -> Fraction | None:
        """The exact average, in milliseconds."""
        return Fraction(self.total, self.n) if self.n else None

    def under(self, elapsed: int, factor: Fraction) -> bool:
        """Return whether `elapsed` milliseconds are less than `factor` times the average. Exact; false without an average."""
        return self.n > 0 and elapsed * self.n * factor.denominator < factor.numerator * self.total

    def over(self, elapsed: int, factor: Fraction) -> bool:
        """Return whether `elapsed` milliseconds are more than `factor` times the average. Exact; false without an average."""
        return self.n > 0 and elapsed * self.n * factor.denominator > factor.numerator * self.total

    def hours(self) -> Figures:
        """Return the figures in hours."""
        return self._in(HOUR)

    def days(self) -> Figures:
        """Return the figures in days."""
        return self._in(DAY)

    def _in(self, unit: int) -> Figures:
        figures = (self.average, self.median, self.p25, self.p75, self.p90)
        return Figures(self.n, *(None if each is None else float(each) / unit for each in figures))


def baseline(durations: Iterable[int]) -> Baseline:
    """Return the baseline over completions that took these milliseconds."""
    known = sorted(durations)
    if not known:
        return Baseline()
    shares = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
    return Baseline(len(known), sum(known), *(_percentile(known, share) for share in shares))


def _percentile(known: Sequence[int], share: Fraction) -> float:
    """Interpolate between the two nearest ranks (the seventh definition of Hyndman and Fan, used by spreadsheets)."""
    place = share * (len(known) - 1)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return float(known[below] + (place - below) * (known[above] - known[below]))
