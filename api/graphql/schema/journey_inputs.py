"""Inputs of journeys."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.journey_enums import ExitMode, ObjectiveKind, Reentry
from api.graphql.schema.scalars import Criteria


@strawberry.input(description="The rule that ends a stay in a stage.")
class ExitRuleInput:
    """The rule that ends a stay in a stage."""

    mode: ExitMode = required_input("Kind of rule.")
    days: int | None = optional_input("Number of days, for a rule by days.")
    criteria: Criteria | None = optional_input("For CRITERIA: the criterion that ends the stay.")
    completed_when: Criteria | None = optional_input(
        "For CRITERIA: the criterion for completion, evaluated at the end. Without it, all objectives must be complete."
    )


@strawberry.input(description="The rule for entering a stage again.")
class ReentryInput:
    """The rule for entering a stage again."""

    mode: Reentry = required_input("Kind of rule.")
    days: int | None = optional_input("For AFTER_DAYS: the number of days.")


@strawberry.input(
    description="A stage to save. For an existing stage, an absent field keeps its value and null removes it."
)
class StageInput:
    """A stage to save. For an existing stage, an absent field keeps its value and null removes it."""

    key: str = required_input("Key.")
    journey: str | None = optional_input("Key of the journey, which is created if it is new.", "customer")
    name: str = required_input("Name.")
    description: str | None = optional_input("Description, for people.")
    position: int | None = optional_input("Position in the journey. Default for a new stage: the end.")
    entry: Criteria = required_input("Criterion for entry.")
    exit: ExitRuleInput = required_input("Rule that ends a stay.")
    reentry: ReentryInput | None = optional_input("Rule for entering again.")


@strawberry.input(
    description="An objective to save. For an existing objective, an absent field keeps its value and null removes it."
)
class ObjectiveInput:
    """An objective to save. For an existing objective, an absent field keeps its value and null removes it."""

    key: str = required_input("Key.")
    name: str = required_input("Name.")
    kind: ObjectiveKind = optional_input("Kind: whether it counts towards completion.", ObjectiveKind.OBJECTIVE)
    criteria: Criteria | None = optional_input("Criterion that completes it.")
    manual: bool | None = optional_input("True if people complete it, not data.", False)
    applies_to: Criteria | None = optional_input(
        "Criterion for organisations that have the objective. Without it, all have it."
    )
    after: list[str] | None = optional_input(
        "Keys of objectives of the stage that should come before it. Another order is recorded, not refused."
    )


@strawberry.input(description="A journey to save. An absent field keeps its value.")
class JourneyInput:
    """A journey to save. An absent field keeps its value."""

    key: str = required_input("Key.")
    name: str | None = optional_input("Name. Default for a new journey: made from the key.")
    exclusive: bool | None = optional_input(
        "True if an organisation may be in at most one of its stages: the latest that matches. Default: false."
    )
    stages: list[str] | None = optional_input(
        "Keys of its stages, in order. They are taken out of other journeys. Its other stages follow."
    )
