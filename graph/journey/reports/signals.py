"""Slow completers: organisations pending for more than twice the average, and the revenue at risk.

A signal describes the instant at which it is asked for. It is not stored, so it is never stale. Silences of it are stored.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.clock import DAY
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.reports.baseline import Baseline
from graph.journey.reports.metrics import baselines
from graph.journey.reports.pace import OVERDUE, pending_for
from graph.journey.reports.silence import Silence, Silences
from graph.journey.reports.visits import Visit

__all__ = ["LateOrganisation", "Signal", "Signals", "join", "slow_completers"]


@dataclass(frozen=True)
class LateOrganisation:
    """An organisation that should have completed an objective by now.

    `behind` is how many days it is past the average, which is over `n` completions of its stay's version. `times` is the
    pending time as a multiple of that average; None for an average of zero. `silence` keeps it from asking for attention.
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
    """One objective and the organisations late with it: most revenue first, then longest pending. `silenced` ones are separate."""

    stage: str
    objective: str
    late: tuple[LateOrganisation, ...]
    silenced: tuple[LateOrganisation, ...] = ()

    @property
    def organisations(self) -> int:
        """The number of late organisations that are not silenced."""
        return len(self.late)

    @property
    def revenue(self) -> float:
        """The revenue at risk, over those whose revenue is known."""
        return math.fsum(each.revenue or 0 for each in self.late)

    @property
    def average_days(self) -> float:
        """The average days to completion, of the version that most of the late organisations are in."""
        return Counter(each.average_days for each in self.late or self.silenced).most_common(1)[0][0]


@dataclass(frozen=True)
class Signals:
    """Every signal, most revenue first. Totals count an organisation once, however many objectives it is late with.

    Silenced organisations count only in `silenced`.
    """

    signals: tuple[Signal, ...] = ()

    @property
    def organisations(self) -> frozenset[str]:
        """The organisations late with anything."""
        return frozenset(each.organisation for signal in self.signals for each in signal.late)

    @property
    def silenced(self) -> frozenset[str]:
        """The organisations late with an objective that they are silenced for."""
        return frozenset(each.organisation for signal in self.signals for each in signal.silenced)

    @property
    def revenue(self) -> float:
        """The revenue at risk, once for each organisation."""
        by_organisation = {each.organisation: each.revenue or 0 for signal in self.signals for each in signal.late}
        return math.fsum(by_organisation.values())

    @property
    def unknown_revenues(self) -> int:
        """The number of organisations without a known revenue."""
        by_organisation = {each.organisation: each.revenue for signal in self.signals for each in signal.late}
        return sum(each is None for each in by_organisation.values())


def slow_completers(
    stage: Stage,
    visits: Iterable[Visit],
    now: int,
    *,
    revenue: Mapping[str, float] | None = None,
    silences: Silences | None = None,
    added_at: Mapping[str, int] | None = None,
) -> Signals:
    """Return the signals of one stage at an instant, over all of its visits; none unless it is LIVE.

    `now` and `added_at` are epoch milliseconds. `added_at` is when an objective was added to the stage: it is pending from
    then (J9). `revenue` is by organisation.
    """
    if not stage.is_live:
        return Signals()
    all_visits = list(visits)
    averages, revenues, known, added = baselines(stage, all_visits), revenue or {}, silences or {}, added_at or {}

    def signal(objective: Objective) -> Signal:
        late = (
            _late(each, averages[each.stay.version, objective.key], revenues, now, added.get(objective.key))
            for each in all_visits
            if _is_pending(each, objective.key)
        )
        # An organisation that is merged from several may have several stays. The longest pending one counts (I4).
        ordered = sorted((each for each in late if each is not None), key=lambda each: each.days_pending)
        once = {each.organisation: _add_silence(each, objective.key, known, now) for each in ordered}
        found = sorted(once.values(), key=_rank)
        audible, silenced = [each for each in found if not each.silence], [each for each in found if each.silence]
        return Signal(stage.key, objective.key, tuple(audible), tuple(silenced))

    return join([Signals(tuple(signal(each) for each in stage.objectives if each.counts))])


def join(each: Iterable[Signals]) -> Signals:
    """Return the signals of several stages as one, without those that have no late organisation, silenced or not."""
    signals = [signal for one in each for signal in one.signals if signal.late or signal.silenced]
    return Signals(tuple(sorted(signals, key=lambda one: (-one.revenue, -one.organisations, one.stage, one.objective))))


def _add_silence(late: LateOrganisation, objective: str, silences: Silences, now: int) -> LateOrganisation:
    """Return it with the silence that holds now: its own or that of the whole signal, whichever is longer."""
    both = (silences.get((late.organisation, objective)), silences.get((None, objective)))
    holding = [each for each in both if each is not None and each.until > now]
    return replace(late, silence=max(holding, key=lambda each: each.until, default=None))


def _is_pending(visit: Visit, objective: str) -> bool:
    stay = visit.stay
    return stay.is_open and objective in stay.applicable and objective not in stay.achieved


def _late(
    visit: Visit, against: Baseline, revenue: Mapping[str, float], now: int, added_at: int | None
) -> LateOrganisation | None:
    pending = pending_for(visit.stay, now, added_at=added_at)
    average = against.average
    if average is None or not against.can_judge or not against.over(pending, OVERDUE):
        return None
    return LateOrganisation(
        organisation=visit.organisation,
        days_pending=pending / DAY,
        average_days=float(average / DAY),
        n=against.n,
        behind=float((pending - average) / DAY),
        times=float(pending / average) if average else None,
        revenue=revenue.get(visit.organisation),
    )


def _rank(late: LateOrganisation) -> tuple[float, float, str]:
    return (-(late.revenue or 0), -late.days_pending, late.organisation)
