"""Journeys: the types of the contract. Every way to them answers NOT_AVAILABLE until journeys are built."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import argument, told
from api.graphql.schema.entities import Organisation
from api.graphql.schema.filters import FORWARD
from api.graphql.schema.journey_words import (
    ExitMode,
    ObjectiveKind,
    Pace,
    Reentry,
    StageStatus,
    StayOutcome,
    TransitionKind,
)
from api.graphql.schema.references import Organisations
from api.graphql.schema.scalars import JSON, Criteria, DateTime
from api.graphql.schema.traits import Node


@strawberry.type(description="When a stay in a stage ends.")
class ExitRule:
    """When a stay in a stage ends."""

    mode: ExitMode = told("The kind of rule.")
    days: int | None = told("With a rule by days: how many.")
    criteria: Criteria | None = told("With CRITERIA: what must hold.")
    completed_when: Criteria | None = told(
        "With CRITERIA: who, on leaving, has completed; without it, all objectives decide."
    )


@strawberry.type(description="Something to reach in a stage.")
class Objective:
    """Something to reach in a stage."""

    key: str = told("Its key, unique over all stages.")
    name: str = told("Its name.")
    kind: ObjectiveKind = told("Whether it counts.")
    criteria: Criteria | None = told("What must hold.")
    manual: bool = told("Set by people, not by data.")
    applies_to: Criteria | None = told("Only organisations that match this have the objective.")


@strawberry.type(description="How an objective fares.")
class ObjectiveMetrics:
    """How an objective fares."""

    objective: Objective = told("Which.")
    reached: int = told("How many stays completed it.")
    eligible: int = told("How many stays had it.")
    completion_rate: float | None = told("Reached over eligible.")
    average_hours: float | None = told("Mean hours from entry.")
    median_hours: float | None = told("Median hours from entry.")
    lift: float | None = told("How much likelier a stay that completed it was to complete the stage.")


@strawberry.type(description="Something a person should look at.")
class Finding:
    """Something a person should look at."""

    code: str = told("Which, for programs.")
    severity: str = told("How grave.")
    message: str = told("What and why.")
    objective: Objective | None = told("About which objective.")
    organisations: int | None = told("How many it concerns.")


@strawberry.type(description="How a stage fares over a time.")
class StageMetrics:
    """How a stage fares over a time."""

    entered: int = told("Stays that began.")
    completed: int = told("Stays completed.")
    exited: int = told("Stays left without completion.")
    occupants: int = told("Organisations in it now.")
    average_days: float | None = told("Mean days of a completed stay.")
    median_days: float | None = told("Median days of a completed stay.")
    objectives: list[ObjectiveMetrics] = told("Each objective.")
    findings: list[Finding] = told("Findings a person should look at, such as an objective nobody completes.")


@strawberry.type(description="Whether the data a criterion reads is there.")
class AttributeAvailability:
    """Whether the data a criterion reads is there."""

    name: str = told("The attribute.")
    known: bool = told("Whether the catalogue has it.")
    organisations_with_value: int = told("How many have a value.")
    last_observed_at: DateTime | None = told("When a value last came.")


@strawberry.type(description="Who would enter if the stage went live now.")
class StagePreview:
    """Who would enter if the stage went live now."""

    would_enter: int = told("How many.")
    sample: list[Organisation] = told("Some of them.")
    data_availability: list[AttributeAvailability] = told("What the criteria read.")


@strawberry.type(description="One stage of a journey.")
class Stage:
    """One stage of a journey."""

    key: str = told("Its key.")
    name: str = told("Its name.")
    description: str | None = told("What it is for.")
    position: int = told("Its place in the journey.")
    status: StageStatus = told("Where it is in its life.")
    entry: Criteria = told("Who enters.")
    exit: ExitRule = told("When a stay ends.")
    reentry: Reentry = told("Whether it may be entered again.")
    reentry_days: int | None = told("With AFTER_DAYS: how many.")
    version: int = told("Grows by one with each change of a live stage.")
    objectives: list[Objective] = told("What is to be reached in it.")
    occupants: Organisations = told("Who is in it now.", FORWARD)
    metrics: StageMetrics = told(
        "How it fares.",
        [
            argument("from_", DateTime | None, "From this instant.", name="from"),
            argument("to", DateTime | None, "Up to this instant."),
        ],
    )
    preview: StagePreview = told(
        "Who would enter if the stage went live now. Changes nothing.",
        [argument("sample", int | None, "How many to show.", default=5)],
    )


@strawberry.type(description="An order of stages.")
class Journey:
    """An order of stages."""

    key: str = told("Its key.")
    name: str = told("Its name.")
    stages: list[Stage] = told("Its stages, in order.")


@strawberry.type(description="An objective within one stay.")
class ObjectiveState:
    """An objective within one stay."""

    objective: Objective = told("Which.")
    completed_at: DateTime | None = told("When it was completed.")
    instant: bool = told("Already true at entry.")
    hours_to_complete: float | None = told("Hours from entry to completion.")
    pace: Pace = told("How fast compared with others.")


@strawberry.type(description="One time an organisation was in a stage.")
class Stay(Node):
    """One time an organisation was in a stage."""

    organisation: Organisation = told("Who.")
    stage: Stage = told("Where.")
    entered_at: DateTime = told("When it began.")
    exited_at: DateTime | None = told("When it ended.")
    outcome: StayOutcome | None = told("How it ended.")
    reason: str | None = told("Why it ended.")
    backfilled: bool = told("Taken in when the stage went live.")
    late_evidence: bool = told("Facts that arrived after it closed and would have changed it.")
    objectives: list[ObjectiveState] = told("Its objectives.")


@strawberry.type(description="Where an organisation stands now: one open stay.")
class JourneyState:
    """Where an organisation stands now: one open stay."""

    journey: Journey = told("In which journey.")
    stage: Stage = told("In which stage.")
    stay: Stay = told("The stay.")
    since: DateTime = told("Since when.")
    days_in_stage: int = told("For how many days.")
    objectives: list[ObjectiveState] = told("Its objectives.")


@strawberry.type(
    description="One clause with the value it met. `parent` is the index of the clause above it in `tree`; the root has none."
)
class ExplanationNode:
    """One clause with the value it met. `parent` is the index of the clause above it in `tree`; the root has none."""

    parent: int | None = told("The clause above it.")
    clause: str = told("The clause.")
    holds: bool = told("Whether it holds.")
    actual: JSON | None = told("The value it met.")
    flips_at: DateTime | None = told("When the clause flips by the passing of time alone.")


@strawberry.type(
    description="Why an organisation is, or is not, in a stage, or has, or has not, completed an objective."
)
class Explanation:
    """Why an organisation is, or is not, in a stage, or has, or has not, completed an objective."""

    holds: bool = told("Whether it holds.")
    text: str = told("In a sentence.")
    tree: list[ExplanationNode] = told("Clause by clause.")


@strawberry.type(description="Something that moved on a journey.")
class Transition:
    """Something that moved on a journey."""

    id: strawberry.ID = told("Resumes a subscription after it.")
    organisation: Organisation = told("Who.")
    stage: Stage = told("Where.")
    kind: TransitionKind = told("What moved.")
    objective: Objective | None = told("With OBJECTIVE_COMPLETED: which.")
    at: DateTime = told("When.")
