"""Journeys: the inputs of the contract."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.journey_enums import ExitMode, ObjectiveKind, Reentry
from api.graphql.schema.scalars import Criteria


@strawberry.input(description="When a stay in a stage ends.")
class ExitRuleInput:
    """When a stay in a stage ends."""

    mode: ExitMode = required_input("The kind of rule.")
    days: int | None = optional_input("With a rule by days: how many.")
    criteria: Criteria | None = optional_input("With CRITERIA: what must hold.")
    completed_when: Criteria | None = optional_input("With CRITERIA: who, on leaving, has completed.")


@strawberry.input(description="Whether a stage may be entered again.")
class ReentryInput:
    """Whether a stage may be entered again."""

    mode: Reentry = required_input("The kind of rule.")
    days: int | None = optional_input("With AFTER_DAYS: how many.")


@strawberry.input(
    description="A stage to be saved. Of a stage that is there already an absent field says nothing, null removes."
)
class StageInput:
    """A stage to be saved. Of a stage that is there already an absent field says nothing, null removes."""

    key: str = required_input("Its key.")
    journey: str | None = optional_input("Its journey's key; made if it is new.", "customer")
    name: str = required_input("Its name.")
    description: str | None = optional_input("What it is for.")
    position: int | None = optional_input("Its place in the journey; a new one stands at the end unless told.")
    entry: Criteria = required_input("Who enters.")
    exit: ExitRuleInput = required_input("When a stay ends.")
    reentry: ReentryInput | None = optional_input("Whether it may be entered again.")


@strawberry.input(
    description="An objective to be saved. Of one that is there already an absent field says nothing, null removes."
)
class ObjectiveInput:
    """An objective to be saved. Of one that is there already an absent field says nothing, null removes."""

    key: str = required_input("Its key.")
    name: str = required_input("Its name.")
    kind: ObjectiveKind = optional_input("Whether it counts.", ObjectiveKind.OBJECTIVE)
    criteria: Criteria | None = optional_input("What must hold.")
    manual: bool | None = optional_input("Set by people, not by data.", False)
    applies_to: Criteria | None = optional_input("Only organisations that match this have the objective.")
    after: list[str] | None = optional_input(
        "The keys of objectives of the stage that are expected to come before it; out of order is recorded, not refused."
    )


@strawberry.input(description="A journey to be saved. An absent field says nothing.")
class JourneyInput:
    """A journey to be saved."""

    key: str = required_input("Its key.")
    name: str | None = optional_input("Its name; made of the key unless told.")
    exclusive: bool | None = optional_input(
        "Whether an organisation is in one of its stages at most: the latest that matches. False unless told."
    )
    stages: list[str] | None = optional_input(
        "The keys of its stages in their order, taken out of other journeys; those it has besides follow."
    )
