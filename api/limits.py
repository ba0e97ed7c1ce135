"""What one request may ask for. Every limit has its own code, says what was asked and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request; sizes in bytes, `seconds` for the statement.

    `nesting` counts selections within selections, those of fragments included; `comparisons` what it takes to see
    whether repeated fields agree; `values` is the length of a list in an argument and `items` of all such lists together;
    `criteria` are the characters of all criteria that a request gives to be read.
    `introspected` are fields of the schema in one answer. `documents` bounds all documents and plans that are kept.
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
    """A request asks for more than one may; nothing was done."""

    def __init__(self, code: str, what: str, asked: float, limit: float) -> None:
        """Say what was asked and what is allowed; what is asked may be astronomic, where fragments double."""
        asked = min(asked, _ASTRONOMIC)
        message = f"{what}: {asked:,} where at most {limit:,} are allowed."
        super().__init__(message, extensions={"code": code, "limit": limit, "asked": asked})


def check_tokens(error: GraphQLError, limits: Limits) -> GraphQLError:
    """graphql-core's own refusal of too many tokens, under our code."""
    return GraphQLError(
        f"The document has more than {limits.tokens:,} tokens. Pass values as variables, or split it.",
        source=error.source,
        positions=error.positions,
        extensions={"code": "TOO_MANY_TOKENS", "limit": limits.tokens},
    )


def check_cost(cost: int, limits: Limits) -> None:
    """Refuse a query that would read too much, before the engine is asked. Raises LimitExceeded."""
    if cost > limits.cost:
        raise LimitExceeded(
            "TOO_COSTLY", "The query would read too many rows; ask for smaller pages", cost, limits.cost
        )
