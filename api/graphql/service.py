"""One GraphQL request from text to bytes: document, variables, plan, statement, shape."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType, execute_sync
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import DocumentNode, SelectionSetNode

from api.auth import Caller, Refused, require
from api.graphql.answers import Answer, answered, failure, refused
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.observed import Observed
from api.graphql.compile.request import Request
from api.graphql.compile.selection import Selector
from api.graphql.documents import Document, Documents
from api.graphql.execute import Mutations
from api.graphql.known import Known
from api.graphql.reading import Reading
from api.limits import LimitExceeded, Limits, check_cost
from graph.clock import Clock, epoch_ms

_NO_VALUES = VariableValues({}, {})
_ABOUT_THE_CATALOGUE = {"INVALID_CRITERION", "UNKNOWN_ATTRIBUTE", "INVALID_ROLL_UP"}


class Asked(NamedTuple):
    """What a request asks: the parameters of GraphQL over HTTP."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None


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

    def operation(self, asked: Asked) -> OperationType | None:
        """The type of the operation asked for; None where the document or the name is wrong."""
        try:
            return self._documents.find(asked.query).operation(asked.operation_name).operation
        except GraphQLError:
            return None

    async def answer(self, asked: Asked, who: Caller) -> Answer:
        """Answer one request. Never raises but Refused, for a caller who may not."""
        document = self._documents.find(asked.query)
        if document.errors:
            return refused(document.errors)
        try:
            operation = document.operation(asked.operation_name)
            values = self._values(operation, asked.variables)
        except GraphQLError as error:
            return refused([error])
        if isinstance(values, list):
            return refused(values)
        return await self._run(document, operation, values, who)

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
            require(who, "read")
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
            plan = document.plan(self._schema, operation, request)
        except GraphQLError as error:
            if (error.extensions or {}).get("code") not in _ABOUT_THE_CATALOGUE:
                raise
            request = Request(request.values, request.now, await self._known.fresh())
            plan = document.plan(self._schema, operation, request)
        check_cost(plan.cost(request), self._limits)
        data = await self._reading.data(plan, request)
        if plan.introspected:
            data |= self._introspected(document, operation, request)
        return answered(plan.ordered(data))

    def _introspected(self, document: Document, operation: OperationDefinitionNode, request: Request) -> dict[str, Any]:
        """`__schema` and `__type`, which graphql-core knows best."""
        assert self._schema.query_type is not None
        selector = Selector(document.fragments, Observed(request))
        found = selector.root(self._schema.query_type.name, operation.selection_set)
        nodes = [node for key in found for node in found[key] if node.name.value in ("__schema", "__type")]
        only = OperationDefinitionNode(
            operation=OperationType.QUERY,
            variable_definitions=operation.variable_definitions,
            directives=(),
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        parts = DocumentNode(definitions=(only, *document.fragments.values()))
        result = execute_sync(self._schema, parts, variable_values=request.values.coerced)
        assert isinstance(result, ExecutionResult)
        if result.errors:
            raise result.errors[0]
        return result.data or {}

    def _values(
        self, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> VariableValues | list[GraphQLError]:
        if not operation.variable_definitions:
            return _NO_VALUES
        values = get_variable_values(self._schema, operation.variable_definitions, variables, max_errors=20)
        if isinstance(values, list):
            for error in values:
                error.extensions = {"code": "BAD_VARIABLES", **(error.extensions or {})}
        return values
