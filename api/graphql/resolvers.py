"""Resolvers: Python functions for fields that one statement cannot answer.

They answer questions, explain rules, report on stages and sources, and follow attributes through time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, get_args

from api.graphql.compile.errors import request_error
from api.graphql.compile.filters import mistake_location
from api.graphql.compile.json_values import instant_argument, to_json
from api.graphql.compile.plan import ResolvedField
from api.graphql.compile.request import Request
from api.graphql.reports import REPORTS
from api.graphql.sources import sources
from graph import questions
from graph.calculated.attribute_history import attribute_history
from graph.calculated.definition import Holder
from graph.clock import Clock
from graph.computed.scores import score_parts
from graph.computed.uses import attribute_uses
from graph.criteria import CriteriaError, Explanation
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.decisions.explaining import explain_objective, explain_stage
from graph.references import resolve_reference
from graph.times import iso

Arguments = Mapping[str, Any]
Resolver = Callable[[Graph, Clock, Arguments], Awaitable[Any]]


async def resolve(graph: Graph, clock: Clock, field: ResolvedField, request: Request, key: str | None = None) -> Any:
    """Return the value of a field of the operation, or of the node with this `key`. Raises GraphQLError, EngineError."""
    arguments = {name: binder(request) for name, binder in field.arguments.items()}
    if field.node_argument is not None:
        arguments[field.node_argument] = key
    try:
        value = await RESOLVERS[field.name](graph, clock, arguments)
    except UserMistake as reason:
        location = mistake_location(reason) if isinstance(reason, CriteriaError) else {}
        raise request_error(reason.code, str(reason), path=field.path, field=reason.field, **location) from None
    return value if field.selection is None else field.selection.select(value, request)


async def _questions(_: Graph, __: Clock, ___: Arguments) -> list[dict[str, Any]]:
    return [_question(one) for one in questions.questions()]


def _question(question: questions.Question) -> dict[str, Any]:
    parameters = {
        one.name: {"type": one.type, "optional": one.optional, "default": one.default, "meaning": one.meaning}
        for one in question.parameters
    }
    return {"name": question.name, "title": question.title, "parameters": parameters, "cypher": question.cypher}


async def _answer(graph: Graph, clock: Clock, arguments: Arguments) -> dict[str, Any]:
    parameters = arguments.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise UserMistake("INVALID_PARAMETER", "`parameters` is an object of values by name.")
    return asdict(await questions.answer(graph, clock, arguments["question"], parameters))


async def _explain_stage(graph: Graph, clock: Clock, arguments: Arguments) -> dict[str, Any]:
    organisation = await _organisation(graph, arguments)
    return _explanation(await explain_stage(graph, clock, organisation, arguments["stage"]))


async def _explain_objective(graph: Graph, clock: Clock, arguments: Arguments) -> dict[str, Any]:
    organisation = await _organisation(graph, arguments)
    return _explanation(await explain_objective(graph, clock, organisation, arguments["objective"]))


async def _attribute_uses(graph: Graph, _: Clock, arguments: Arguments) -> list[dict[str, Any]]:
    return [asdict(each) for each in await attribute_uses(graph, arguments["entity"], arguments["attribute"])]


async def _attribute_history(graph: Graph, _: Clock, arguments: Arguments) -> dict[str, Any]:
    since, until = instant_argument(arguments, "from"), instant_argument(arguments, "to")
    history = await attribute_history(graph, arguments["entity"], str(arguments["of"]), arguments["attribute"])
    values = [
        {
            "from": iso(value.since),
            "until": None if end is None else iso(end),
            "value": to_json(value.value),
            "source": value.source,
        }
        for value, end in history.between(since, until)
    ]
    return {"keptSince": None if history.kept_since is None else iso(history.kept_since), "values": values}


async def _score_parts(graph: Graph, clock: Clock, arguments: Arguments) -> list[dict[str, Any]]:
    holders: list[Holder] = [each for each in get_args(Holder) if arguments.get(each) is not None]
    if len(holders) != 1:
        message = "Of whom? Give one of organisation, person and membership."
        raise UserMistake("BAD_REFERENCE", message, holders[-1] if holders else "organisation")
    (holder,) = holders
    id = str(arguments[holder])
    if holder != "membership":
        id = await resolve_reference(graph, holder, id, holder, by_id=True)
    parts = await score_parts(graph, clock, id, arguments["attribute"], holder)
    return [{**asdict(each.rule), "holds": each.explanation.holds, "text": each.explanation.text} for each in parts]


async def _organisation(graph: Graph, arguments: Arguments) -> str:
    return await resolve_reference(graph, "organisation", str(arguments["organisation"]), "organisation", by_id=True)


def _explanation(explanation: Explanation) -> dict[str, Any]:
    tree = [
        {
            "parent": node.parent,
            "clause": node.clause,
            "holds": node.holds,
            "unknown": node.unknown,
            "actual": to_json(node.actual),
            "flipsAt": to_json(node.flips_at),
        }
        for node in explanation.nodes
    ]
    return {"holds": explanation.holds, "text": explanation.text, "tree": tree}


RESOLVERS: Mapping[str, Resolver] = {
    "questions": _questions,
    "answer": _answer,
    "explainStage": _explain_stage,
    "explainObjective": _explain_objective,
    "attributeHistory": _attribute_history,
    "attributeUses": _attribute_uses,
    "scoreParts": _score_parts,
    "sources": sources,
    **REPORTS,
}
"""The resolver of each field whose storage is `Resolved`, by the field's name."""
