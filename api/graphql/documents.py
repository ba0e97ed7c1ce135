"""Cache documents and plans: each document is parsed and validated once, and the least used are dropped first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)

from api.graphql.compile import Plan, compile_operation
from api.graphql.compile.dependencies import Dependencies, ObservedRequest
from api.graphql.compile.errors import request_error
from api.graphql.compile.request import Request
from api.graphql.parsing import parse_document, validate_document
from api.limits import Limits
from graph.attributes.catalogue import Catalogue

PLANS_PER_OPERATION = 100
BYTES_PER_OPERATION = 4_000_000
"""The bound of one operation's plans; beyond it the oldest are dropped."""
_LEAST_BYTES = 2_000
_BYTES_PER_TOKEN = 500
_BYTES_PER_CHARACTER = 8
"""Measured sizes of a parsed document by its tokens, and of a plan with its binders and shapers by its characters."""


@dataclass
class PlanCache:
    """The plans of one operation: one for every way its variables change the statement's text.

    A plan that reads the catalogue is kept with it, and is valid only for the same one.
    """

    dependencies: Dependencies = field(default_factory=Dependencies)
    plans: OrderedDict[Hashable, tuple[Plan, Catalogue | None]] = field(default_factory=OrderedDict)
    bytes: int = 0

    def find(
        self, schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, request: Request
    ) -> Plan:
        """Return the plan for this request; compile it if there is none. Raises GraphQLError."""
        found = self.plans.get(self.dependencies.key(request))
        if found is not None and (found[1] is None or found[1] is request.catalogue):
            return found[0]
        return self._compile(schema, document, operation, request)

    def _compile(
        self, schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, request: Request
    ) -> Plan:
        observed, order_before = ObservedRequest(request, self.dependencies), self.dependencies.order
        try:
            plan = compile_operation(schema, operation, document.fragments, observed)
        finally:
            # A compilation that failed counts too: its dependencies are part of every key from now on.
            if self.dependencies.order != order_before:
                self.plans.clear()
                self.bytes = 0
        self._keep(self.dependencies.key(request), plan, request.catalogue if observed.read_catalogue else None)
        return plan

    def _keep(self, key: Hashable, plan: Plan, catalogue: Catalogue | None) -> None:
        replaced = self.plans.get(key)
        self.bytes += _plan_bytes(key, plan) - (_plan_bytes(key, replaced[0]) if replaced else 0)
        self.plans[key] = (plan, catalogue)
        while len(self.plans) > PLANS_PER_OPERATION or self.bytes > BYTES_PER_OPERATION:
            oldest_key, (oldest, _) = self.plans.popitem(last=False)
            self.bytes -= _plan_bytes(oldest_key, oldest)


def _plan_bytes(key: Hashable, plan: Plan) -> int:
    """Return about how many bytes a plan takes with its key."""
    return len(repr(key)) + _BYTES_PER_CHARACTER * plan.size


@dataclass
class Document:
    """One parsed document: its operations and fragments. `own_bytes` is about its size without plans."""

    text: str
    operations: dict[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]
    own_bytes: int
    plans: dict[int, PlanCache] = field(default_factory=dict)
    """The plans of each operation, by the id of its node."""

    @property
    def bytes(self) -> int:
        """Return about how many bytes it takes with its plans."""
        return self.own_bytes + sum(each.bytes for each in self.plans.values())

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation to run. Raises GraphQLError for a missing or an unknown name."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            names = ", ".join(str(one) for one in self.operations)
            raise request_error("OPERATION_NAME_NEEDED", f"The document has several operations, say which: {names}.")
        found = self.operations.get(name)
        if found is None:
            raise request_error("UNKNOWN_OPERATION", f"The document has no operation {name!r}.")
        return found


class DocumentCache:
    """The valid documents of a schema by their text, within a bound of bytes."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Start empty."""
        self._schema = schema
        self._limits = limits
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self.bytes = 0

    def find(self, text: str) -> Document | None:
        """Return the document of a text that ran before."""
        found = self._documents.get(text)
        if found is not None:
            self._documents.move_to_end(text)
        return found

    def read(self, text: str) -> tuple[Document, DocumentNode]:
        """Parse a new document. Its size is checked, its validity is not. Raises GraphQLError."""
        node, tokens = parse_document(text, self._limits)
        return _document(text, node, tokens), node

    def add(self, document: Document, node: DocumentNode) -> list[GraphQLError]:
        """Validate a document and return its errors. It is kept if there are none."""
        errors = validate_document(self._schema, node, self._limits)
        if not errors:
            self._documents[document.text] = document
            self._grow(document.bytes)
        return errors

    def plan(self, document: Document, operation: OperationDefinitionNode, request: Request) -> Plan:
        """Return the plan of an operation for a request. Raises GraphQLError."""
        plans = document.plans.get(id(operation))
        if plans is None:
            plans = document.plans[id(operation)] = PlanCache()
        before = plans.bytes
        try:
            return plans.find(self._schema, document, operation, request)
        finally:
            if plans.bytes != before and self._documents.get(document.text) is document:
                self._grow(plans.bytes - before)

    def _grow(self, by: int) -> None:
        self.bytes += by
        while self.bytes > self._limits.documents and self._documents:
            _, oldest = self._documents.popitem(last=False)
            self.bytes -= oldest.bytes


def _document(text: str, node: DocumentNode, tokens: int) -> Document:
    operations: dict[str | None, Any] = {}
    fragments = {}
    for definition in node.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations[definition.name.value if definition.name else None] = definition
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
    return Document(text, operations, fragments, _LEAST_BYTES + len(text) + tokens * _BYTES_PER_TOKEN)
