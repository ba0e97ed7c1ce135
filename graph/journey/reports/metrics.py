"""Metrics of a stage and its objectives: counts, rates and durations, with the number behind each.

A period counts the stays that began within it, and the stays that ended within it, whenever they began. Occupants are those
inside at its end. Objectives are counted over the stays that began within it, whenever they were completed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay
from graph.journey.definitions.definition import Stage
from graph.journey.reports.baseline import Baseline, Figures, Standing, baseline
from graph.journey.reports.visits import Period, Visit, filter_visits

__all__ = ["ObjectiveMetrics", "StageMetrics", "baselines", "measure", "share"]


@dataclass(frozen=True)
class ObjectiveMetrics:
    """One objective over stays: `eligible` ones, those that `reached` it, and `instant` completions at entry.

    `hours` are from entry to completion, over those that were not instant.
    """

    objective: str
    eligible: int
    reached: int
    instant: int
    completion_rate: float | None
    hours: Figures
    standing: Standing


@dataclass(frozen=True)
class StageMetrics:
    """One stage over a period.

    `organisations` counts those that entered, `occupants` those inside. `entry_rate` is the share of those that could enter.
    `completion_rate` is the share of the stays that ended. `days` are from entry to exit of completed stays.
    """

    stage: str
    entered: int
    organisations: int
    completed: int
    exited: int
    occupants: int
    entry_rate: float | None
    completion_rate: float | None
    days: Figures
    standing: Standing
    objectives: tuple[ObjectiveMetrics, ...]

    def objective(self, key: str) -> ObjectiveMetrics | None:
        """Return the metrics of one objective; None if the stage has none of that key."""
        return next((each for each in self.objectives if each.objective == key), None)


def measure(
    stage: Stage,
    visits: Iterable[Visit],
    *,
    period: Period = Period(),  # noqa: B008 - a value that never changes
    version: int | None = None,
    organisations: Collection[str] | None = None,
    could_enter: int | None = None,
) -> StageMetrics:
    """Return the metrics of a stage. Give all of its visits.

    `organisations` is the segment. `could_enter` is how many of its organisations could have entered, entrants included.
    """
    selected = filter_visits(visits, version, organisations)
    begun = [each for each in selected if period.holds(each.stay.entered_at)]
    ended = [each.stay for each in selected if period.holds(each.stay.exited_at)]
    completed = [each for each in ended if each.outcome == "COMPLETED"]
    entrants = len({each.organisation for each in begun})
    durations = baseline(_duration(each) for each in completed)
    stays = [each.stay for each in begun]
    return StageMetrics(
        stage=stage.key,
        entered=len(begun),
        organisations=entrants,
        completed=len(completed),
        exited=len(ended) - len(completed),
        occupants=len({each.organisation for each in selected if _inside(each.stay, period)}),
        entry_rate=share(entrants, could_enter or 0),
        completion_rate=share(len(completed), len(ended)),
        days=durations.days(),
        standing=durations.standing,
        objectives=tuple(_objective_metrics(each.key, stays) for each in stage.objectives),
    )


def baselines(stage: Stage, visits: Iterable[Visit]) -> Mapping[tuple[int, str], Baseline]:
    """Return the baselines by version and objective, over completions that were not instant (J11)."""
    by_version: dict[int, list[Stay]] = {}
    for each in visits:
        by_version.setdefault(each.stay.version, []).append(each.stay)
    keys = [each.key for each in stage.objectives]
    return {(version, key): baseline(_durations(key, stays)) for version, stays in by_version.items() for key in keys}


def share(part: int, whole: int) -> float | None:
    """Return a part as a share of a whole, 0 to 1; None for an empty whole."""
    return part / whole if whole else None


def _objective_metrics(key: str, stays: Sequence[Stay]) -> ObjectiveMetrics:
    eligible = [each for each in stays if key in each.applicable or key in each.achieved]
    reached = [each.achieved[key] for each in eligible if key in each.achieved]
    durations = baseline(_durations(key, eligible))
    return ObjectiveMetrics(
        objective=key,
        eligible=len(eligible),
        reached=len(reached),
        instant=sum(each.instant for each in reached),
        completion_rate=share(len(reached), len(eligible)),
        hours=durations.hours(),
        standing=durations.standing,
    )


def _durations(key: str, stays: Iterable[Stay]) -> Iterable[int]:
    """Milliseconds from entry to each completion that was not instant."""
    for each in stays:
        one = each.achieved.get(key)
        if one is not None and not one.instant:
            yield one.at - each.entered_at


def _duration(stay: Stay) -> int:
    assert stay.exited_at is not None, "only stays that ended have a duration"
    return stay.exited_at - stay.entered_at


def _inside(stay: Stay, period: Period) -> bool:
    """Return whether a stay had begun and not ended when the period ended."""
    return not period.after(stay.entered_at) and (stay.exited_at is None or period.after(stay.exited_at))
