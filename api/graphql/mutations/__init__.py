"""Run mutations one after the other. The compiler reads the nodes that their payloads select."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode

from api.auth import Caller, require
from api.graphql.catalogue_cache import CatalogueCache
from api.graphql.compile import compile_field
from api.graphql.compile.dependencies import ObservedRequest
from api.graphql.compile.request import Request
from api.graphql.compile.scope import Compilation, Field
from api.graphql.compile.selection import Selector
from api.graphql.documents import Document
from api.graphql.mutations.changes import Changes
from api.graphql.mutations.payload_checks import check_payload
from api.graphql.mutations.payloads import Entity, shape_payload
from api.graphql.mutations.scopes import SCOPES
from api.graphql.plan_runner import PlanRunner
from api.graphql.responses import GraphQLResponse, executed_response
from api.limits import Limits


class Mutations:
    """Runs mutation operations."""

    def __init__(
        self,
        schema: GraphQLSchema,
        runner: PlanRunner,
        changes: Changes,
        catalogue_cache: CatalogueCache,
        limits: Limits,
    ) -> None:
        """Keep what every mutation needs."""
        self._schema = schema
        self._runner = runner
        self._changes = changes
        self._catalogue_cache = catalogue_cache
        self._limits = limits

    async def run(
        self, document: Document, operation: OperationDefinitionNode, request: Request, caller: Caller
    ) -> GraphQLResponse:
        """Run the fields of an operation in their order. Raises AccessDenied, GraphQLError."""
        mutation = self._schema.mutation_type
        assert mutation is not None
        compilation = Compilation(self._schema, Selector(document.fragments, ObservedRequest(request)))
        selected = compilation.selector.root(mutation.name, operation.selection_set)
        fields = [compilation.field(mutation, key, nodes, ()) for key, nodes in selected.items()]
        for field in fields:
            if field.name != "__typename":
                require(caller, *SCOPES[field.name])
            check_payload(self._schema, document.fragments, compilation, field, request, caller, self._limits)
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for field in fields:
            try:
                data[field.key] = await self._field(document, compilation, request, field, caller)
            except GraphQLError as error:
                # Every field of Mutation is non-null, so one error leaves no data. Earlier mutations stay done.
                errors.append(error)
                break
        return executed_response(None if errors else data, errors)

    async def _field(
        self, document: Document, compilation: Compilation, request: Request, field: Field, caller: Caller
    ) -> Any:
        if field.name == "__typename":
            return field.parent
        payload = await self._changes.make(field, field.arguments.values, caller)

        async def entity(part: Field, one: Entity) -> Any:
            now = Request(request.values, request.now, await self._catalogue_cache.catalogue())
            plan = compile_field(self._schema, part, document.fragments, now, one.id, one.part)
            return (await self._runner.data(plan, now))[part.key]

        return await shape_payload(compilation, field, payload, entity)


__all__ = ["Changes", "Mutations"]
