"""Compare completion and churn with and without an objective, with a confidence interval.

The interval of a ratio of two rates is Katz's on the logarithm (D. Katz, J. Baptista, S. P. Azen and M. C. Pike, Obtaining
confidence intervals for the risk ratio in cohort studies, Biometrics 34, 1978, 469-474). Where a cell is empty, half a
case is added to each, as J. B. S. Haldane did for odds (Annals of Human Genetics 20, 1956).

Many objectives compared at once would find something by luck alone. So the 5 % left to luck are divided among all
comparisons (Bonferroni). Correlation need not be cause and effect.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

from graph.clock import DAY
from graph.journey.decisions.stay import Stay
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.reports.metrics import share
from graph.journey.reports.visits import Visit, latest_visits

__all__ = ["LEAST", "Comparison", "EarlyCompletion", "Influence", "compare", "influences"]

LEAST = 10
"""The organisations needed on either side of a comparison."""
_LUCK = 0.05


@dataclass(frozen=True)
class Comparison:
    """An outcome among organisations that completed an objective and among those that did not.

    `low` and `high` bound the ratio of the two rates at this `confidence`; None with too few organisations.
    """

    completer_n: int
    completer_hits: int
    other_n: int
    other_hits: int
    confidence: float
    low: float | None = None
    high: float | None = None

    @property
    def completer_rate(self) -> float | None:
        """The rate among those that completed it, 0 to 1."""
        return share(self.completer_hits, self.completer_n)

    @property
    def other_rate(self) -> float | None:
        """The rate among those that did not, 0 to 1."""
        return share(self.other_hits, self.other_n)

    @property
    def lift(self) -> float | None:
        """The ratio of the two rates, with the objective over without it; None if it never occurs without it."""
        if not self.completer_n or not self.other_hits:
            return None
        return (self.completer_hits * self.other_n) / (self.completer_n * self.other_hits)

    @property
    def is_likelier(self) -> bool:
        """True if the outcome is likelier with the objective than luck explains."""
        return self.low is not None and self.low > 1

    @property
    def is_rarer(self) -> bool:
        """True if the outcome is rarer with the objective than luck explains."""
        return self.high is not None and self.high < 1


@dataclass(frozen=True)
class Influence:
    """The influence of an objective on completion of its stage and on churn. Each organisation counts once.

    `by_definition`: the exit rule itself ties completion to the objective, so the rates only repeat the rule.
    """

    objective: str
    completion: Comparison
    churn: Comparison
    by_definition: bool


@dataclass(frozen=True)
class EarlyCompletion:
    """Completion within `days` of entry, over stays that lasted so long by `now` (epoch milliseconds).

    A longer stay has more time to complete anything. So all stays are compared over the same days.
    """

    days: int
    now: int

    def has_lasted(self, stay: Stay) -> bool:
        """Return whether the stay lasted so long."""
        return (self.now if stay.exited_at is None else stay.exited_at) - stay.entered_at >= self.days * DAY

    def is_done(self, objective: str, stay: Stay) -> bool:
        """Return whether the objective was completed in those days."""
        one = stay.achieved.get(objective)
        return one is not None and one.at - stay.entered_at <= self.days * DAY


def influences(
    stage: Stage, visits: Iterable[Visit], churned: Collection[str], *, early: EarlyCompletion | None = None
) -> tuple[Influence, ...]:
    """Return the influence of every objective of a stage, markers too. Give `churned` as a set of ids.

    The last stay of each organisation in which the objective applies counts. For completion it must have ended; for churn it
    may be open. A pending objective counts as not completed. With `early`, so does one completed later.
    """
    lasting_visits = [each for each in visits if early is None or early.has_lasted(each.stay)]
    done = _ever if early is None else early.is_done
    found = []
    for each in stage.objectives:
        having = latest_visits(
            one for one in lasting_visits if each.key in one.stay.applicable or each.key in one.stay.achieved
        )
        ended = [one for one in having if not one.stay.is_open]
        sides = partial(_sides, partial(done, each.key))
        completion = sides(ended, lambda one: one.stay.outcome == "COMPLETED")
        churn = sides(having, lambda one: one.organisation in churned)
        found.append((each, completion, churn))
    comparable = [one for each, *both in found for one in both[_by_definition(stage, each) :] if _enough(*one)]
    luck = _LUCK / max(1, len(comparable))
    return tuple(
        Influence(each.key, compare(*completion, luck=luck), compare(*churn, luck=luck), _by_definition(stage, each))
        for each, completion, churn in found
    )


def compare(completer_n: int, completer_hits: int, other_n: int, other_hits: int, *, luck: float = _LUCK) -> Comparison:
    """Compare two rates. `luck` is how often the interval may miss the truth. Fewer than `LEAST` on a side give no interval."""
    plain = Comparison(completer_n, completer_hits, other_n, other_hits, 1 - luck)
    if not _enough(completer_n, completer_hits, other_n, other_hits):
        return plain
    low, high = _katz(completer_hits, completer_n, other_hits, other_n, NormalDist().inv_cdf(1 - luck / 2))
    return Comparison(completer_n, completer_hits, other_n, other_hits, 1 - luck, low, high)


def _enough(completer_n: int, completer_hits: int, other_n: int, other_hits: int) -> bool:
    """Return whether both sides are large enough, and the outcome occurred for some and not for all."""
    return min(completer_n, other_n) >= LEAST and 0 < completer_hits + other_hits < completer_n + other_n


def _katz(a: float, n: float, b: float, m: float, z: float) -> tuple[float, float]:
    if not (0 < a < n and 0 < b < m):
        a, n, b, m = a + 0.5, n + 1, b + 0.5, m + 1
    middle = math.log(a / n) - math.log(b / m)
    reach = z * math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    return math.exp(middle - reach), math.exp(middle + reach)


def _sides(
    done: Callable[[Stay], bool], visits: Sequence[Visit], hit: Callable[[Visit], bool]
) -> tuple[int, int, int, int]:
    """Count the visits and the hits among them, with the objective and without it."""
    having = [each for each in visits if done(each.stay)]
    lacking = [each for each in visits if not done(each.stay)]
    return len(having), sum(map(hit, having)), len(lacking), sum(map(hit, lacking))


def _ever(objective: str, stay: Stay) -> bool:
    return objective in stay.achieved


def _by_definition(stage: Stage, objective: Objective) -> bool:
    """Return whether no stay completes the stage without the objective (J5, J6), or every stay does."""
    return stage.exit.fixes_completion(counts=objective.counts)
