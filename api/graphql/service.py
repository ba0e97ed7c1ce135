"""One GraphQL request from text to bytes: document, variables, plan, statement, shape."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from api.auth import AccessDenied, Caller, require
from api.graphql.catalogue_cache import CatalogueCache
from api.graphql.compile.errors import request_error
from api.graphql.compile.request import Request
from api.graphql.documents import Document, Documents
from api.graphql.introspection import Introspection
from api.graphql.list_lengths import check_lists
from api.graphql.mutations import Mutations
from api.graphql.mutations.foreseen import ABOUT_THE_CATALOGUE
from api.graphql.mutations.scopes import USABLE, allow
from api.graphql.plan_runner import PlanRunner
from api.graphql.responses import GraphQLResponse, error_response, executed_response, failure_response
from api.graphql.unreadable_rows import SalvagedVariables
from api.limits import LimitExceeded, Limits, check_cost
from graph.clock import Clock, epoch_ms

_NO_VALUES = VariableValues({}, {})


class GraphQLRequest(NamedTuple):
    """What a request asks: the parameters of GraphQL over HTTP."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None
    only_queries: bool = False


class NotAQuery(Exception):
    """A request that may only read asks for something else."""


class _InvalidRequest(Exception):
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
        self._documents = Documents(schema, limits)
        self._introspection = Introspection(schema, limits)

    async def answer(self, asked: GraphQLRequest, who: Caller) -> GraphQLResponse:
        """GraphQLResponse one request. Never raises but AccessDenied, for a caller who may not, and NotAQuery."""
        require(who, *USABLE)
        try:
            document, operation = self._found(asked, who)
            values = self._values(operation, asked.variables)
        except _InvalidRequest as reason:
            return error_response(reason.errors)
        except GraphQLError as error:
            return error_response([error])
        return await self._run(document, operation, values, who)

    def _found(self, asked: GraphQLRequest, who: Caller) -> tuple[Document, OperationDefinitionNode]:
        """The document and its operation. Who asks is looked at before anything that takes long. Raises GraphQLError, AccessDenied."""
        document, node = self._documents.kept(asked.query), None
        if document is None:
            document, node = self._documents.read(asked.query)
        operation = document.operation(asked.operation_name)
        if asked.only_queries and operation.operation is not OperationType.QUERY:
            raise NotAQuery
        allow(operation, document.fragments, who)
        if node is not None and (errors := self._documents.keep(document, node)):
            raise _InvalidRequest(errors)
        return document, operation

    async def _run(
        self, document: Document, operation: OperationDefinitionNode, values: VariableValues, who: Caller
    ) -> GraphQLResponse:
        try:
            if operation.operation is OperationType.SUBSCRIPTION:
                what = "Subscriptions are not available yet; ask `organisation { journey stays }` instead."
                return executed_response(None, [request_error("NOT_AVAILABLE", what)])
            now = epoch_ms(self._clock.now())
            request = Request(values, now, await self._catalogue_cache.catalogue())
            if operation.operation is OperationType.MUTATION:
                return await self._mutations.run(document, operation, request, who)
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
            variables = variables.with_stand_ins(operation.variable_definitions)
        check_lists(self._schema, operation, variables, self._limits)
        values = get_variable_values(self._schema, operation.variable_definitions, variables, max_errors=20)
        if isinstance(values, list):
            for error in values:
                error.extensions = {"code": "BAD_VARIABLES", **(error.extensions or {})}
            raise _InvalidRequest(values)
        return values
