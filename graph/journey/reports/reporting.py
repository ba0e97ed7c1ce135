"""Reports on stages, read from the graph: metrics, findings, signals, advice and charts over the present stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import queries
from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.clock import epoch_ms
from graph.criteria import CriteriaError, Criterion, parse
from graph.criteria.mentions import attributes
from graph.criteria.tree import clauses
from graph.errors import UserMistake
from graph.journey.decisions.cypher import counting_statement, matching_statement, worth_statement
from graph.journey.decisions.rows import stay_from
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.generated import object_name
from graph.journey.definitions.linting import Advice, LintContext, lint
from graph.journey.definitions.stored import Library, load_library
from graph.journey.reports.charts import completion_curves, funnel
from graph.journey.reports.findings import Finding, findings
from graph.journey.reports.influence import Influence, influences
from graph.journey.reports.metrics import StageMetrics, measure
from graph.journey.reports.sequences import Sequences, sequences
from graph.journey.reports.signals import Signal, Signals, join, slow_completers
from graph.journey.reports.silence import Silence, Silences, longest_silences
from graph.journey.reports.visits import Period, Visit, latest_visits

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["Chart", "StageReport", "advise", "chart", "matching_ids", "report", "signal_of", "signals", "visits_of"]

Chart = Literal["funnel", "completion"]
REVENUE = "arr"
"""The attribute with the revenue of an organisation, unless another is named."""


@dataclass(frozen=True)
class StageReport:
    """A report on a stage at an instant (epoch milliseconds)."""

    stage: Stage
    now: int
    visits: tuple[Visit, ...]
    metrics: StageMetrics
    sequences: Sequences
    influences: tuple[Influence, ...]
    findings: tuple[Finding, ...]


async def report(
    graph: Graph,
    clock: Clock,
    stage: str,
    *,
    period: Period = Period(),  # noqa: B008 - a value that never changes
    version: int | None = None,
    segment: str | None = None,
) -> StageReport:
    """Report on a stage over a period, under a version, in a segment (a criterion about organisations). Raises UserMistake."""
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    known, now = library.known_stage(stage), epoch_ms(clock.now())
    visits = await visits_of(graph, stage)
    inside = None if segment is None else frozenset(await matching_ids(graph, segment, catalogue, now))
    could_enter = len(inside) if inside is not None else await _how_many(graph)
    metrics = measure(known, visits, period=period, version=version, organisations=inside, could_enter=could_enter)
    influence = influences(known, visits, await _churned(graph, catalogue))
    return StageReport(
        known,
        now,
        visits,
        metrics,
        sequences(known, visits),
        influence,
        tuple(findings(known, visits, influence, now)),
    )


async def signals(graph: Graph, clock: Clock, *, revenue: str = REVENUE) -> Signals:
    """Return the signals of all live stages. `revenue` names the attribute of organisations for the revenue at risk.

    Raises UserMistake for an attribute that is not a number.
    """
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    revenues = await _revenues(graph, revenue, catalogue)
    now = epoch_ms(clock.now())
    known_silences = await _silences(graph, now)
    live = [each for each in library.stages if each.is_live]
    return join(
        [
            slow_completers(each, await visits_of(graph, each.key), now, revenue=revenues, silences=known_silences)
            for each in live
        ]
    )


async def signal_of(graph: Graph, clock: Clock, objective: str) -> Signal:
    """Return the signal of one objective, without revenue; an empty one unless its stage is live. Raises UserMistake."""
    stage, now = (await load_library(graph)).known_stage_of(objective), epoch_ms(clock.now())
    found = slow_completers(stage, await visits_of(graph, stage.key), now, silences=await _silences(graph, now))
    nobody = Signal(stage.key, objective, ())
    return next((each for each in found.signals if each.objective == objective), nobody)


async def _silences(graph: Graph, now: int) -> Silences:
    rows = await graph.query(queries.text("journey/silences"), {"now": now})
    return longest_silences(
        (row["organisation"], row["objective"], Silence(row["kind"], row["at"], row["until"], row["by"], row["note"]))
        for row in rows
    )


async def advise(graph: Graph, clock: Clock, stage: str) -> list[Advice]:
    """Return the advice on a stage. Raises UserMistake."""
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    known = library.known_stage(stage)
    holding = await _holding(graph, known, catalogue, epoch_ms(clock.now()))
    left = {key: _left_incomplete(await visits_of(graph, key)) for key in _named_stages(known, library, catalogue)}
    return lint(known, LintContext(catalogue, library.stages, holding, left))


async def chart(graph: Graph, clock: Clock, stage: str, kind: Chart) -> str:
    """Return a chart of a stage as SVG: its funnel, or its completion curves. Raises UserMistake."""
    found = await report(graph, clock, stage)
    if kind == "funnel":
        return funnel(found.stage, found.metrics)
    return completion_curves(found.stage, found.visits, found.now)


async def visits_of(graph: Graph, stage: str) -> tuple[Visit, ...]:
    """Return every stay in a stage, by the stage's key."""
    rows = await graph.query(queries.text("journey/visits"), {"stage": stage})
    return tuple(Visit(row["organisation"], stay_from(row["stay"])) for row in rows)


