"""One GraphQL request from text to bytes: document, variables, plan, statement, shape."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from api.auth import Caller, Refused, require
from api.graphql.answers import Answer, answered, failure, refused
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.request import Request
from api.graphql.documents import Document, Documents
from api.graphql.execute import Mutations
from api.graphql.execute.payload_checks import ABOUT_THE_CATALOGUE
from api.graphql.execute.scopes import USABLE, allow
from api.graphql.introspection import Introspection
from api.graphql.known import Known
from api.graphql.lists import check_lists
from api.graphql.reading import Reading
from api.graphql.unread import Variables
from api.limits import LimitExceeded, Limits, check_cost
from graph.clock import Clock, epoch_ms

_NO_VALUES = VariableValues({}, {})


class Asked(NamedTuple):
    """What a request asks: the parameters of GraphQL over HTTP."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None
    only_queries: bool = False


class OnlyQueries(Exception):
    """A request that may only read asks for something else."""


class _Wrong(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class Service:
    """Answers GraphQL over one graph."""

    def __init__(
        self, schema: GraphQLSchema, reading: Reading, mutations: Mutations, known: Known, clock: Clock, limits: Limits
    ) -> None:
        """Keep what every request needs."""
        self._schema = schema
        self._reading = reading
        self._mutations = mutations
        self._known = known
        self._clock = clock
        self._limits = limits
        self._documents = Documents(schema, limits)
        self._introspection = Introspection(schema, limits)

    async def answer(self, asked: Asked, who: Caller) -> Answer:
        """Answer one request. Never raises but Refused, for a caller who may not, and OnlyQueries."""
        require(who, *USABLE)
        try:
            document, operation = self._found(asked, who)
            values = self._values(operation, asked.variables)
        except _Wrong as reason:
            return refused(reason.errors)
        except GraphQLError as error:
            return refused([error])
        return await self._run(document, operation, values, who)

    def _found(self, asked: Asked, who: Caller) -> tuple[Document, OperationDefinitionNode]:
        """The document and its operation. Who asks is looked at before anything that takes long. Raises GraphQLError, Refused."""
        document, node = self._documents.kept(asked.query), None
        if document is None:
            document, node = self._documents.read(asked.query)
        operation = document.operation(asked.operation_name)
        if asked.only_queries and operation.operation is not OperationType.QUERY:
            raise OnlyQueries
        allow(operation, document.fragments, who)
        if node is not None and (errors := self._documents.keep(document, node)):
            raise _Wrong(errors)
        return document, operation

    async def _run(
        self, document: Document, operation: OperationDefinitionNode, values: VariableValues, who: Caller
    ) -> Answer:
        try:
            if operation.operation is OperationType.SUBSCRIPTION:
                what = "Subscriptions are not available yet; ask `organisation { journey stays }` instead."
                return answered(None, [mistake("NOT_AVAILABLE", what)])
            now = epoch_ms(self._clock.now())
            request = Request(values, now, await self._known.catalogue())
            if operation.operation is OperationType.MUTATION:
                return await self._mutations.run(document, operation, request, who)
            return await self._read(document, operation, request)
        except LimitExceeded as error:
            return refused([error])
        except GraphQLError as error:
            return answered(None, [error])
        except Refused:
            raise
        except Exception as reason:  # noqa: BLE001 - whatever it is, it is logged and no detail leaves
            return failure(reason)

    async def _read(self, document: Document, operation: OperationDefinitionNode, request: Request) -> Answer:
        try:
            plan = self._documents.plan(document, operation, request)
        except GraphQLError as error:
            if (error.extensions or {}).get("code") not in ABOUT_THE_CATALOGUE:
                raise
            request = Request(request.values, request.now, await self._known.fresh())
            plan = self._documents.plan(document, operation, request)
        plan.check(request)
        check_cost(plan.cost(request), self._limits)
        data = await self._reading.data(plan, request)
        if plan.introspected:
            data |= await self._introspection.data(document, operation, request)
        return answered(plan.ordered(data))

    def _values(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> VariableValues:
        if not operation.variable_definitions:
            return _NO_VALUES
        if isinstance(variables, Variables):
            variables = variables.placed(operation.variable_definitions)
        check_lists(self._schema, operation, variables, self._limits)
        values = get_variable_values(self._schema, operation.variable_definitions, variables, max_errors=20)
        if isinstance(values, list):
            for error in values:
                error.extensions = {"code": "BAD_VARIABLES", **(error.extensions or {})}
            raise _Wrong(values)
        return values
