"""Mutations: one after the other, each through the writer, what is selected of their payloads read by the compiler."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode

from api.auth import Caller, require
from api.graphql.answers import Answer, answered
from api.graphql.compile import compile_field
from api.graphql.compile.observed import Observed
from api.graphql.compile.request import Request
from api.graphql.compile.scope import Compilation, Field
from api.graphql.compile.selection import Selector
from api.graphql.documents import Document
from api.graphql.execute.changes import Changes
from api.graphql.execute.payload_checks import check_payload
from api.graphql.execute.payloads import Entity, projected
from api.graphql.execute.scopes import SCOPES
from api.graphql.known import Known
from api.graphql.reading import Reading
from api.limits import Limits


class Mutations:
    """Runs mutation operations."""

    def __init__(self, schema: GraphQLSchema, reading: Reading, changes: Changes, known: Known, limits: Limits) -> None:
        """Keep what every mutation needs."""
        self._schema = schema
        self._reading = reading
        self._changes = changes
        self._known = known
        self._limits = limits

    async def run(
        self, document: Document, operation: OperationDefinitionNode, request: Request, who: Caller
    ) -> Answer:
        """Run the fields of an operation in their order. Raises Refused for a caller who may not, GraphQLError."""
        mutation = self._schema.mutation_type
        assert mutation is not None
        compilation = Compilation(self._schema, Selector(document.fragments, Observed(request)))
        selected = compilation.selector.root(mutation.name, operation.selection_set)
        fields = [compilation.field(mutation, key, nodes, ()) for key, nodes in selected.items()]
        for field in fields:
            if field.storage is None and field.name in SCOPES:
                require(who, *SCOPES[field.name])
            check_payload(self._schema, document.fragments, compilation, field, request, who, self._limits)
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        for field in fields:
            try:
                data[field.key] = await self._field(document, compilation, request, field, who)
            except GraphQLError as error:
                # every field of Mutation is non-null, so one error leaves no data; what came before it is done
                errors.append(error)
                break
        return answered(None if errors else data, errors)

    async def _field(
        self, document: Document, compilation: Compilation, request: Request, field: Field, who: Caller
    ) -> Any:
        if field.name == "__typename":
            return field.parent
        payload = await self._changes.make(field, field.arguments.values, who)

        async def entity(part: Field, one: Entity) -> Any:
            now = Request(request.values, request.now, await self._known.catalogue())
            plan = compile_field(self._schema, part, document.fragments, now, one.id, one.part)
            return (await self._reading.data(plan, now))[part.key]

        return await projected(compilation, field, payload, entity)


__all__ = ["Changes", "Mutations"]
