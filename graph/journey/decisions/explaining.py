"""Explanations: why an organisation is in a stage or not, and why an objective is complete or not, down to the values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from graph.attributes.catalogue import load_catalogue
from graph.clock import DAY, epoch_ms, from_epoch_ms
from graph.criteria import Explanation, ExplanationNode, explain, parse
from graph.errors import UserMistake
from graph.journey.decisions.cypher import explanation_statement
from graph.journey.decisions.rows import stay_from
from graph.journey.decisions.stay import Stay, in_order
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.definitions.stored import load_library

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["explain_objective", "explain_stage"]


async def explain_stage(graph: Graph, clock: Clock, organisation: str, stage: str) -> Explanation:
    """Explain whether an organisation is in a stage, with the values behind each clause of the entry. Raises UserMistake."""
    library = await load_library(graph)
    known = library.known_stage(stage)
    evidence = await _read_evidence(graph, clock, organisation, known.entry)
    stays = in_order(each for each in evidence.stays if each.stage == stage)
    inside = bool(stays) and stays[-1].is_open
    message = _stage_message(known, stays, evidence.now)
    verdict = "holds" if evidence.criterion.holds else "does not hold"
    text = f"{message}\nIts entry criterion {verdict} now:\n{evidence.criterion.text}"
    return Explanation(inside, text, evidence.criterion.nodes)


async def explain_objective(graph: Graph, clock: Clock, organisation: str, objective: str) -> Explanation:
    """Explain whether an organisation completed an objective in its last stay, with the values behind its criterion.

    Raises UserMistake.
    """
    library = await load_library(graph)
    stage = library.known_stage_of(objective)
    definition = stage.objective(objective)
    assert definition is not None
    evidence = await _read_evidence(graph, clock, organisation, definition.criteria)
    stays = in_order(each for each in evidence.stays if each.stage == stage.key)
    done = bool(stays) and objective in stays[-1].achieved
    message = _objective_message(stage, definition, stays)
    if definition.criteria is None:
        return Explanation(done, f"{message}\nIt is ticked by people, not by data.", evidence.criterion.nodes)
    verdict = "holds" if evidence.criterion.holds else "does not hold"
    return Explanation(
        done, f"{message}\nIts criterion {verdict} now:\n{evidence.criterion.text}", evidence.criterion.nodes
    )


@dataclass(frozen=True)
class _Evidence:
    """The explanation of a criterion at an organisation, and the organisation's stays."""

    criterion: Explanation
    stays: tuple[Stay, ...]
    now: datetime


async def _read_evidence(graph: Graph, clock: Clock, organisation: str, text: str | None) -> _Evidence:
    """Read an organisation's stays, and explain a criterion there. Without a criterion, one clause says so."""
    catalogue: Catalogue = await load_catalogue(graph)
    now = clock.now()
    criterion = None if text is None else parse(text, subject="organisation", catalogue=catalogue)
    statement = explanation_statement(criterion)
    parameters = {**statement.parameters, "organisation": organisation, "now": epoch_ms(now)}
    rows = await graph.query(statement.text, parameters)
    if not rows:
        raise UserMistake("NOT_FOUND", f"There is no organisation {organisation!r}.", "organisation")
    stays = tuple(stay_from(each) for each in rows[0]["stays"])
    if criterion is None:
        by_hand = ExplanationNode(None, "ticked by hand", holds=False, actual=None, flips_at=None, unknown=False)
        return _Evidence(Explanation(False, "", (by_hand,)), stays, now)
    return _Evidence(explain(criterion, rows[0]["clause_values"], now), stays, now)


def _stage_message(stage: Stage, stays: list[Stay], now: datetime) -> str:
    if not stage.is_live:
        return f"{stage.name} is {stage.status}: it moves nobody." + (
            f" {_last_stay_message(stays[-1])}" if stays else ""
        )
    if not stays:
        return f"Never in {stage.name}."
    last = stays[-1]
    if not last.is_open:
        return f"Not in {stage.name} now. {_last_stay_message(last)} {_reentry_message(stage, last)}".strip()
    days = (epoch_ms(now) - last.entered_at) // DAY
    applicable = [each for each in stage.objectives if each.counts and each.key in last.applicable]
    done = sum(each.key in last.achieved for each in applicable)
    progress = f" {done} of {len(applicable)} objectives are complete." if applicable else ""
    return f"In {stage.name} since {_at(last.entered_at)}, for {days} days{_origin_message(last)}.{progress} {_exit_message(stage, last)}"


def _objective_message(stage: Stage, objective: Objective, stays: list[Stay]) -> str:
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
    if last.is_open:
        return f"{objective.name} is pending since {_at(last.entered_at)}."
    return f"{objective.name} was out of reach when {stage.name} was left at {_at(last.exited_at)}."


def _last_stay_message(stay: Stay) -> str:
    late = " Facts arrived later that would have changed it." if stay.late_evidence else ""
    ended = "still open" if stay.is_open else f"{(stay.outcome or '').lower()} at {_at(stay.exited_at)} ({stay.reason})"
    return f"The last stay, from {_at(stay.entered_at)}: {ended}.{late}"


def _reentry_message(stage: Stage, last: Stay) -> str:
    rule = stage.reentry
    if not rule.is_allowed:
        return "It is entered once only."
    if not last.entry_gone:
        return "It may be entered again once its entry criterion has been seen false."
    if rule.takes_days:
        return f"It may be entered again from {_at(rule.opens_at(last.exited_at or 0))}."
    return "It may be entered again."


def _exit_message(stage: Stage, stay: Stay) -> str:
    rule = stage.exit
    return rule.behaviour.sentence.format(due=_at(rule.due(stay.entered_at)), criteria=rule.criteria)


def _origin_message(stay: Stay) -> str:
    if stay.by_hand:
        return ", put in by hand"
    return ", taken in when the stage went live" if stay.backfilled else ""


def _at(instant: int | None) -> str:
    return "" if instant is None else f"{from_epoch_ms(instant):%Y-%m-%d %H:%M} UTC"
