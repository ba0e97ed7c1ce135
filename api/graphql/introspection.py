"""Answer `__schema` and `__type` with graphql-core: in a thread, one at a time, within a bound, and cached."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    print_ast,
)

from api.graphql.compile.dependencies import ObservedRequest
from api.graphql.compile.request import Request
from api.graphql.compile.selection import Selector
from api.graphql.documents import Document
from api.limits import LimitExceeded, Limits

ROOTS = ("__schema", "__type")
MOST_BYTES = 10_000_000
"""The bound of all cached answers."""


class _TooMuch(BaseException):
    """Ends an execution. graphql-core would turn an Exception into an error of one field."""


class Introspection:
    """Answers queries about a schema, each of them executed once."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Start with an empty cache."""
        self._schema = schema
        self._limits = limits
        self._cache: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()

    async def data(self, document: Document, operation: OperationDefinitionNode, request: Request) -> dict[str, Any]:
        """Return the values of an operation's fields about the schema. Raises GraphQLError."""
        assert self._schema.query_type is not None
        found = Selector(document.fragments, ObservedRequest(request)).root(
            self._schema.query_type.name, operation.selection_set
        )
        nodes = [node for key in found for node in found[key] if node.name.value in ROOTS]
        parts = _document_of(document, operation, nodes)
        key = f"{request.values.coerced!r} {print_ast(parts)}"
        async with self._one_at_a_time:
            if key not in self._cache:
                data = await asyncio.to_thread(self._execute, parts, request)
                self._keep(key, data)
            self._cache.move_to_end(key)
            return {name: orjson.Fragment(text) for name, text in self._cache[key].items()}

    def _execute(self, parts: DocumentNode, request: Request) -> dict[str, bytes]:
        counter = _counting_middleware(self._limits)
        try:
            result = execute_sync(self._schema, parts, variable_values=request.values.coerced, middleware=[counter])
        except _TooMuch:
            most = self._limits.introspected
            raise LimitExceeded("TOO_COSTLY", "The query reads too much of the schema", most + 1, most) from None
        assert isinstance(result, ExecutionResult)
        if result.errors:
            raise result.errors[0]
        return {name: orjson.dumps(value) for name, value in (result.data or {}).items()}

    def _keep(self, key: str, data: dict[str, bytes]) -> None:
        self._cache[key] = data
        self._bytes += _weight(key, data)
        while self._bytes > MOST_BYTES and len(self._cache) > 1:
            self._bytes -= _weight(*self._cache.popitem(last=False))


def _weight(key: str, data: dict[str, bytes]) -> int:
    return len(key) + sum(len(text) for text in data.values())


def _document_of(document: Document, operation: OperationDefinitionNode, nodes: list[FieldNode]) -> DocumentNode:
    only = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    return DocumentNode(definitions=(only, *document.fragments.values()))


def _counting_middleware(limits: Limits) -> Callable[..., Any]:
    left = limits.introspected

    def count(resolve: Callable[..., Any], source: Any, info: Any, **arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuch
        return resolve(source, info, **arguments)

    return count
