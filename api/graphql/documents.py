"""Documents: parsed, checked and validated once, their plans kept, the least used forgotten first."""

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
from api.graphql.parsing import parsed, validated
from api.limits import Limits
from graph.attributes.catalogue import Catalogue

PLANS_PER_OPERATION = 100
BYTES_PER_OPERATION = 4_000_000
"""Plans of one operation are forgotten beyond this, the oldest first."""
_AT_LEAST = 2_000
_PER_TOKEN = 500
_PER_CHARACTER = 8
"""About how many bytes a token of a document takes once it is parsed, and a character of a statement with what binds and shapes it."""


@dataclass
class Plans:
    """The plans of one operation: one for every way its variables change the statement's text."""

    reads: Dependencies = field(default_factory=Dependencies)
    kept: OrderedDict[Hashable, tuple[Plan, Catalogue | None]] = field(default_factory=OrderedDict)
    bytes: int = 0

    def find(
        self, schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, request: Request
    ) -> Plan:
        """The plan for this request, compiled if there is none yet. Raises GraphQLError."""
        found = self.kept.get(self.reads.key(request))
        if found is not None and (found[1] is None or found[1] is request.catalogue):
            return found[0]
        return self._compile(schema, document, operation, request)

    def _compile(
        self, schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, request: Request
    ) -> Plan:
        observed, known = ObservedRequest(request, self.reads), self.reads.order
        try:
            plan = compile_operation(schema, operation, document.fragments, observed)
        finally:
            if self.reads.order != known:  # whether it failed or not: what it read is part of every key from now on
                self.kept.clear()
                self.bytes = 0
        self._keep(self.reads.key(request), plan, request.catalogue if observed.read_catalogue else None)
        return plan

    def _keep(self, key: Hashable, plan: Plan, catalogue: Catalogue | None) -> None:
        before = self.kept.get(key)
        self.bytes += _weight(key, plan) - (_weight(key, before[0]) if before else 0)
        self.kept[key] = (plan, catalogue)
        while len(self.kept) > PLANS_PER_OPERATION or self.bytes > BYTES_PER_OPERATION:
            oldest, (gone, _) = self.kept.popitem(last=False)
            self.bytes -= _weight(oldest, gone)


def _weight(key: Hashable, plan: Plan) -> int:
    """About how many bytes a plan takes, its key included."""
    return len(repr(key)) + _PER_CHARACTER * plan.size


@dataclass
class Document:
    """One document that can run: its operations and fragments."""

    text: str
    operations: dict[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]
    parsed: int
    """About how many bytes it takes without its plans."""
    plans: dict[int, Plans] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """About how many bytes it takes with its plans."""
        return self.parsed + sum(each.bytes for each in self.plans.values())

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises GraphQLError when the name is missing or nobody's."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            names = ", ".join(str(one) for one in self.operations)
            raise request_error("OPERATION_NAME_NEEDED", f"The document has several operations, say which: {names}.")
        found = self.operations.get(name)
        if found is None:
            raise request_error("UNKNOWN_OPERATION", f"The document has no operation {name!r}.")
        return found


class Documents:
    """The documents of a schema by their text: those that can run are kept, within a bound of bytes."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Begin with none."""
        self._schema = schema
        self._limits = limits
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self.bytes = 0

    def kept(self, text: str) -> Document | None:
        """The document of a text that ran before."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    def read(self, text: str) -> tuple[Document, DocumentNode]:
        """A document not known yet, of which only the size has been checked. Raises GraphQLError."""
        node, tokens = parsed(text, self._limits)
        return _document(text, node, tokens), node

    def keep(self, document: Document, node: DocumentNode) -> list[GraphQLError]:
        """Validate a document and keep it if it can run; what is wrong with it otherwise."""
        errors = validated(self._schema, node, self._limits)
        if not errors:
            self._kept[document.text] = document
            self._grown(document.bytes)
        return errors

    def plan(self, document: Document, operation: OperationDefinitionNode, request: Request) -> Plan:
        """The plan of an operation for a request. Raises GraphQLError."""
        plans = document.plans.get(id(operation))
        if plans is None:
            plans = document.plans[id(operation)] = Plans()
        before = plans.bytes
        try:
            return plans.find(self._schema, document, operation, request)
        finally:
            if plans.bytes != before and self._kept.get(document.text) is document:
                self._grown(plans.bytes - before)

    def _grown(self, by: int) -> None:
        self.bytes += by
        while self.bytes > self._limits.documents and self._kept:
            _, gone = self._kept.popitem(last=False)
            self.bytes -= gone.bytes


def _document(text: str, node: DocumentNode, tokens: int) -> Document:
    operations: dict[str | None, Any] = {}
    fragments = {}
    for definition in node.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations[definition.name.value if definition.name else None] = definition
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
    return Document(text, operations, fragments, _AT_LEAST + len(text) + tokens * _PER_TOKEN)
