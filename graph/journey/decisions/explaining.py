"""Why an organisation is, or is not, in a stage, and why an objective is complete or not, down to the values met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria import Explanation, ExplanationNode, explain, parse
from graph.errors import UserMistake
from graph.journey.decisions.cypher import explanation_statement
from graph.journey.decisions.rows import stay_from
from graph.journey.decisions.stay import Stay, in_order
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.definitions.exits import DAY
from graph.journey.definitions.stored import load_library

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["explain_objective", "explain_stage"]


async def explain_stage(graph: Graph, clock: Clock, organisation: str, stage: str) -> Explanation:
    """Whether the organisation is in the stage, in words, and clause by clause what its entry criterion meets. Raises UserMistake."""
    library = await load_library(graph)
    known = library.known_stage(stage)
    asked = await _asked(graph, clock, organisation, known.entry)
    mine = in_order(each for each in asked.stays if each.stage == stage)
    inside = bool(mine) and mine[-1].open
    said = _of_stage(known, mine, asked.now)
    verdict = "holds" if asked.criterion.holds else "does not hold"
    text = f"{said}\nIts entry criterion {verdict} now:\n{asked.criterion.text}"
    return Explanation(inside, text, asked.criterion.nodes)


async def explain_objective(graph: Graph, clock: Clock, organisation: str, objective: str) -> Explanation:
    """Whether the organisation has completed the objective in its last stay, and what its criterion meets. Raises UserMistake."""
    library = await load_library(graph)
    stage = library.known_stage_of(objective)
    asked_for = stage.objective(objective)
    assert asked_for is not None
    asked = await _asked(graph, clock, organisation, asked_for.criteria)
    mine = in_order(each for each in asked.stays if each.stage == stage.key)
    done = bool(mine) and objective in mine[-1].achieved
    said = _of_objective(stage, asked_for, mine)
    if asked_for.criteria is None:
        return Explanation(done, f"{said}\nIt is ticked by people, not by data.", asked.criterion.nodes)
    verdict = "holds" if asked.criterion.holds else "does not hold"
    return Explanation(done, f"{said}\nIts criterion {verdict} now:\n{asked.criterion.text}", asked.criterion.nodes)


@dataclass(frozen=True)
class _Asked:
    criterion: Explanation
    stays: tuple[Stay, ...]
    now: datetime


async def _asked(graph: Graph, clock: Clock, organisation: str, text: str | None) -> _Asked:
    """An organisation's stays, and what a criterion meets there; without a criterion one clause that says so."""
    catalogue: Catalogue = await load_catalogue(graph)
    now = clock.now()
    criterion = None if text is None else parse(text, subject="organisation", catalogue=catalogue)
    statement = explanation_statement(criterion)
    given = {**statement.parameters, "organisation": organisation, "now": epoch_ms(now)}
    rows = await graph.query(statement.text, given)
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no organisation {organisation!r}.", "organisation")
    stays = tuple(stay_from(each) for each in rows[0]["stays"])
    if criterion is None:
        by_hand = ExplanationNode(None, "ticked by hand", holds=False, actual=None, flips_at=None, unknown=False)
        return _Asked(Explanation(False, "", (by_hand,)), stays, now)
    return _Asked(explain(criterion, rows[0]["met"], now), stays, now)


def _of_stage(stage: Stage, stays: list[Stay], now: datetime) -> str:
    if stage.status != "LIVE":
        return f"{stage.name} is {stage.status}: it moves nobody." + (f" {_last(stays[-1])}" if stays else "")
    if not stays:
        return f"Never in {stage.name}."
    last = stays[-1]
    if not last.open:
        return f"Not in {stage.name} now. {_last(last)} {_again(stage, last)}".strip()
    days = (epoch_ms(now) - last.entered_at) // DAY
    asked = [each for each in stage.objectives if each.counts and each.key in last.applicable]
    done = sum(each.key in last.achieved for each in asked)
    progress = f" {done} of {len(asked)} objectives are complete." if asked else ""
    return (
        f"In {stage.name} since {_at(last.entered_at)}, for {days} days{_how(last)}.{progress} {_leaves(stage, last)}"
    )


def _of_objective(stage: Stage, objective: Objective, stays: list[Stay]) -> str:
    if not stays:
        return f"{objective.name} belongs to {stage.name}, where the organisation never was."
    last = stays[-1]
    if objective.key in last.achieved:
        one = last.achieved[objective.key]
        how = ", already true at entry" if one.instant else ", ticked by hand" if one.manual else ""
        late = ", before what is expected to come first" if one.out_of_order else ""
        return f"{objective.name} was completed at {_at(one.at)}{how}{late}."
    if objective.key not in last.applicable:
        return f"{objective.name} does not apply to the organisation."
    if last.open:
        return f"{objective.name} is pending since {_at(last.entered_at)}."
    return f"{objective.name} was out of reach when {stage.name} was left at {_at(last.exited_at)}."


def _last(stay: Stay) -> str:
    late = " Facts arrived later that would have changed it." if stay.late_evidence else ""
    ended = "still open" if stay.open else f"{(stay.outcome or '').lower()} at {_at(stay.exited_at)} ({stay.reason})"
    return f"The last stay, from {_at(stay.entered_at)}: {ended}.{late}"


def _again(stage: Stage, last: Stay) -> str:
    rule = stage.reentry
    if rule.mode == "NEVER":
        return "It is entered once only."
    if not last.entry_gone:
        return "It may be entered again once its entry criterion has been seen false."
    if rule.mode == "AFTER_DAYS":
        return f"It may be entered again from {_at((last.exited_at or 0) + (rule.days or 0) * DAY)}."
    return "It may be entered again."


def _leaves(stage: Stage, stay: Stay) -> str:
    rule = stage.exit
    return rule.behaviour.sentence.format(due=_at(rule.due(stay.entered_at)), criteria=rule.criteria)


def _how(stay: Stay) -> str:
    if stay.by_hand:
        return ", put in by hand"
    return ", taken in when the stage went live" if stay.backfilled else ""


def _at(instant: int | None) -> str:
    return "" if instant is None else f"{from_epoch_ms(instant):%Y-%m-%d %H:%M} UTC"
