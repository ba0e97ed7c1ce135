"""Journeys: the inputs of the contract."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import given, required
from api.graphql.schema.journey_words import ExitMode, ObjectiveKind, Reentry
from api.graphql.schema.scalars import Criteria


@strawberry.input(description="When a stay in a stage ends.")
class ExitRuleInput:
    """When a stay in a stage ends."""

    mode: ExitMode = required("The kind of rule.")
    days: int | None = given("With a rule by days: how many.")
    criteria: Criteria | None = given("With CRITERIA: what must hold.")
    completed_when: Criteria | None = given("With CRITERIA: who, on leaving, has completed.")


@strawberry.input(description="Whether a stage may be entered again.")
class ReentryInput:
    """Whether a stage may be entered again."""

    mode: Reentry = required("The kind of rule.")
    days: int | None = given("With AFTER_DAYS: how many.")


@strawberry.input(
    description="A stage to be saved. Of a stage that is there already an absent field says nothing, null removes."
)
class StageInput:
    """A stage to be saved. Of a stage that is there already an absent field says nothing, null removes."""

    key: str = required("Its key.")
    journey: str | None = given("Its journey's key; made if it is new.", "customer")
    name: str = required("Its name.")
    description: str | None = given("What it is for.")
    position: int | None = given("Its place in the journey; a new one stands at the end unless told.")
    entry: Criteria = required("Who enters.")
    exit: ExitRuleInput = required("When a stay ends.")
    reentry: ReentryInput | None = given("Whether it may be entered again.")


@strawberry.input(
    description="An objective to be saved. Of one that is there already an absent field says nothing, null removes."
)
class ObjectiveInput:
    """An objective to be saved. Of one that is there already an absent field says nothing, null removes."""

    key: str = required("Its key.")
    name: str = required("Its name.")
    kind: ObjectiveKind = given("Whether it counts.", ObjectiveKind.OBJECTIVE)
    criteria: Criteria | None = given("What must hold.")
    manual: bool | None = given("Set by people, not by data.", False)
    applies_to: Criteria | None = given("Only organisations that match this have the objective.")
    after: list[str] | None = given(
        "The keys of objectives of the stage that are expected to come before it; out of order is recorded, not refused."
    )


@strawberry.input(description="A journey to be saved. An absent field says nothing.")
class JourneyInput:
    """A journey to be saved."""

    key: str = required("Its key.")
    name: str | None = given("Its name; made of the key unless told.")
    exclusive: bool | None = given(
        "Whether an organisation is in one of its stages at most: the latest that matches. False unless told."
    )
    stages: list[str] | None = given(
        "The keys of its stages in their order, taken out of other journeys; those it has besides follow."
    )
