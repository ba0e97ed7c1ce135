"""Responses as bytes. Errors of the server show no internals: the details go to the log under a request id."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError

from api.graphql.error_format import format_error
from graph.errors import EngineError, EngineTimeout, GraphDamaged, MembergraphError, StatementError, UserMistake

log = logging.getLogger(__name__)


class GraphQLResponse(NamedTuple):
    """A response. `executed` is True if it has `data`; `failure_status` is HTTP's status of a server error."""

    body: bytes
    executed: bool
    failure_status: int | None = None


def executed_response(data: dict[str, Any] | None, errors: Sequence[GraphQLError] = ()) -> GraphQLResponse:
    """Return the response of an operation that was executed."""
    content: dict[str, Any] = {"data": data}
    if errors:
        content["errors"] = [format_error(error) for error in errors]
    return GraphQLResponse(_json(content), executed=True)


def error_response(errors: Sequence[GraphQLError], failure_status: int | None = None) -> GraphQLResponse:
    """Return the response of an operation that was not executed."""
    content = {"errors": [format_error(error) for error in errors]}
    return GraphQLResponse(_json(content), executed=False, failure_status=failure_status)


def _json(content: dict[str, Any]) -> bytes:
    """Return JSON text. Nearly all keys are text; allowing others, inside a value of JSON, takes twice as long."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)


def failure_response(reason: Exception) -> GraphQLResponse:
    """Return the response for an exception, and log it under a request id unless it is a user's mistake."""
    if isinstance(reason, UserMistake):
        return executed_response(None, [GraphQLError(str(reason), extensions={"code": reason.code})])
    request_id = secrets.token_hex(6)
    log.error("request %s failed", request_id, exc_info=reason)
    code, message, status = _classify(reason)
    extensions = {"code": code, "requestId": request_id}
    return error_response([GraphQLError(message, extensions=extensions)], status)


def _classify(reason: Exception) -> tuple[str, str, int]:
    """Return the code, the message and HTTP's status for an exception."""
    match reason:
        case EngineTimeout() | TimeoutError():
            return "TIMEOUT", "The query took too long. Ask for less at once.", 504
        case GraphDamaged():
            return reason.code, "Files of the graph are damaged, so that nothing is written.", 503
        case StatementError() if "Unavailable" not in reason.engine_code:
            message = "The graph could not run what was made of this request. Ask for less at once."
            return "STATEMENT_REFUSED", message, 500
        case EngineError():
            return "GRAPH_UNAVAILABLE", "The graph does not answer at the moment. Try again.", 503
        case MembergraphError():
            is_busy = reason.code == "QUEUE_FULL"
            return reason.code, str(reason) if is_busy else "The request failed.", 503 if is_busy else 500
        case _:
            return "INTERNAL", "Something went wrong here; the request id finds it in the log.", 500
