"""Slow completers: who has been pending for longer than twice the average, and what revenue hangs on it.

A signal is a picture of the instant it is asked at: nothing of it is stored, so none is ever stale. What people say of it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.journey.definitions.definition import Objective, Stage
from graph.journey.reports.baseline import DAY, Baseline
from graph.journey.reports.metrics import baselines
from graph.journey.reports.pace import OVERDUE, pending_for
from graph.journey.reports.silence import Silence, Silences
from graph.journey.reports.visits import Visit

__all__ = ["Late", "Signal", "Signals", "join", "slow_completers"]


@dataclass(frozen=True)
class Late:
    """An organisation that should have completed an objective by now; `behind` is how many days past the average it is.

    `times` says the same as a multiple of the average, which is over `n` completions of its stay's version. An average of
    nothing has no multiple: None. `silence` is what keeps it from asking for attention now.
    """

    organisation: str
    days_pending: float
    average_days: float
    n: int
    behind: float
    times: float | None
    revenue: float | None
    silence: Silence | None = None


@dataclass(frozen=True)
class Signal:
    """One objective and those late with it: the most revenue first, then the longest pending. Those silenced stand apart."""

    stage: str
    objective: str
    late: tuple[Late, ...]
    silenced: tuple[Late, ...] = ()

    @property
    def organisations(self) -> int:
        """How many are late and not silenced."""
        return len(self.late)

    @property
    def revenue(self) -> float:
        """The revenue at risk, over those whose revenue is known."""
        return math.fsum(each.revenue or 0 for each in self.late)

    @property
    def average_days(self) -> float:
        """How long those who completed it took: the average of the version that most of the late are in."""
        return Counter(each.average_days for each in self.late or self.silenced).most_common(1)[0][0]


@dataclass(frozen=True)
class Signals:
    """Every signal, the most revenue first; totals count an organisation once, however many objectives it is late with.

    Who is silenced counts in none of them but `silenced`.
    """

    signals: tuple[Signal, ...] = ()

    @property
    def organisations(self) -> frozenset[str]:
        """Those late with anything."""
        return frozenset(each.organisation for signal in self.signals for each in signal.late)

    @property
    def silenced(self) -> frozenset[str]:
        """Those late with something that they are silenced for."""
        return frozenset(each.organisation for signal in self.signals for each in signal.silenced)

    @property
    def revenue(self) -> float:
        """The revenue at risk, once for each organisation."""
        once = {each.organisation: each.revenue or 0 for signal in self.signals for each in signal.late}
        return math.fsum(once.values())

    @property
    def of_unknown_revenue(self) -> int:
        """How many of the organisations have no revenue that is known."""
        once = {each.organisation: each.revenue for signal in self.signals for each in signal.late}
        return sum(each is None for each in once.values())


def slow_completers(
    stage: Stage,
    visits: Iterable[Visit],
    now: int,
    *,
    revenue: Mapping[str, float] | None = None,
    silences: Silences | None = None,
    added_at: Mapping[str, int] | None = None,
) -> Signals:
    """The signals of one stage at an instant, over all of its visits. Only LIVE stages give any.

    `added_at` says when an objective was added to the stage, for those that were: they are pending from then (J9).
    """
    if stage.status != "LIVE":
        return Signals()
    asked = list(visits)
    against, money, said, added = baselines(stage, asked), revenue or {}, silences or {}, added_at or {}

    def of(objective: Objective) -> Signal:
        late = (
            _late(each, against[each.stay.version, objective.key], money, now, added.get(objective.key))
            for each in asked
            if _pending(each, objective.key)
        )
        # Of an organisation with several stays, merged as it is from several, the one that waits for longest counts (I4).
        known = sorted((each for each in late if each is not None), key=lambda each: each.days_pending)
        once = {each.organisation: _silenced(each, objective.key, said, now) for each in known}
        found = sorted(once.values(), key=_first)
        loud, silent = [each for each in found if not each.silence], [each for each in found if each.silence]
        return Signal(stage.key, objective.key, tuple(loud), tuple(silent))

    return join([Signals(tuple(of(each) for each in stage.objectives if each.counts))])


def join(each: Iterable[Signals]) -> Signals:
    """The signals of several stages together; those without anybody late, silenced or not, are left out."""
    signals = [signal for one in each for signal in one.signals if signal.late or signal.silenced]
    return Signals(tuple(sorted(signals, key=lambda one: (-one.revenue, -one.organisations, one.stage, one.objective))))


def _silenced(late: Late, objective: str, said: Silences, now: int) -> Late:
    """With what keeps it silent now: of what was said of it and of the whole signal, the one that lasts longer."""
    both = (said.get((late.organisation, objective)), said.get((None, objective)))
    lasting = [each for each in both if each is not None and each.until > now]
    return replace(late, silence=max(lasting, key=lambda each: each.until, default=None))


def _pending(visit: Visit, objective: str) -> bool:
    stay = visit.stay
    return stay.open and objective in stay.applicable and objective not in stay.achieved


def _late(visit: Visit, against: Baseline, revenue: Mapping[str, float], now: int, added_at: int | None) -> Late | None:
    pending = pending_for(visit.stay, now, added_at=added_at)
    average = against.average
    if average is None or not against.judges or not against.over(pending, OVERDUE):
        return None
    return Late(
        organisation=visit.organisation,
        days_pending=pending / DAY,
        average_days=float(average / DAY),
        n=against.n,
        behind=float((pending - average) / DAY),
        times=float(pending / average) if average else None,
        revenue=revenue.get(visit.organisation),
    )


def _first(late: Late) -> tuple[float, float, str]:
    return (-(late.revenue or 0), -late.days_pending, late.organisation)
