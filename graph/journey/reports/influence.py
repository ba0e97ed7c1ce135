"""Whether who completes an objective fares otherwise: rates with and without it, and how far luck may reach.

The interval of a ratio of two rates is Katz's on the logarithm (D. Katz, J. Baptista, S. P. Azen and M. C. Pike, Obtaining
confidence intervals for the risk ratio in cohort studies, Biometrics 34, 1978, 469-474); where a cell is empty, half a
case is added to each, as J. B. S. Haldane did for odds (Annals of Human Genetics 20, 1956). Many objectives asked at once would find something by luck
alone, so the 5 % that luck may have is divided among all that can be told (Bonferroni). What goes together need not be
cause and effect.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

from graph.journey.decisions.stay import Stay
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.reports.baseline import DAY
from graph.journey.reports.metrics import share
from graph.journey.reports.visits import Visit, latest

__all__ = ["LEAST", "Comparison", "Early", "Influence", "compare", "influences"]

LEAST = 10
"""How many organisations there must be on either side before anything is told."""
_LUCK = 0.05


@dataclass(frozen=True)
class Comparison:
    """An outcome among `with_n` that completed an objective and `without_n` that did not.

    `low` and `high` bound the ratio of the two rates at this `confidence`; None where there is nothing to tell.
    """

    with_n: int
    with_hits: int
    without_n: int
    without_hits: int
    confidence: float
    low: float | None = None
    high: float | None = None

    @property
    def with_rate(self) -> float | None:
        """The rate among those that completed it, 0 to 1."""
        return share(self.with_hits, self.with_n)

    @property
    def without_rate(self) -> float | None:
        """The rate among those that did not, 0 to 1."""
        return share(self.without_hits, self.without_n)

    @property
    def lift(self) -> float | None:
        """How many times as likely the outcome is with the objective; None where it never comes without."""
        if not self.with_n or not self.without_hits:
            return None
        return (self.with_hits * self.without_n) / (self.with_n * self.without_hits)

    @property
    def likelier(self) -> bool:
        """Whether the outcome is likelier with it than luck explains."""
        return self.low is not None and self.low > 1

    @property
    def rarer(self) -> bool:
        """Whether the outcome is rarer with it than luck explains."""
        return self.high is not None and self.high < 1


@dataclass(frozen=True)
class Influence:
    """An objective against completion of its stage and against churn. Each organisation counts once.

    `by_definition`: completing the stage takes the objective, so that the rates say only what the rule says.
    """

    objective: str
    completion: Comparison
    churn: Comparison
    by_definition: bool


@dataclass(frozen=True)
class Early:
    """Completion within `days` of entry, over stays that lasted so long as seen at `now` (epoch milliseconds).

    Who had more time had more time to complete anything: so all are held to the same.
    """

    days: int
    now: int

    def lasted(self, stay: Stay) -> bool:
        """Whether the stay lasted so long."""
        return (self.now if stay.exited_at is None else stay.exited_at) - stay.entered_at >= self.days * DAY

    def done(self, objective: str, stay: Stay) -> bool:
        """Whether the objective was completed by then."""
        one = stay.achieved.get(objective)
        return one is not None and one.at - stay.entered_at <= self.days * DAY


def influences(
    stage: Stage, visits: Iterable[Visit], churned: Collection[str], *, early: Early | None = None
) -> tuple[Influence, ...]:
    """The influence of every objective of a stage, markers too; `churned` is best given as a set.

    Each organisation's last stay in which the objective applies counts: for completion only if it has ended, for churn also
    while it lasts. What is pending counts as without, and with `early` what was completed later does too.
    """
    asked = [each for each in visits if early is None or early.lasted(each.stay)]
    done = _ever if early is None else early.done
    found = []
    for each in stage.objectives:
        having = latest(one for one in asked if each.key in one.stay.applicable or each.key in one.stay.achieved)
        ended = [one for one in having if not one.stay.open]
        sides = partial(_sides, partial(done, each.key))
        completion = sides(ended, lambda one: one.stay.outcome == "COMPLETED")
        churn = sides(having, lambda one: one.organisation in churned)
        found.append((each, completion, churn))
    told = [one for each, *both in found for one in both[_by_definition(stage, each) :] if _enough(*one)]
    luck = _LUCK / max(1, len(told))
    return tuple(
        Influence(each.key, compare(*completion, luck=luck), compare(*churn, luck=luck), _by_definition(stage, each))
        for each, completion, churn in found
    )


def compare(with_n: int, with_hits: int, without_n: int, without_hits: int, *, luck: float = _LUCK) -> Comparison:
    """Two rates compared; `luck` is how often the interval may miss the truth. Under `LEAST` on a side it tells nothing."""
    plain = Comparison(with_n, with_hits, without_n, without_hits, 1 - luck)
    if not _enough(with_n, with_hits, without_n, without_hits):
        return plain
    low, high = _katz(with_hits, with_n, without_hits, without_n, NormalDist().inv_cdf(1 - luck / 2))
    return Comparison(with_n, with_hits, without_n, without_hits, 1 - luck, low, high)


def _enough(with_n: int, with_hits: int, without_n: int, without_hits: int) -> bool:
    """Enough on both sides, and an outcome that came for some and not for all."""
    return min(with_n, without_n) >= LEAST and 0 < with_hits + without_hits < with_n + without_n


def _katz(a: float, n: float, b: float, m: float, z: float) -> tuple[float, float]:
    if not (0 < a < n and 0 < b < m):
        a, n, b, m = a + 0.5, n + 1, b + 0.5, m + 1
    middle = math.log(a / n) - math.log(b / m)
    reach = z * math.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    return math.exp(middle - reach), math.exp(middle + reach)


def _sides(
    done: Callable[[Stay], bool], visits: Sequence[Visit], hit: Callable[[Visit], bool]
) -> tuple[int, int, int, int]:
    """How many, and how many of them were hit, with and without the objective."""
    having = [each for each in visits if done(each.stay)]
    lacking = [each for each in visits if not done(each.stay)]
    return len(having), sum(map(hit, having)), len(lacking), sum(map(hit, lacking))


def _ever(objective: str, stay: Stay) -> bool:
    return objective in stay.achieved


def _by_definition(stage: Stage, objective: Objective) -> bool:
    """Whether no stay completes the stage without the objective (J5, J6), or every one does."""
    return stage.exit.fixes_completion(counts=objective.counts)
