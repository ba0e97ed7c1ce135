"""How stages fare, and who would enter one: the types of the contract. The ways to them are not built yet."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import told
from api.graphql.schema.references import ObjectiveType, OrganisationType
from api.graphql.schema.scalars import DateTime


@strawberry.type(description="How an objective fares.")
class ObjectiveMetrics:
    """How an objective fares."""

    objective: ObjectiveType = told("Which.")
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
    objective: ObjectiveType | None = told("About which objective.")
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
    sample: list[OrganisationType] = told("Some of them.")
    data_availability: list[AttributeAvailability] = told("What the criteria read.")
