"""Reports on stages in the shape of the schema: metrics, previews, signals, advice, charts. Nodes are named by id or key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.graphql.compile.json_values import instant_argument, to_json
from api.graphql.compile.pages import MOST
from graph.attributes.catalogue import load_catalogue
from graph.backtest import backtest
from graph.clock import Clock, from_epoch_ms
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.templates import TEMPLATE, missing, needs
from graph.journey.reports.findings import Finding
from graph.journey.reports.influence import Comparison, Influence
from graph.journey.reports.metrics import ObjectiveMetrics
from graph.journey.reports.previewing import preview
from graph.journey.reports.reporting import REVENUE, StageReport, advise, chart, report, signals
from graph.journey.reports.signals import LateOrganisation, Signal
from graph.journey.reports.silence import Silence
from graph.journey.reports.troubleshooting import troubleshoot
from graph.journey.reports.visits import Period
from graph.times import iso

__all__ = ["REPORTS"]

Given = Mapping[str, Any]
Shaped = dict[str, Any]
_SAMPLE = 5
_BEHIND_A_FINDING = 20


async def _metrics(graph: Graph, clock: Clock, given: Given) -> Shaped:
    period = Period(instant_argument(given, "from"), instant_argument(given, "to"))
    version, segment = given.get("version"), given.get("segment")
    return _stage_report(await report(graph, clock, given["stage"], period=period, version=version, segment=segment))


def _stage_report(found: StageReport) -> Shaped:
    metrics, usual = found.metrics, found.sequences.usual
    influence = {each.objective: each for each in found.influences}
    return {
        "entered": metrics.entered,
        "organisations": metrics.organisations,
        "completed": metrics.completed,
        "exited": metrics.exited,
        "occupants": metrics.occupants,
        "entryRate": metrics.entry_rate,
        "completionRate": metrics.completion_rate,
        "averageDays": metrics.days.average,
        "medianDays": metrics.days.median,
        "p90Days": metrics.days.p90,
        "standing": metrics.standing,
        "usualOrder": None
        if usual is None
        else {"objectives": list(usual.objectives), "n": usual.n, "share": usual.share},
        "objectives": [_objective(each, influence[each.objective]) for each in metrics.objectives],
        "findings": [_finding(each) for each in found.findings],
    }


def _objective(metrics: ObjectiveMetrics, influence: Influence) -> Shaped:
    return {
        "objective": metrics.objective,
        "reached": metrics.reached,
        "eligible": metrics.eligible,
        "instant": metrics.instant,
        "completionRate": metrics.completion_rate,
        "averageHours": metrics.hours.average,
        "medianHours": metrics.hours.median,
        "standing": metrics.standing,
        "lift": _lift(influence.completion),
        "completion": _compared(influence.completion),
        "churn": _compared(influence.churn),
        "byDefinition": influence.by_definition,
    }


def _lift(compared: Comparison) -> float | None:
    """Return the lift, only if both sides are large enough to bound it."""
    return None if compared.low is None else compared.lift


def _compared(compared: Comparison) -> Shaped:
    return {
        "with": compared.completer_n,
        "withRate": compared.completer_rate,
        "without": compared.other_n,
        "withoutRate": compared.other_rate,
        "lift": _lift(compared),
        "low": compared.low,
        "high": compared.high,
        "confidence": compared.confidence,
    }


def _finding(finding: Finding) -> Shaped:
    affected = finding.organisations
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "objective": finding.objective,
        "organisations": len(affected) or None,
        "sample": list(affected[:_BEHIND_A_FINDING]),
    }


async def _preview(graph: Graph, clock: Clock, given: Given) -> Shaped:
    found = await preview(graph, clock, given["stage"], _size(given, "sample", _SAMPLE))
    data = [
        {
            "name": each.name,
            "known": True,  # a criterion that names an unknown attribute does not parse
            "organisationsWithValue": each.organisations_with_value,
            "organisations": each.organisations,
            "lastObservedAt": to_json(each.last_observed_at),
        }
        for each in found.availability
    ]
    return {"wouldEnter": found.would_enter, "sample": list(found.sample), "dataAvailability": data}


async def _backtest(graph: Graph, clock: Clock, given: Given) -> Shaped:
    since, until, first = instant_argument(given, "from"), instant_argument(given, "to"), _size(given, "first", 50)
    found = await backtest(graph, clock, given["stage"], since=since, until=until, entry=given.get("entry"))
    return {
        "from": _instant(found.since),
        "to": _instant(found.until),
        "wouldEnter": found.would_enter,
        "entered": found.entered,
        "both": found.both,
        "completeSince": _instant(found.complete_since),
        "reads": [{"name": each.name, "completeSince": _instant(each.since)} for each in found.inputs],
        "organisations": [
            {
                "organisation": each.organisation,
                "wouldEnterAt": _instant(each.simulated_at),
                "enteredAt": _instant(each.real_at),
                "atOnce": each.matched_at_begin,
            }
            for each in found.organisations[:first]
        ],
    }


def _instant(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)


async def _signals(graph: Graph, clock: Clock, given: Given) -> Shaped:
    first, silenced = _size(given, "first", 20), bool(given.get("silenced"))
    found = await signals(graph, clock, revenue=given.get("revenue") or REVENUE)
    return {
        "organisations": len(found.organisations),
        "revenue": found.revenue,
        "ofUnknownRevenue": found.unknown_revenues,
        "silenced": len(found.silenced),
        "signals": [_signal(each, first, silenced) for each in found.signals if each.late or silenced],
    }


def _signal(signal: Signal, first: int, silenced: bool) -> Shaped:
    listed = (*signal.late, *signal.silenced) if silenced else signal.late
    return {
        "stage": signal.stage,
        "objective": signal.objective,
        "averageDays": signal.average_days,
        "organisations": signal.organisations,
        "revenue": signal.revenue,
        "late": [_late(each) for each in listed[:first]],
        "silenced": len(signal.silenced),
    }


def _late(late: LateOrganisation) -> Shaped:
    return {
        "organisation": late.organisation,
        "daysPending": late.days_pending,
        "averageDays": late.average_days,
        "n": late.n,
        "daysBehind": late.behind,
        "times": late.times,
        "revenue": late.revenue,
        "silence": None if late.silence is None else _silence(late.silence),
    }


def _silence(silence: Silence) -> Shaped:
    at, until = from_epoch_ms(silence.at), from_epoch_ms(silence.until)
    return {**vars(silence), "at": to_json(at), "until": to_json(until)}


async def _advice(graph: Graph, clock: Clock, given: Given) -> list[Shaped]:
    advice = await advise(graph, clock, given["stage"])
    return [
        {"code": each.code, "message": each.message, "field": each.field.split("."), "line": None, "column": None}
        for each in advice
    ]


async def _troubleshoot(graph: Graph, clock: Clock, given: Given) -> list[Shaped]:
    found = await troubleshoot(graph, clock, given["stage"])
    return [{**vars(each), "complaint": each.complaint.upper()} for each in found]


async def _chart(graph: Graph, clock: Clock, given: Given) -> str:
    kind = given.get("kind")
    completion = getattr(kind, "value", kind) == "COMPLETION"
    return await chart(graph, clock, given["stage"], "completion" if completion else "funnel")


async def _templates(graph: Graph, _: Clock, __: Given) -> list[Shaped]:
    known = {each.name for each in (await load_catalogue(graph)).definitions if each.entity == "organisation"}
    return [_template(each, known) for each in TEMPLATE.stages]


def _template(stage: Stage, known: set[str]) -> Shaped:
    lacking = missing(stage, known)
    return {
        "key": stage.key,
        "name": stage.name,
        "description": stage.description,
        "stage": stage_input(stage),
        "objectives": objective_inputs(stage),
        "needs": [
            {"name": each.name, "type": each.type, "says": each.meaning, "known": each not in lacking}
            for each in needs(stage)
        ],
    }


def stage_input(stage: Stage) -> Shaped:
    """Return a stage as `saveStage` takes it."""
    rule, again = stage.exit, stage.reentry
    exit_ = {"mode": rule.mode, "days": rule.days, "criteria": rule.criteria, "completedWhen": rule.completed_when}
    return _present(
        key=stage.key,
        journey=stage.journey,
        name=stage.name,
        description=stage.description,
        position=stage.position,
        entry=stage.entry,
        exit=_present(**exit_),
        reentry=_present(mode=again.mode, days=again.days),
    )


def objective_inputs(stage: Stage) -> list[Shaped]:
    """Return a stage's objectives as `saveObjective` takes them, in order."""
    return [
        _present(
            key=each.key,
            name=each.name,
            kind=each.kind,
            criteria=each.criteria,
            manual=each.manual,
            appliesTo=each.applies_to,
            after=list(each.after) or None,
        )
        for each in stage.objectives
    ]


def _present(**fields: Any) -> Shaped:
    return {name: value for name, value in fields.items() if value is not None}


def _size(given: Given, name: str, default: int) -> int:
    size = given.get(name)
    if size is None:
        return default
    if not 0 <= size <= MOST:
        raise UserMistake("BAD_PAGE", f"`{name}` must be from 0 to {MOST}, not {size}.", name)
    return int(size)


REPORTS = {
    "metrics": _metrics,
    "preview": _preview,
    "backtest": _backtest,
    "signals": _signals,
    "advice": _advice,
    "troubleshoot": _troubleshoot,
    "stageChart": _chart,
    "stageTemplates": _templates,
}
