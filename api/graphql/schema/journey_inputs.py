"""Journeys: the inputs of the contract. Every way to them answers NOT_AVAILABLE until journeys are built."""

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


@strawberry.input(description="A stage to be saved.")
class StageInput:
    """A stage to be saved."""

    key: str = required("Its key.")
    journey: str | None = given("Its journey.", "customer")
    name: str = required("Its name.")
    description: str | None = given("What it is for.")
    position: int | None = given("Its place in the journey.")
    entry: Criteria = required("Who enters.")
    exit: ExitRuleInput = required("When a stay ends.")
    reentry: ReentryInput | None = given("Whether it may be entered again.")


@strawberry.input(description="An objective to be saved.")
class ObjectiveInput:
    """An objective to be saved."""

    key: str = required("Its key.")
    name: str = required("Its name.")
    kind: ObjectiveKind = given("Whether it counts.", ObjectiveKind.OBJECTIVE)
    criteria: Criteria | None = given("What must hold.")
    manual: bool | None = given("Set by people, not by data.", False)
    applies_to: Criteria | None = given("Only organisations that match this have the objective.")
