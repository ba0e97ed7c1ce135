"""Parse and validate documents: first the length, then the syntax, the size, and at last the validity."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import OverlappingFieldsCanBeMergedRule, ValidationContext

from api.graphql.sizes import check_size
from api.limits import LimitExceeded, Limits, too_many_tokens

MOST_ERRORS = 20
_ABORTED = "Validation aborted."
"""graphql-core's last error when it gives up comparing fields."""


def parse_document(text: str, limits: Limits) -> tuple[DocumentNode, int]:
    """Return a document within the limits and the number of its tokens. Raises GraphQLError."""
    if len(text) > limits.document:
        raise LimitExceeded("DOCUMENT_TOO_LARGE", "The document is too long", len(text), limits.document)
    node = _parse(text, limits)
    check_size(node, limits)
    return node, _count_tokens(node)


def _parse(text: str, limits: Limits) -> DocumentNode:
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if "more than" in error.message and "tokens" in error.message:
            raise too_many_tokens(error, limits) from None
        raise _set_code(error, "TOO_DEEP" if "nested too deeply" in error.message else "SYNTAX_ERROR") from None
    except RecursionError:
        raise LimitExceeded("TOO_DEEP", "The document nests too deep", limits.tokens, limits.depth) from None


def _count_tokens(node: DocumentNode) -> int:
    token, count = node.loc.start_token if node.loc else None, 0
    while token is not None:
        token, count = token.next, count + 1
    return count


def validate_document(schema: GraphQLSchema, node: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """Return the errors of a document."""

    class Overlapping(OverlappingFieldsCanBeMergedRule):
        """graphql-core's rule with a lower bound: it compares all fields of one key with each other."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = limits.comparisons

    rules = [Overlapping if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules]
    errors = validate(schema, node, rules, max_errors=MOST_ERRORS)
    if errors and errors[-1].message == _ABORTED:
        message = (
            "The document repeats fields or fragments too often to compare them all. Select each once, or ask in parts."
        )
        errors[-1] = GraphQLError(message, extensions={"code": "TOO_MANY_REPEATS", "limit": limits.comparisons})
    return [_set_code(error, "INVALID_DOCUMENT") for error in errors]


def _set_code(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {"code": code, **(error.extensions or {})}
    return error
