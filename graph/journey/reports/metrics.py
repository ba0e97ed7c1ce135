"""What a stage and its objectives amount to: how many, how often, how long, with the number behind each.

A period counts what happened within it: stays that began, and stays that ended, whenever they began. Occupants are those
inside when the period ends. Objectives are counted over the stays that began within it, whenever they were completed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay
from graph.journey.definitions.definition import Stage
from graph.journey.reports.baseline import Baseline, Figures, Standing, baseline
from graph.journey.reports.visits import Period, Visit, chosen

__all__ = ["ObjectiveMetrics", "StageMetrics", "baselines", "measure", "share"]


@dataclass(frozen=True)
class ObjectiveMetrics:
    """One objective over stays: `eligible` had it, `reached` completed it, `instant` of them had it at entry.

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
    """One stage over a period. `entry_rate` is of the organisations that could enter, `completion_rate` of the stays that ended.

    `organisations` counts those that entered, `occupants` those inside; `days` are from entry to exit of completed stays.
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
        """The metrics of one objective; None if the stage has none of that key."""
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
    """The metrics of a stage over its visits, all of them given.

    `could_enter` is how many organisations of the segment might have, those that did among them.
    """
    asked = chosen(visits, version, organisations)
    begun = [each for each in asked if period.holds(each.stay.entered_at)]
    ended = [each.stay for each in asked if period.holds(each.stay.exited_at)]
    completed = [each for each in ended if each.outcome == "COMPLETED"]
    entrants = len({each.organisation for each in begun})
    took = baseline(_took(each) for each in completed)
    stays = [each.stay for each in begun]
    return StageMetrics(
        stage=stage.key,
        entered=len(begun),
        organisations=entrants,
        completed=len(completed),
        exited=len(ended) - len(completed),
        occupants=len({each.organisation for each in asked if _inside(each.stay, period)}),
        entry_rate=share(entrants, could_enter or 0),
        completion_rate=share(len(completed), len(ended)),
        days=took.days(),
        standing=took.standing,
        objectives=tuple(_of_objective(each.key, stays) for each in stage.objectives),
    )


def baselines(stage: Stage, visits: Iterable[Visit]) -> Mapping[tuple[int, str], Baseline]:
    """What completions are held against: by version and objective, over those that were not instant (J11)."""
    by_version: dict[int, list[Stay]] = {}
    for each in visits:
        by_version.setdefault(each.stay.version, []).append(each.stay)
    keys = [each.key for each in stage.objectives]
    return {(version, key): baseline(_times_of(key, stays)) for version, stays in by_version.items() for key in keys}


def share(part: int, whole: int) -> float | None:
    """A part of a whole, 0 to 1; None of nothing."""
    return part / whole if whole else None


def _of_objective(key: str, stays: Sequence[Stay]) -> ObjectiveMetrics:
    eligible = [each for each in stays if key in each.applicable or key in each.achieved]
    reached = [each.achieved[key] for each in eligible if key in each.achieved]
    took = baseline(_times_of(key, eligible))
    return ObjectiveMetrics(
        objective=key,
        eligible=len(eligible),
        reached=len(reached),
        instant=sum(each.instant for each in reached),
        completion_rate=share(len(reached), len(eligible)),
        hours=took.hours(),
        standing=took.standing,
    )


def _times_of(key: str, stays: Iterable[Stay]) -> Iterable[int]:
    """Milliseconds from entry to each completion that was not instant."""
    for each in stays:
        one = each.achieved.get(key)
        if one is not None and not one.instant:
            yield one.at - each.entered_at


def _took(stay: Stay) -> int:
    assert stay.exited_at is not None, "only stays that ended are asked how long they took"
    return stay.exited_at - stay.entered_at


def _inside(stay: Stay, period: Period) -> bool:
    """Whether it had begun and not ended when the period ended."""
    return not period.after(stay.entered_at) and (stay.exited_at is None or period.after(stay.exited_at))
