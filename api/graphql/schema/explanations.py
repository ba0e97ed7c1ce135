"""Why a rule holds for an organisation or not, clause by clause."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.scalars import JSON, DateTime

NODE = "One clause with the value it met. `parent` is the index of the clause above it in `tree`; the root has none."
EXPLANATION = "Why an organisation is, or is not, in a stage, or has, or has not, completed an objective."


@strawberry.type(description=NODE)
class ExplanationNode:
    """One clause with the value it met."""

    parent: int | None = plain_field("The clause above it.")
    clause: str = plain_field("The clause, as it is written.")
    holds: bool = plain_field("Whether it holds now; below a step to others, whether for at least one of them.")
    unknown: bool = plain_field("Whether the answer is what it is only because a value is unknown (C1).")
    actual: JSON | None = plain_field(
        "The value it met; several by name; at a step, for how many of how many it holds."
    )
    flips_at: DateTime | None = plain_field("When the clause flips by the passing of time alone.")


@strawberry.type(description=EXPLANATION)
class Explanation:
    """Why a rule holds or not."""

    holds: bool = plain_field("Whether it is in the stage, or has completed the objective in its last stay there.")
    text: str = plain_field("In words: the state, then every clause with the value it met.")
    tree: list[ExplanationNode] = plain_field("The same for programs, parents first.")
