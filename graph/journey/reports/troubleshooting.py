"""What keeps a stage from working: what was checked, what was found, and what would mend it.

The guide's three complaints, nobody enters, nothing completes, too many are stuck, each with the checks it lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.clock import epoch_ms
from graph.criteria import Criterion, parse
from graph.criteria.tree import And, Clause
from graph.journey.decisions.cypher import counting_statement
from graph.journey.reports.previewing import Availability, availability
from graph.journey.reports.reporting import Report, advise, report

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["Check", "Complaint", "troubleshoot"]

Complaint = Literal["nobody_enters", "nothing_completes", "too_many_stuck"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `fine` says whether it can be the reason; `mend` what would help where it is."""

    complaint: Complaint
    what: str
    found: str
    fine: bool
    mend: str | None = None


async def troubleshoot(graph: Graph, clock: Clock, stage: str) -> list[Check]:
    """Every check of a stage, those of its entry first. Raises UserMistake."""
    found = await report(graph, clock, stage)
    catalogue = await load_catalogue(graph)
    data = await availability(graph, found.stage, catalogue)
    strict = await _clause_by_clause(graph, clock, found.stage.entry, catalogue)
    hazards = [each.message for each in await advise(graph, clock, stage) if each.field == "entry"]
    checks = [_status(found), *_data("nobody_enters", data), *strict, *_hazards(hazards)]
    return [*checks, *await _holding(graph, clock, found, catalogue), _stuck(found)]


def _status(found: Report) -> Check:
    status = found.stage.status
    mend = {"DRAFT": "Make it live.", "PAUSED": "Resume it.", "ARCHIVED": "Save it under another key."}
    return Check("nobody_enters", "Is the stage live?", f"It is {status}.", status == "LIVE", mend.get(status))


def _data(complaint: Complaint, data: Sequence[Availability]) -> Iterator[Check]:
    for each in data:
        share = f"{each.organisations_with_value} of {each.organisations} organisations have a value"
        seen = f", last touched {each.last_observed_at:%Y-%m-%d}" if each.last_observed_at else ""
        fine = each.organisations_with_value > 0
        mend = (
            None if fine else f"Nothing brings `{each.name}` in: look at the source that should, and at its spelling."
        )
        yield Check(complaint, f"Has `{each.name}` values?", f"{share}{seen}.", fine, mend)


async def _clause_by_clause(graph: Graph, clock: Clock, text: str, catalogue: Catalogue) -> list[Check]:
    """How many organisations each clause of a criterion lets through by itself: the one too strict shows."""
    criterion = parse(text, subject="organisation", catalogue=catalogue)
    root = criterion.root
    parts: Sequence[Clause] = root.parts if isinstance(root, And) else (root,)
    counts = await _counts(graph, clock, [replace(criterion, root=each) for each in (*parts, root)])
    *each_alone, together = counts
    checks = [
        Check(
            "nobody_enters",
            f"Does anybody match `{part.text}`?",
            f"{count} organisations do.",
            count > 0,
            None if count else "This clause is too strict by itself: nobody can enter while it stands.",
        )
        for part, count in zip(parts, each_alone, strict=True)
    ]
    if len(parts) > 1:
        mend = (
            None
            if together or not all(each_alone)
            else "Each clause matches somebody, all together nobody: loosen one."
        )
        said = f"{together} organisations do."
        checks.append(Check("nobody_enters", "Does anybody match all of it?", said, together > 0, mend))
    return checks


async def _counts(graph: Graph, clock: Clock, criteria: Sequence[Criterion]) -> list[int]:
    statement = counting_statement(criteria)
    row = (await graph.query(statement.text, {**statement.parameters, "now": epoch_ms(clock.now())}))[0]
    return [int(row[f"n{i}"]) for i in range(len(criteria))]


def _hazards(messages: Iterable[str]) -> Iterator[Check]:
    for each in messages:
        yield Check(
            "nobody_enters", "Is the order of stages sound?", each, fine=False, mend="See the advice on its entry."
        )


async def _holding(graph: Graph, clock: Clock, found: Report, catalogue: Catalogue) -> list[Check]:
    """Whether each objective's criterion holds for anybody, and whether anybody completed it."""
    asked = [each for each in found.stage.objectives if each.criteria is not None]
    criteria = [parse(each.criteria or "", subject="organisation", catalogue=catalogue) for each in asked]
    counts = await _counts(graph, clock, criteria) if criteria else []
    checks = []
    for objective, count in zip(asked, counts, strict=True):
        measured = found.metrics.objective(objective.key)
        reached, eligible = (measured.reached, measured.eligible) if measured else (0, 0)
        said = f"{reached} of {eligible} stays completed it; its criterion holds for {count} organisations now."
        fine = reached > 0 or eligible == 0
        mend = None if fine else _too_hard(count)
        checks.append(Check("nothing_completes", f"Is `{objective.name}` ever complete?", said, fine, mend))
    return checks


def _too_hard(count: int) -> str:
    if count:
        return "It holds for others than those in the stage: look at who enters."
    return "It holds for nobody at all: too hard, or its data does not arrive."


def _stuck(found: Report) -> Check:
    metrics, rule = found.metrics, found.stage.exit
    long = [each for each in found.findings if each.code == "MORE_STUCK_THAN_USUAL"]
    said = f"{metrics.occupants} are inside; {metrics.completed} completed and {metrics.exited} left without."
    never = rule.behaviour.may_last_for_ever and metrics.occupants > 0 and metrics.completed == 0
    mend = None
    if never:
        mend = "Nobody has ever completed it: an exit after some days as a safety net shows who did not."
    elif long:
        mend = long[0].message
    return Check("too_many_stuck", "Do those inside move on?", said, mend is None, mend)
