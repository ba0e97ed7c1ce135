"""Explanations of rules, clause by clause."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.scalars import JSON, DateTime

NODE = "A clause with the value it was evaluated on. `parent` is the index of the clause above it in `tree`; the root has none."
EXPLANATION = "The reason why an organisation is in a stage or not, or has completed an objective or not."


@strawberry.type(description=NODE)
class ExplanationNode:
    """A clause with the value it was evaluated on."""

    parent: int | None = plain_field("Index of the clause above it in `tree`.")
    clause: str = plain_field("Text of the clause.")
    holds: bool = plain_field(
        "True if the clause holds now. For a clause about other nodes: true if it holds for at least one of them."
    )
    unknown: bool = plain_field("True if the result depends on an unknown value (C1).")
    actual: JSON | None = plain_field(
        "Value it was evaluated on. Several values come by name; for other nodes, the number for which it holds and their number."
    )
    flips_at: DateTime | None = plain_field("Time when the clause flips by the passing of time alone.")


@strawberry.type(description=EXPLANATION)
class Explanation:
    """The reason why a rule holds or not."""

    holds: bool = plain_field(
        "True if the organisation is in the stage, or has completed the objective in its last stay there."
    )
    text: str = plain_field("Explanation in words: the state, then every clause with its value.")
    tree: list[ExplanationNode] = plain_field("Clauses for programs, parents first.")
