"""Fields that a Python function answers beside the statement: questions, why a rule holds, how stages fare, attributes then and now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, get_args

from api.graphql.compile.instants import from_milliseconds, told_instant, written
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.plan import Apart
from api.graphql.compile.request import Request
from api.graphql.reports import REPORTS
from graph import questions
from graph.calculated.definition import Holder
from graph.calculated.recalling import attribute_history
from graph.clock import Clock
from graph.computed.scores import score_parts
from graph.computed.uses import attribute_uses
from graph.criteria import CriteriaError, Explanation
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.decisions.explaining import explain_objective, explain_stage
from graph.references import resolve_reference

Given = Mapping[str, Any]
Answering = Callable[[Graph, Clock, Given], Awaitable[Any]]


async def answer_apart(graph: Graph, clock: Clock, field: Apart, request: Request, key: str | None = None) -> Any:
    """The value of one such field, below a node of that `key` or of the operation. Raises GraphQLError, EngineError."""
    given = {name: binder(request) for name, binder in field.arguments.items()}
    if field.about is not None:
        given[field.about] = key
    try:
        answer = await _ANSWERS[field.name](graph, clock, given)
        return answer if field.chosen is None else field.chosen.of(answer, request)
    except UserMistake as reason:
        raise mistake(reason.code, str(reason), path=field.path, **_places(reason)) from None


def _places(reason: UserMistake) -> dict[str, Any]:
    if isinstance(reason, CriteriaError):
        return {
            "field": reason.field,
            "line": reason.line,
            "column": reason.column,
            "found": reason.found,
            "suggestion": reason.suggestion,
        }
    return {"field": reason.field}


async def _questions(_: Graph, __: Clock, ___: Given) -> list[dict[str, Any]]:
    return [_question(one) for one in questions.questions()]


def _question(question: questions.Question) -> dict[str, Any]:
    parameters = {
        one.name: {"type": one.type, "optional": one.optional, "default": one.default, "meaning": one.meaning}
        for one in question.parameters
    }
    return {"name": question.name, "title": question.title, "parameters": parameters, "cypher": question.cypher}


async def _answer(graph: Graph, clock: Clock, given: Given) -> dict[str, Any]:
    parameters = given.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise UserMistake("INVALID_PARAMETER", "`parameters` is an object of values by name.")
    return asdict(await questions.answer(graph, clock, given["question"], parameters))


async def _explain_stage(graph: Graph, clock: Clock, given: Given) -> dict[str, Any]:
    return _explained(await explain_stage(graph, clock, await _organisation(graph, given), given["stage"]))


async def _explain_objective(graph: Graph, clock: Clock, given: Given) -> dict[str, Any]:
    return _explained(await explain_objective(graph, clock, await _organisation(graph, given), given["objective"]))


async def _attribute_uses(graph: Graph, _: Clock, given: Given) -> list[dict[str, Any]]:
    return [asdict(each) for each in await attribute_uses(graph, given["entity"], given["attribute"])]


async def _attribute_history(graph: Graph, _: Clock, given: Given) -> dict[str, Any]:
    since, until = told_instant(given, "from"), told_instant(given, "to")
    found = await attribute_history(graph, given["entity"], str(given["of"]), given["attribute"])
    kept = None if found.kept_since is None else from_milliseconds(found.kept_since)
    values = [
        {
            "from": from_milliseconds(step.since),
            "until": None if end is None else from_milliseconds(end),
            "value": written(step.value),
            "source": step.source,
        }
        for step, end in found.between(since, until)
    ]
    return {"keptSince": kept, "values": values}


async def _score_parts(graph: Graph, clock: Clock, given: Given) -> list[dict[str, Any]]:
    of: list[Holder] = [each for each in get_args(Holder) if given.get(each) is not None]
    if len(of) != 1:
        said = "Of whom? Give one of organisation, person and membership."
        raise UserMistake("BAD_REFERENCE", said, of[-1] if of else "organisation")
    id = str(given[of[0]])
    if of[0] != "membership":
        id = await resolve_reference(graph, of[0], id, of[0], by_id=True)
    parts = await score_parts(graph, clock, id, given["attribute"], of[0])
    return [{**asdict(each.rule), "holds": each.explanation.holds, "text": each.explanation.text} for each in parts]


async def _organisation(graph: Graph, given: Given) -> str:
    return await resolve_reference(graph, "organisation", str(given["organisation"]), "organisation", by_id=True)


def _explained(explanation: Explanation) -> dict[str, Any]:
    tree = [
        {
            "parent": node.parent,
            "clause": node.clause,
            "holds": node.holds,
            "unknown": node.unknown,
            "actual": written(node.actual),
            "flipsAt": written(node.flips_at),
        }
        for node in explanation.nodes
    ]
    return {"holds": explanation.holds, "text": explanation.text, "tree": tree}


_ANSWERS: Mapping[str, Answering] = {
    "questions": _questions,
    "answer": _answer,
    "explainStage": _explain_stage,
    "explainObjective": _explain_objective,
    "attributeHistory": _attribute_history,
    "attributeUses": _attribute_uses,
    "scoreParts": _score_parts,
    **REPORTS,
}
