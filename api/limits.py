"""Limits of one request. Every limit has a code of its own and a message with the requested and the allowed amount."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request.

    | field | bound |
    |---|---|
    | `body`, `document` | bytes of the body, characters of the document |
    | `depth` | nested fields |
    | `nesting` | nested selections, those of fragments included |
    | `comparisons` | comparisons of repeated fields during validation |
    | `values` | length of one list in an argument |
    | `rows` | rows of one mutation or of `/facts` |
    | `items` | length of all lists in arguments together |
    | `criteria` | characters of all criteria together |
    | `introspected` | fields of the schema in one response |
    | `documents` | bytes of all cached documents and plans; for the whole service |
    | `cost` | rows that the plan would read |
    | `seconds` | time of one statement |
    """

    body: int = 8_000_000
    document: int = 200_000
    tokens: int = 5_000
    depth: int = 20
    nesting: int = 100
    aliases: int = 100
    directives: int = 50
    fields: int = 1_000
    comparisons: int = 50_000
    values: int = 200
    rows: int = 2_000
    items: int = 30_000
    criteria: int = 20_000
    introspected: int = 50_000
    documents: int = 64_000_000
    cost: int = 100_000
    seconds: float = 30.0


_ASTRONOMIC = 10**12


class LimitExceeded(GraphQLError):
    """A request is over a limit; nothing was done."""

    def __init__(self, code: str, complaint: str, requested: float, limit: float) -> None:
        """Write the message. The requested amount is capped, since doubling fragments make it astronomic."""
        requested = min(requested, _ASTRONOMIC)
        message = f"{complaint}: {requested:,} where at most {limit:,} are allowed."
        super().__init__(message, extensions={"code": code, "limit": limit, "asked": requested})


def too_many_tokens(error: GraphQLError, limits: Limits) -> GraphQLError:
    """Return graphql-core's refusal of too many tokens under a code of ours."""
    return GraphQLError(
        f"The document has more than {limits.tokens:,} tokens. Pass values as variables, or split it.",
        source=error.source,
        positions=error.positions,
        extensions={"code": "TOO_MANY_TOKENS", "limit": limits.tokens},
    )


def check_cost(cost: int, limits: Limits) -> None:
    """Refuse a query that would read too many rows, before it is sent to the engine. Raises LimitExceeded."""
    if cost > limits.cost:
        raise LimitExceeded(
            "TOO_COSTLY", "The query would read too many rows; ask for smaller pages", cost, limits.cost
        )
