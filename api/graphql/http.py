"""GraphQL over HTTP as one raw ASGI application: media types, methods and status codes of the specification."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from graphql import GraphQLError

from api.access_log import note_key
from api.auth import AccessDenied, Caller, authenticate
from api.bodies import Disconnected, TooLarge, read_body
from api.graphql.landing_page import landing_page
from api.graphql.negotiation import GRAPHQL, HTML, JSON, media
from api.graphql.responses import GraphQLResponse, error_response
from api.graphql.service import GraphQLRequest, GraphQLService, NotAQuery
from api.graphql.unreadable_rows import LIST_DEPTH, SalvagedVariables
from api.keys import KeyRing
from api.limits import Limits
from api.salvage import salvage
from graph.facts.json_text import NotJson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON_TYPE, _GRAPHQL_TYPE = (f"{kind}; charset=utf-8".encode() for kind in (JSON, GRAPHQL))
_NO_SCRIPTS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
_COMMON_HEADERS = ((b"vary", b"accept"), (b"x-content-type-options", b"nosniff"))


class UnusableRequest(Exception):
    """A request that is no GraphQL request; `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        """Prepare the response."""
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.body = _error_body(code, message)


class Endpoint:
    """The endpoint `/graphql`."""

    def __init__(self, service: GraphQLService, ring: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._service = service
        self._ring = ring
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        kind = media(headers.get("accept"))
        try:
            caller = authenticate(self._ring, headers, scope["client"][0] if scope.get("client") else None)
            note_key(scope, caller.key_name)
            if kind is None:
                raise UnusableRequest(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL} or {JSON}.")
            if kind == HTML and scope["method"] == "GET" and not scope["query_string"]:
                content = landing_page(headers.get("host", ""))
                await _respond(send, 200, content, b"text/html; charset=utf-8", _NO_SCRIPTS)
                return
            request = await self._request(scope, headers, receive)
            response = await self._answer(request, caller)
            await _respond(send, _status(response, kind), response.body, _content_type(kind))
        except UnusableRequest as reason:
            await _respond(send, reason.status, reason.body, _content_type(kind), reason.headers)
        except AccessDenied as reason:
            extra = {"www-authenticate": 'Bearer realm="membergraph"'} if reason.status == 401 else {}
            body = _error_body(reason.code, reason.message)
            await _respond(send, reason.status, body, _content_type(kind), extra)

    async def _answer(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse:
        try:
            return await self._service.answer(request, caller)
        except NotAQuery:
            message = "GET is for queries; send mutations by POST."
            raise UnusableRequest(405, "METHOD_NOT_ALLOWED", message, allow="POST") from None

    async def _request(self, scope: Scope, headers: dict[str, str], receive: Receive) -> GraphQLRequest:
        if scope["method"] == "GET":
            return _from_query(scope["query_string"])
        if scope["method"] != "POST":
            raise UnusableRequest(405, "METHOD_NOT_ALLOWED", "GraphQL is asked by POST or GET.", allow="GET, POST")
        _check_content(headers)
        return await _from_body(await self._body(headers, receive))

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        limit = self._limits.body
        try:
            return await read_body(headers, receive, limit)
        except TooLarge:
            message = f"The body has more than the {limit:,} bytes allowed; send fewer rows."
            raise UnusableRequest(413, "BODY_TOO_LARGE", message) from None
        except Disconnected:
            raise UnusableRequest(400, "DISCONNECTED", "The request ended before its body did.") from None


def _error_body(code: str, message: str) -> bytes:
    return error_response([GraphQLError(message, extensions={"code": code})]).body


def _check_content(headers: dict[str, str]) -> None:
    if not _is_json(headers.get("content-type", "")):
        raise UnusableRequest(415, "UNSUPPORTED_MEDIA_TYPE", "Send `Content-Type: application/json`, in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnusableRequest(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.")


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == "application/json" and charset in ("", "utf-8", "utf8")


async def _from_body(body: bytes) -> GraphQLRequest:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        content = await asyncio.to_thread(_salvage, body)
    if not isinstance(content, dict):
        raise UnusableRequest(400, "BAD_REQUEST", "The body is a JSON object with `query`, and perhaps `variables`.")
    return _check_parameters(content)


def _salvage(body: bytes) -> Any:
    """Return the value of a body that is not JSON as a whole; unreadable rows among its variables are marked (F9)."""
    try:
        content = salvage(body, LIST_DEPTH)
    except NotJson as reason:
        raise UnusableRequest(
            400, "INVALID_JSON", f"The body is not JSON: {reason}, at character {reason.position + 1}."
        ) from None
    if isinstance(content, dict) and isinstance(content.get("variables"), dict):
        content["variables"] = SalvagedVariables(content["variables"])
    return content


def _from_query(query_string: bytes) -> GraphQLRequest:
    content: dict[str, Any] = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    for name in ("variables", "extensions"):
        if content.get(name):
            try:
                content[name] = orjson.loads(content[name])
            except orjson.JSONDecodeError:
                raise UnusableRequest(400, "INVALID_JSON", f"`{name}` is not JSON.") from None
        else:
            content.pop(name, None)
    return _check_parameters(content)._replace(only_queries=True)


def _check_parameters(content: dict[str, Any]) -> GraphQLRequest:
    query, variables = content.get("query"), content.get("variables")
    name, extensions = content.get("operationName"), content.get("extensions")
    if not isinstance(query, str) or not query.strip():
        raise UnusableRequest(400, "BAD_REQUEST", "`query` is the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise UnusableRequest(400, "BAD_REQUEST", "`variables` is an object of values by name.")
    if name is not None and not isinstance(name, str):
        raise UnusableRequest(400, "BAD_REQUEST", "`operationName` is text.")
    if extensions is not None and not isinstance(extensions, dict):
        raise UnusableRequest(400, "BAD_REQUEST", "`extensions` is an object.")
    return GraphQLRequest(query, variables or {}, name or None)


def _status(response: GraphQLResponse, kind: str | None) -> int:
    """Return HTTP's status: 200 if the operation was executed, else 400.

    Clients that know only `application/json` get 200 in both cases.
    """
    if response.failure_status is not None:
        return response.failure_status
    return 200 if response.executed or kind == JSON else 400


def _content_type(kind: str | None) -> bytes:
    return _GRAPHQL_TYPE if kind == GRAPHQL else _JSON_TYPE


async def _respond(
    send: Send, status: int, body: bytes, content_type: bytes, extra: dict[str, str] | None = None
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), *_COMMON_HEADERS]
    if extra:
        headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in extra.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
