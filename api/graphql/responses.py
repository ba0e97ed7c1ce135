"""What goes back: data and errors as bytes with a status, nothing internal in them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError

from api.graphql.error_format import formatted
from graph.errors import EngineError, EngineTimeout, GraphDamaged, MembergraphError, StatementError, UserMistake

log = logging.getLogger(__name__)


class GraphQLResponse(NamedTuple):
    """A GraphQL response. `executed` says whether it holds `data`; `failed` is HTTP's status of a server's fault."""

    body: bytes
    executed: bool
    failed: int | None = None


def executed_response(data: dict[str, Any] | None, errors: Sequence[GraphQLError] = ()) -> GraphQLResponse:
    """What an executed operation answers."""
    content: dict[str, Any] = {"data": data}
    if errors:
        content["errors"] = [formatted(error) for error in errors]
    return GraphQLResponse(_written(content), executed=True)


def error_response(errors: Sequence[GraphQLError], failed: int | None = None) -> GraphQLResponse:
    """What an operation answers that was never executed."""
    content = {"errors": [formatted(error) for error in errors]}
    return GraphQLResponse(_written(content), executed=False, failed=failed)


def _written(content: dict[str, Any]) -> bytes:
    """JSON text. Keys are response keys nearly always; to allow for others below a value of JSON takes twice as long."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)


def failure_response(reason: Exception, field: GraphQLError | None = None) -> GraphQLResponse:
    """What a fault behind the API answers: our own words, the details only in the log under a request id."""
    if isinstance(reason, UserMistake):
        return executed_response(None, [GraphQLError(str(reason), extensions={"code": reason.code})])
    request_id = secrets.token_hex(6)
    log.error("request %s failed", request_id, exc_info=reason)
    code, message, status = _said(reason)
    extensions = {"code": code, "requestId": request_id}
    path = field.path if field else None
    return error_response([GraphQLError(message, path=path, extensions=extensions)], status)


def _said(reason: Exception) -> tuple[str, str, int]:
    if isinstance(reason, EngineTimeout | TimeoutError):
        return "TIMEOUT", "The query took too long. Ask for less at once.", 504
    if isinstance(reason, MembergraphError):
        return _of_ours(reason)
    return "INTERNAL", "Something went wrong here; the request id finds it in the log.", 500


def _of_ours(reason: MembergraphError) -> tuple[str, str, int]:
    if isinstance(reason, GraphDamaged):
        return reason.code, "Files of the graph are damaged, so that nothing is written.", 503
    if isinstance(reason, StatementError) and "Unavailable" not in reason.engine_code:
        return "STATEMENT_REFUSED", "The graph could not run what was made of this request. Ask for less at once.", 500
    if isinstance(reason, EngineError):
        return "GRAPH_UNAVAILABLE", "The graph does not answer at the moment. Try again.", 503
    if reason.code == "QUEUE_FULL":
        return reason.code, str(reason), 503
    return reason.code, "The request failed.", 500
