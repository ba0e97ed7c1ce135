"""Findings: what deserves attention in a stage, in plain words, with the organisations behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.clock import DAY
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.reports.baseline import Baseline, baseline
from graph.journey.reports.influence import LEAST, Comparison, Influence, compare
from graph.journey.reports.metrics import baselines
from graph.journey.reports.visits import Visit

__all__ = ["Finding", "Severity", "findings"]

Severity = Literal["INFO", "WARNING"]

_TIME_ENOUGH = 7 * DAY
"""A stay that began less than this ago had no time to complete anything: it proves nothing about an objective."""
_USUAL = 30 * DAY
"""How long ago the usual state was."""


@dataclass(frozen=True)
class Finding:
    """A finding: a stable code, a message, and the affected organisations in order of their ids."""

    code: str
    severity: Severity
    message: str
    objective: str | None = None
    organisations: tuple[str, ...] = ()


def findings(stage: Stage, visits: Iterable[Visit], influences: Iterable[Influence], now: int) -> list[Finding]:
    """Return every finding about a stage at an instant (epoch milliseconds), over all of its visits. Warnings come first."""
    all_visits = list(visits)
    if not all_visits:
        return [_nobody_enters(stage)] if stage.is_live else []
    found = [*_nothing_completes(stage, all_visits), *_stuck(stage, all_visits, now)]
    for each in stage.objectives:
        found += _objective_findings(each, all_visits, now)
    for influence in influences:
        found += _predictors(stage, influence, all_visits)
    found += _too_small(stage, all_visits)
    return sorted(found, key=lambda one: one.severity == "INFO")


def _nobody_enters(stage: Stage) -> Finding:
    return Finding("NOBODY_ENTERS", "WARNING", f"No organisation has entered {stage.name}. Who enters: {stage.entry}.")


def _nothing_completes(stage: Stage, visits: Sequence[Visit]) -> Iterable[Finding]:
    ended = [each for each in visits if not each.stay.is_open]
    if len(ended) >= LEAST and not any(each.stay.outcome == "COMPLETED" for each in ended):
        message = f"All {len(ended)} stays in {stage.name} that have ended were left without completion."
        yield Finding("NOTHING_COMPLETES", "WARNING", message, organisations=_ids(ended))


def _objective_findings(objective: Objective, visits: Iterable[Visit], now: int) -> Iterable[Finding]:
    having = [each for each in visits if objective.key in each.stay.applicable or objective.key in each.stay.achieved]
    done = [each.stay.achieved[objective.key] for each in having if objective.key in each.stay.achieved]
    had_time = [each for each in having if not each.stay.is_open or now - each.stay.entered_at >= _TIME_ENOUGH]
    if not done and len(had_time) >= LEAST:
        message = (
            f"None of {len(had_time)} stays completed {objective.name}: it may be too hard, or its criterion wrong."
        )
        yield Finding("OBJECTIVE_NEVER_COMPLETED", "WARNING", message, objective.key, _ids(had_time))
    elif len(done) == len(having) >= LEAST and all(each.instant for each in done):
        message = (
            f"All {len(having)} stays had {objective.name} complete at entry: it may be too easy to tell anything."
        )
        yield Finding("OBJECTIVE_ALWAYS_INSTANT", "WARNING", message, objective.key, _ids(having))


# ---------------------------------------------------------------- stuck


def _stuck(stage: Stage, visits: Sequence[Visit], now: int) -> Iterable[Finding]:
    """Find more occupants than a month ago that have stayed for longer than nine in ten completions took."""
    usual = baseline(_durations(visits))
    if not usual.can_judge or usual.p90 is None:
        return
    inside, before = _inside(visits, now), _inside(visits, now - _USUAL)
    late, late_before = (_inside_longer(inside, usual.p90, now), _inside_longer(before, usual.p90, now - _USUAL))
    compared = compare(len(inside), len(late), len(before), len(late_before))
    if compared.is_likelier:
        message = (
            f"{len(late)} of {len(inside)} organisations in {stage.name} have been there for more than {usual.p90 / DAY:.0f} days,"
            f" longer than nine in ten of the {usual.n} that completed it; {_USUAL // DAY} days ago it was"
            f" {len(late_before)} of {len(before)}."
        )
        yield Finding("MORE_STUCK_THAN_USUAL", "WARNING", message, organisations=_ids(late))


def _durations(visits: Iterable[Visit]) -> Iterable[int]:
    for each in visits:
        if each.stay.outcome == "COMPLETED" and each.stay.exited_at is not None:
            yield each.stay.exited_at - each.stay.entered_at


def _inside(visits: Iterable[Visit], at: int) -> list[Visit]:
    return [
        each
        for each in visits
        if each.stay.entered_at <= at and (each.stay.exited_at is None or at < each.stay.exited_at)
    ]


def _inside_longer(visits: Iterable[Visit], than: float, at: int) -> list[Visit]:
    return [each for each in visits if at - each.stay.entered_at > than]


# ---------------------------------------------------------------- predictors


def _predictors(stage: Stage, influence: Influence, visits: Sequence[Visit]) -> Iterable[Finding]:
    objective = stage.objective(influence.objective)
    if objective is None:
        return
    having = _ids(each for each in visits if objective.key in each.stay.achieved)
    lacking = _ids(
        each for each in visits if objective.key in each.stay.applicable and objective.key not in each.stay.achieved
    )
    done, churn = influence.completion, influence.churn
    if done.is_likelier and not influence.by_definition:
        message = _comparison_message(objective, done, f"completed {stage.name}")
        yield Finding("PREDICTS_SUCCESS", "INFO", message, objective.key, having)
    if done.is_rarer and not influence.by_definition:
        message = _comparison_message(objective, done, f"completed {stage.name}")
        yield Finding("PREDICTS_EXIT", "WARNING", message, objective.key, having)
    if churn.is_likelier:
        yield Finding(
            "PREDICTS_CHURN", "WARNING", _comparison_message(objective, churn, "churned"), objective.key, having
        )
    if churn.is_rarer:
        yield Finding(
            "PREDICTS_RETENTION", "INFO", _comparison_message(objective, churn, "churned"), objective.key, lacking
        )


def _comparison_message(objective: Objective, compared: Comparison, what: str) -> str:
    """Return both rates with their n and the interval of their ratio. It says nothing about causes."""
    assert compared.completer_rate is not None, "findings are made of comparisons with an interval"
    assert compared.other_rate is not None, "findings are made of comparisons with an interval"
    return (
        f"Of {compared.completer_n} organisations with {objective.name}, {compared.completer_rate:.0%} {what};"
        f" of {compared.other_n} without it, {compared.other_rate:.0%}"
        f" (the ratio lies between {compared.low:.2f} and {compared.high:.2f})."
    )


# ---------------------------------------------------------------- baselines


def _too_small(stage: Stage, visits: Sequence[Visit]) -> Iterable[Finding]:
    """Find objectives of the current version with too few completions to judge anybody."""
    known = baselines(stage, visits)
    small = {
        each.name: one.n
        for each in stage.objectives
        if each.counts and not (one := known.get((stage.version, each.key), Baseline())).can_judge
    }
    if small:
        counted = ", ".join(f"{name} {n}" for name, n in small.items())
        message = f"Too few completions to judge anybody by yet ({LEAST} are needed): {counted}."
        yield Finding("BASELINE_TOO_SMALL", "INFO", message)


def _ids(visits: Iterable[Visit]) -> tuple[str, ...]:
    return tuple(sorted({each.organisation for each in visits}))
