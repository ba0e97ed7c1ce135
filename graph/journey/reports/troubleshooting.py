"""Troubleshooting: checks of what keeps a stage from working, their results, and their remedies.

The checks answer three complaints: nobody enters, nothing completes, too many are stuck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, assert_never

from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.clock import epoch_ms
from graph.criteria import Criterion, parse
from graph.criteria.tree import And, Clause
from graph.journey.decisions.cypher import counting_statement
from graph.journey.definitions.definition import StageStatus
from graph.journey.reports.previewing import Availability, availability
from graph.journey.reports.reporting import StageReport, advise, report

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["Complaint", "StageCheck", "troubleshoot"]

Complaint = Literal["nobody_enters", "nothing_completes", "too_many_stuck"]


@dataclass(frozen=True)
class StageCheck:
    """One check of a stage. If it is not `fine`, it may be the reason for the complaint, and `mend` is the remedy."""

    complaint: Complaint
    what: str
    found: str
    fine: bool
    mend: str | None = None


async def troubleshoot(graph: Graph, clock: Clock, stage: str) -> list[StageCheck]:
    """Return every check of a stage, those of its entry first. Raises UserMistake."""
    found = await report(graph, clock, stage)
    catalogue = await load_catalogue(graph)
    data = await availability(graph, found.stage, catalogue)
    strict = await _clause_by_clause(graph, clock, found.stage.entry, catalogue)
    hazards = [each.message for each in await advise(graph, clock, stage) if each.field == "entry"]
    checks = [_status(found), *_data("nobody_enters", data), *strict, *_hazards(hazards)]
    return [*checks, *await _holding(graph, clock, found, catalogue), _stuck(found)]


def _status(found: StageReport) -> StageCheck:
    status = found.stage.status
    return StageCheck(
        "nobody_enters", "Is the stage live?", f"It is {status}.", found.stage.is_live, _status_remedy(status)
    )


def _status_remedy(status: StageStatus) -> str | None:
    match status:
        case "LIVE":
            return None
        case "DRAFT":
            return "Make it live."
        case "PAUSED":
            return "Resume it."
        case "ARCHIVED":
            return "Save it under another key."
        case _:
            assert_never(status)


def _data(complaint: Complaint, data: Sequence[Availability]) -> Iterator[StageCheck]:
    for each in data:
        share = f"{each.organisations_with_value} of {each.organisations} organisations have a value"
        seen = f", last touched {each.last_observed_at:%Y-%m-%d}" if each.last_observed_at else ""
        fine = each.organisations_with_value > 0
        mend = (
            None if fine else f"Nothing brings `{each.name}` in: look at the source that should, and at its spelling."
        )
        yield StageCheck(complaint, f"Has `{each.name}` values?", f"{share}{seen}.", fine, mend)


async def _clause_by_clause(graph: Graph, clock: Clock, text: str, catalogue: Catalogue) -> list[StageCheck]:
    """Count the organisations that match each clause of a criterion by itself, to find one that is too strict."""
    criterion = parse(text, subject="organisation", catalogue=catalogue)
    root = criterion.root
    parts: Sequence[Clause] = root.parts if isinstance(root, And) else (root,)
    counts = await _counts(graph, clock, [replace(criterion, root=each) for each in (*parts, root)])
    *clause_counts, total = counts
    checks = [
        StageCheck(
            "nobody_enters",
            f"Does anybody match `{part.text}`?",
            f"{count} organisations do.",
            count > 0,
            None if count else "This clause is too strict by itself: nobody can enter while it stands.",
        )
        for part, count in zip(parts, clause_counts, strict=True)
    ]
    if len(parts) > 1:
        mend = (
            None
            if total or not all(clause_counts)
            else "Each clause matches somebody, all together nobody: loosen one."
        )
        message = f"{total} organisations do."
        checks.append(StageCheck("nobody_enters", "Does anybody match all of it?", message, total > 0, mend))
    return checks


async def _counts(graph: Graph, clock: Clock, criteria: Sequence[Criterion]) -> list[int]:
    statement = counting_statement(criteria)
    row = (await graph.query(statement.text, {**statement.parameters, "now": epoch_ms(clock.now())}))[0]
    return [int(row[f"n{i}"]) for i in range(len(criteria))]


def _hazards(messages: Iterable[str]) -> Iterator[StageCheck]:
    for each in messages:
        yield StageCheck(
            "nobody_enters", "Is the order of stages sound?", each, fine=False, mend="See the advice on its entry."
        )


async def _holding(graph: Graph, clock: Clock, found: StageReport, catalogue: Catalogue) -> list[StageCheck]:
    """Check whether each objective is ever completed, and how many organisations its criterion matches."""
    objectives = [each for each in found.stage.objectives if each.criteria is not None]
    criteria = [parse(each.criteria or "", subject="organisation", catalogue=catalogue) for each in objectives]
    counts = await _counts(graph, clock, criteria) if criteria else []
    checks = []
    for objective, count in zip(objectives, counts, strict=True):
        measured = found.metrics.objective(objective.key)
        reached, eligible = (measured.reached, measured.eligible) if measured else (0, 0)
        message = f"{reached} of {eligible} stays completed it; its criterion holds for {count} organisations now."
        fine = reached > 0 or eligible == 0
        mend = None if fine else _too_hard(count)
        checks.append(StageCheck("nothing_completes", f"Is `{objective.name}` ever complete?", message, fine, mend))
    return checks


def _too_hard(count: int) -> str:
    if count:
        return "It holds for others than those in the stage: look at who enters."
    return "It holds for nobody at all: too hard, or its data does not arrive."


def _stuck(found: StageReport) -> StageCheck:
    metrics, rule = found.metrics, found.stage.exit
    stuck = [each for each in found.findings if each.code == "MORE_STUCK_THAN_USUAL"]
    message = f"{metrics.occupants} are inside; {metrics.completed} completed and {metrics.exited} left without."
    is_endless = rule.behaviour.may_last_for_ever and metrics.occupants > 0 and metrics.completed == 0
    mend = None
    if is_endless:
        mend = "Nobody has ever completed it: an exit after some days as a safety net shows who did not."
    elif stuck:
        mend = stuck[0].message
    return StageCheck("too_many_stuck", "Do those inside move on?", message, mend is None, mend)
