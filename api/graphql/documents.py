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
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from api.graphql.compile import Plan, compile_operation
from api.graphql.compile.mistakes import mistake
from api.graphql.compile.observed import Observed, Reads
from api.graphql.compile.request import Request
from api.limits import LimitExceeded, Limits, check_size, check_tokens
from graph.attributes.catalogue import Catalogue

KEPT = 1_000
PLANS_PER_OPERATION = 100
MOST_ERRORS = 20


@dataclass
class Plans:
    """The plans of one operation: one for every way its variables change the statement's text."""

    reads: Reads = field(default_factory=Reads)
    kept: OrderedDict[Hashable, tuple[Plan, Catalogue | None]] = field(default_factory=OrderedDict)

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
        observed, known = Observed(request, self.reads), self.reads.order
        try:
            plan = compile_operation(schema, operation, document.fragments, observed)
        finally:
            if self.reads.order != known:
                self.kept.clear()  # whether it failed or not: what it read is part of every key from now on
        self.kept[self.reads.key(request)] = (plan, request.catalogue if observed.read_catalogue else None)
        if len(self.kept) > PLANS_PER_OPERATION:
            self.kept.popitem(last=False)
        return plan


@dataclass
class Document:
    """One document text: its operations, or why it has none that can run. `failed` is `parse`, `limit` or `validate`."""

    operations: dict[str | None, OperationDefinitionNode]
    fragments: dict[str, FragmentDefinitionNode]
    errors: list[GraphQLError] = field(default_factory=list)
    plans: dict[int, Plans] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises GraphQLError when the name is missing or nobody's."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            names = ", ".join(str(one) for one in self.operations)
            raise mistake("OPERATION_NAME_NEEDED", f"The document has several operations, say which: {names}.")
        found = self.operations.get(name)
        if found is None:
            raise mistake("UNKNOWN_OPERATION", f"The document has no operation {name!r}.")
        return found

    def plan(self, schema: GraphQLSchema, operation: OperationDefinitionNode, request: Request) -> Plan:
        """The plan of an operation for a request. Raises GraphQLError."""
        plans = self.plans.get(id(operation))
        if plans is None:
            plans = self.plans[id(operation)] = Plans()
        return plans.find(schema, self, operation, request)


class Documents:
    """The documents of a schema by their text."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        """Begin with none."""
        self._schema = schema
        self._limits = limits
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def find(self, text: str) -> Document:
        """The document of a text; its `errors` say what is wrong with it."""
        found = self._kept.get(text)
        if found is None:
            found = self._kept[text] = self._read(text)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(text)
        return found

    def _read(self, text: str) -> Document:
        try:
            node = self._parsed(text)
            check_size(node, self._limits)
        except GraphQLError as error:
            return Document({}, {}, [error])
        errors = validate(self._schema, node, max_errors=MOST_ERRORS)
        if errors:
            return Document({}, {}, [_coded(error, "INVALID_DOCUMENT") for error in errors])
        return _document(node)

    def _parsed(self, text: str) -> DocumentNode:
        size = len(text)
        if size > self._limits.document:
            raise LimitExceeded("DOCUMENT_TOO_LARGE", "The document is too long", size, self._limits.document)
        try:
            return parse(text, max_tokens=self._limits.tokens)
        except GraphQLSyntaxError as error:
            if "more than" in error.message and "tokens" in error.message:
                raise check_tokens(error, self._limits) from None
            raise _coded(error, "TOO_DEEP" if "nested too deeply" in error.message else "SYNTAX_ERROR") from None
        except RecursionError:
            raise LimitExceeded(
                "TOO_DEEP", "The document nests too deep", self._limits.tokens, self._limits.depth
            ) from None


def _document(node: DocumentNode) -> Document:
    operations: dict[str | None, Any] = {}
    fragments = {}
    for definition in node.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations[definition.name.value if definition.name else None] = definition
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = definition
    return Document(operations, fragments)


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {"code": code, **(error.extensions or {})}
    return error