async def matching_ids(graph: Graph, criteria: str, catalogue: Catalogue, now: int) -> list[str]:
    """Return the ids of matching organisations. `now` is epoch milliseconds. Raises CriteriaError."""
    statement = matching_statement(parse(criteria, subject="organisation", catalogue=catalogue))
    rows = await graph.query(statement.text, {**statement.parameters, "now": now})
    ids: list[str] = rows[0]["ids"]
    return ids


async def _holding(graph: Graph, stage: Stage, catalogue: Catalogue, now: int) -> Mapping[str, tuple[int, int]]:
    """Return for each objective how many organisations its criterion matches, and how many there are."""
    read = {each.key: _read(each.criteria, catalogue) for each in stage.objectives}
    criteria = {key: criterion for key, criterion in read.items() if criterion is not None}
    if not criteria:
        return {}
    every, statement = await _how_many(graph), counting_statement([*criteria.values()])
    row = (await graph.query(statement.text, {**statement.parameters, "now": now}))[0]
    return {key: (row[f"n{i}"], every) for i, key in enumerate(criteria)}


def _named_stages(stage: Stage, library: Library, catalogue: Catalogue) -> list[str]:
    """Return the stages that the entry names. Only their stays are worth reading: of no other can it leave anybody behind."""
    entry = _read(stage.entry, catalogue)
    if entry is None:
        return []
    named = {each.definition.name for clause in clauses(entry.root) for each in attributes(clause)}
    others = [each.key for each in library.stages if each.key != stage.key]
    return [key for key in others if any(name.endswith(object_name(key, "stage")) for name in named)]


def _read(text: str | None, catalogue: Catalogue) -> Criterion | None:
    """Parse a criterion; None without one, or if it no longer parses. `checking` reports that."""
    try:
        return None if text is None else parse(text, subject="organisation", catalogue=catalogue)
    except CriteriaError:
        return None


async def _how_many(graph: Graph) -> int:
    return int((await graph.query(queries.text("journey/organisations"), {}))[0]["organisations"])


async def _churned(graph: Graph, catalogue: Catalogue) -> frozenset[str]:
    """Return the organisations whose attribute `churned` is true; none without such an attribute."""
    known = catalogue.find("organisation", "churned")
    if known is None or known.type != "boolean":
        return frozenset()
    return frozenset(await matching_ids(graph, "churned = true", catalogue, 0))


async def _revenues(graph: Graph, name: str, catalogue: Catalogue) -> Mapping[str, float]:
    known = catalogue.find("organisation", name)
    if known is None and name == REVENUE:
        return {}
    if known is None or known.type not in ("integer", "float"):
        reason = "is no number" if known is not None else "is not known"
        raise UserMistake("UNKNOWN_ATTRIBUTE", f"organisations' attribute {name!r} {reason}", "revenue")
    statement = worth_statement(known.property)
    return {row["id"]: row["worth"] for row in await graph.query(statement.text, statement.parameters)}


def _left_incomplete(visits: tuple[Visit, ...]) -> int:
    """Return for how many organisations the last stay ended without completion."""
    return sum(each.stay.outcome == "EXITED" for each in latest_visits(visits))
