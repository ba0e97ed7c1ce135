"""Answer one GraphQL request: find the document, coerce the variables, find the plan, run it, shape the response."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from api.auth import AccessDenied, Caller, require
from api.graphql.catalogue_cache import CatalogueCache
from api.graphql.compile.errors import request_error
from api.graphql.compile.request import Request
from api.graphql.documents import Document, DocumentCache
from api.graphql.introspection import Introspection
from api.graphql.list_lengths import check_lists
from api.graphql.mutations import Mutations
from api.graphql.mutations.payload_checks import ABOUT_THE_CATALOGUE
from api.graphql.mutations.scopes import USABLE, check_scopes
from api.graphql.plan_runner import PlanRunner
from api.graphql.responses import GraphQLResponse, error_response, executed_response, failure_response
from api.graphql.unreadable_rows import SalvagedVariables
from api.limits import LimitExceeded, Limits, check_cost
from graph.clock import Clock, epoch_ms

_NO_VALUES = VariableValues({}, {})


class GraphQLRequest(NamedTuple):
    """The parameters of GraphQL over HTTP. With `only_queries`, other operations are refused."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None
    only_queries: bool = False


class NotAQuery(Exception):
    """A request with `only_queries` asks for another operation."""


class _InvalidRequest(Exception):
    """Errors of a document or its variables."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class GraphQLService:
    """Answers GraphQL over one graph."""

    def __init__(
        self,
        schema: GraphQLSchema,
        runner: PlanRunner,
        mutations: Mutations,
        catalogue_cache: CatalogueCache,
        clock: Clock,
        limits: Limits,
    ) -> None:
        """Keep what every request needs."""
        self._schema = schema
        self._runner = runner
        self._mutations = mutations
        self._catalogue_cache = catalogue_cache
        self._clock = clock
        self._limits = limits
        self._documents = DocumentCache(schema, limits)
        self._introspection = Introspection(schema, limits)

    async def answer(self, request: GraphQLRequest, caller: Caller) -> GraphQLResponse:
        """Answer one request. Raises only AccessDenied and NotAQuery."""
        require(caller, *USABLE)
        try:
            document, operation = self._operation(request, caller)
            values = self._values(operation, request.variables)
        except _InvalidRequest as reason:
            return error_response(reason.errors)
        except GraphQLError as error:
            return error_response([error])
        return await self._run(document, operation, values, caller)

    def _operation(self, request: GraphQLRequest, caller: Caller) -> tuple[Document, OperationDefinitionNode]:
        """Return the document and its operation.

        The caller's scopes are checked before validation, which takes long. Raises GraphQLError, AccessDenied.
        """
        document, new_node = self._documents.find(request.query), None
        if document is None:
            document, new_node = self._documents.read(request.query)
        operation = document.operation(request.operation_name)
        if request.only_queries and operation.operation is not OperationType.QUERY:
            raise NotAQuery
        check_scopes(operation, document.fragments, caller)
        if new_node is not None and (errors := self._documents.add(document, new_node)):
            raise _InvalidRequest(errors)
        return document, operation

    async def _run(
        self, document: Document, operation: OperationDefinitionNode, values: VariableValues, caller: Caller
    ) -> GraphQLResponse:
        try:
            if operation.operation is OperationType.SUBSCRIPTION:
                message = "Subscriptions are not available yet; ask `organisation { journey stays }` instead."
                return executed_response(None, [request_error("NOT_AVAILABLE", message)])
            now = epoch_ms(self._clock.now())
            request = Request(values, now, await self._catalogue_cache.catalogue())
            if operation.operation is OperationType.MUTATION:
                return await self._mutations.run(document, operation, request, caller)
            return await self._read(document, operation, request)
        except LimitExceeded as error:
            return error_response([error])
        except GraphQLError as error:
            return executed_response(None, [error])
        except AccessDenied:
            raise
        except Exception as reason:  # noqa: BLE001 - whatever it is, it is logged and no detail leaves
            return failure_response(reason)

    async def _read(self, document: Document, operation: OperationDefinitionNode, request: Request) -> GraphQLResponse:
        try:
            plan = self._documents.plan(document, operation, request)
        except GraphQLError as error:
            if (error.extensions or {}).get("code") not in ABOUT_THE_CATALOGUE:
                raise
            # Another service may have declared the attribute since the catalogue was read.
            request = Request(request.values, request.now, await self._catalogue_cache.reload())
            plan = self._documents.plan(document, operation, request)
        plan.check(request)
        check_cost(plan.cost(request), self._limits)
        data = await self._runner.data(plan, request)
        if plan.introspected:
            data |= await self._introspection.data(document, operation, request)
        return executed_response(plan.ordered(data))

    def _values(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> VariableValues:
        if not operation.variable_definitions:
            return _NO_VALUES
        if isinstance(variables, SalvagedVariables):
            variables = variables.replace_unreadable(operation.variable_definitions)
        check_lists(self._schema, operation, variables, self._limits)
        values = get_variable_values(self._schema, operation.variable_definitions, variables, max_errors=20)
        if isinstance(values, list):
            for error in values:
                error.extensions = {"code": "BAD_VARIABLES", **(error.extensions or {})}
            raise _InvalidRequest(values)
        return values
