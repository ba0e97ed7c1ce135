"""Fields that a Python function answers beside the statement: the documented questions."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from api.graphql.compile.plan import Apart
from api.graphql.compile.request import Request
from graph import questions
from graph.clock import Clock
from graph.engine import Graph
from graph.errors import UserMistake


async def answer_apart(graph: Graph, clock: Clock, field: Apart, request: Request) -> Any:
    """The value of one such field, keyed by response names. Raises GraphQLError, EngineError."""
    if field.name == "questions":
        return [_question(one, field) for one in questions.questions()]
    given = {name: binder(request) for name, binder in field.arguments.items()}
    parameters = given.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise _error(field, "INVALID_PARAMETER", "`parameters` is an object of values by name.")
    try:
        table = await questions.answer(graph, clock, given["question"], parameters)
    except UserMistake as reason:
        raise _error(field, reason.code, str(reason), field=reason.field) from None
    values = {"__typename": "Table", "columns": table.columns, "rows": table.rows, "truncated": table.truncated}
    return {key: values[name] for key, name in field.fields.items()}


def _question(question: questions.Question, field: Apart) -> dict[str, Any]:
    parameters = {
        one.name: {"type": one.type, "optional": one.optional, "default": one.default, "meaning": one.meaning}
        for one in question.parameters
    }
    values = {
        "__typename": "Question",
        "name": question.name,
        "title": question.title,
        "parameters": parameters,
        "cypher": question.cypher,
    }
    return {key: values[name] for key, name in field.fields.items()}


def _error(at: Apart, code: str, message: str, **more: Any) -> GraphQLError:
    extensions = {"code": code, **{key: value for key, value in more.items() if value is not None}}
    return GraphQLError(message, path=list(at.path), extensions=extensions)
