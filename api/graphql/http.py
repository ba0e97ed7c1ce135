"""GraphQL over HTTP: media types, methods and status codes by the specification, as one raw ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from graphql import GraphQLError

from api.auth import AccessDenied, Caller, caller
from api.bodies import Disconnected, TooLarge, read_body
from api.graphql.landing_page import page
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
_ALWAYS = ((b"vary", b"accept"), (b"x-content-type-options", b"nosniff"))


class Unusable(Exception):
    """A request that is no GraphQL request; `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        """Keep what the response says."""
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.answer = error_response([GraphQLError(message, extensions={"code": code})])


class Endpoint:
    """`/graphql`."""

    def __init__(self, service: GraphQLService, ring: KeyRing, limits: Limits) -> None:
        """Keep what every request needs."""
        self._service = service
        self._ring = ring
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GraphQLResponse one request."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        kind = media(headers.get("accept"))
        try:
            who = caller(self._ring, headers, scope["client"][0] if scope.get("client") else None)
            if kind is None:
                raise Unusable(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL} or {JSON}.")
            if kind == HTML and scope["method"] == "GET" and not scope["query_string"]:
                await _respond(send, 200, page(headers.get("host", "")), b"text/html; charset=utf-8", _NO_SCRIPTS)
                return
            asked = await self._asked(scope, headers, receive)
            answer = await self._answer(asked, who)
            await _respond(send, _status(answer, kind), answer.body, _typed(kind))
        except Unusable as reason:
            await _respond(send, reason.status, reason.answer.body, _typed(kind), reason.headers)
        except AccessDenied as reason:
            said = error_response([GraphQLError(reason.message, extensions={"code": reason.code})]).body
            extra = {"www-authenticate": 'Bearer realm="membergraph"'} if reason.status == 401 else {}
            await _respond(send, reason.status, said, _typed(kind), extra)

    async def _answer(self, asked: GraphQLRequest, who: Caller) -> GraphQLResponse:
        try:
            return await self._service.answer(asked, who)
        except NotAQuery:
            what = "GET is for queries; send mutations by POST."
            raise Unusable(405, "METHOD_NOT_ALLOWED", what, allow="POST") from None

    async def _asked(self, scope: Scope, headers: dict[str, str], receive: Receive) -> GraphQLRequest:
        if scope["method"] == "GET":
            return _from_query(scope["query_string"])
        if scope["method"] != "POST":
            raise Unusable(405, "METHOD_NOT_ALLOWED", "GraphQL is asked by POST or GET.", allow="GET, POST")
        _check_content(headers)
        return await _from_body(await self._body(headers, receive))

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        limit = self._limits.body
        try:
            return await read_body(headers, receive, limit)
        except TooLarge:
            what = f"The body has more than the {limit:,} bytes allowed; send fewer rows."
            raise Unusable(413, "BODY_TOO_LARGE", what) from None
        except Disconnected:
            raise Unusable(400, "DISCONNECTED", "The request ended before its body did.") from None


def _check_content(headers: dict[str, str]) -> None:
    if not _is_json(headers.get("content-type", "")):
        raise Unusable(415, "UNSUPPORTED_MEDIA_TYPE", "Send `Content-Type: application/json`, in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Unusable(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed.")


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == "application/json" and charset in ("", "utf-8", "utf8")


async def _from_body(body: bytes) -> GraphQLRequest:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        content = await asyncio.to_thread(_salvaged, body)
    if not isinstance(content, dict):
        raise Unusable(400, "BAD_REQUEST", "The body is a JSON object with `query`, and perhaps `variables`.")
    return _checked(content)


def _salvaged(body: bytes) -> Any:
    """A body that is no JSON as a whole: rows among its variables that are none are refused alone (F9)."""
    try:
        content = salvage(body, LIST_DEPTH)
    except NotJson as reason:
        raise Unusable(
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
                raise Unusable(400, "INVALID_JSON", f"`{name}` is not JSON.") from None
        else:
            content.pop(name, None)
    return _checked(content)._replace(only_queries=True)


def _checked(content: dict[str, Any]) -> GraphQLRequest:
    query, variables = content.get("query"), content.get("variables")
    name, extensions = content.get("operationName"), content.get("extensions")
    if not isinstance(query, str) or not query.strip():
        raise Unusable(400, "BAD_REQUEST", "`query` is the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise Unusable(400, "BAD_REQUEST", "`variables` is an object of values by name.")
    if name is not None and not isinstance(name, str):
        raise Unusable(400, "BAD_REQUEST", "`operationName` is text.")
    if extensions is not None and not isinstance(extensions, dict):
        raise Unusable(400, "BAD_REQUEST", "`extensions` is an object.")
    return GraphQLRequest(query, variables or {}, name or None)


def _status(answer: GraphQLResponse, kind: str | None) -> int:
    """200 for what was executed; what was not is 400, or 200 for clients that know only `application/json`."""
    if answer.failed is not None:
        return answer.failed
    return 200 if answer.executed or kind == JSON else 400


def _typed(kind: str | None) -> bytes:
    return _GRAPHQL_TYPE if kind == GRAPHQL else _JSON_TYPE


async def _respond(
    send: Send, status: int, body: bytes, content_type: bytes, extra: dict[str, str] | None = None
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), *_ALWAYS]
    if extra:
        headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in extra.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
