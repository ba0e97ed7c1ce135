"""How stages fare, who would enter one, and what keeps one from working: what `graph.journey` tells, as types."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.references import ObjectiveType, OrganisationType
from api.graphql.schema.scalars import DateTime

COMPARISON = "An outcome among organisations that completed an objective and those that did not; each counts once."
ORDER = "The order in which most stays complete the objectives."


@strawberry.enum(description="How many completions figures stand on, and so what they are good for.")
class Standing(Enum):
    """What figures are good for."""

    TOO_SMALL = strawberry.enum_value("TOO_SMALL", description="Under 10: nobody is judged by them.")
    EARLY = strawberry.enum_value("EARLY", description="10 to 49: a first impression.")
    USABLE = strawberry.enum_value("USABLE", description="50 to 199: averages mean something.")
    SOLID = strawberry.enum_value("SOLID", description="200 and more.")


@strawberry.type(description=COMPARISON)
class Comparison:
    """An outcome with and without an objective."""

    with_: int = plain_field("How many completed the objective.", name="with")
    with_rate: float | None = plain_field("The share of them with the outcome, 0 to 1.")
    without: int = plain_field("How many did not.")
    without_rate: float | None = plain_field("The share of those with the outcome, 0 to 1.")
    lift: float | None = plain_field("The ratio of the rates; null with fewer than ten on either side.")
    low: float | None = plain_field("The least that the ratio may be, luck considered; null where nothing can be told.")
    high: float | None = plain_field("The most that it may be.")
    confidence: float = plain_field(
        "How sure the bounds are, 0 to 1; the more objectives are asked, the wider the bounds."
    )


@strawberry.type(description="How an objective fares.")
class ObjectiveMetrics:
    """How an objective fares."""

    objective: ObjectiveType = plain_field("Which.")
    reached: int = plain_field("How many stays completed it.")
    eligible: int = plain_field("How many stays had it.")
    completion_rate: float | None = plain_field("Reached over eligible.")
    average_hours: float | None = plain_field("Mean hours from entry.")
    median_hours: float | None = plain_field("Median hours from entry.")
    lift: float | None = plain_field("How much likelier a stay that completed it was to complete the stage.")
    instant: int = plain_field("How many of those reached had it complete at entry.")
    standing: Standing = plain_field("What the hours are good for.")
    completion: Comparison = plain_field("Completion of the stage with the objective and without.")
    churn: Comparison = plain_field("Churn with the objective and without.")
    by_definition: bool = plain_field(
        "Whether completing the stage takes the objective, so that `completion` says only that."
    )


@strawberry.type(description="Something a person should look at.")
class Finding:
    """Something a person should look at."""

    code: str = plain_field("Which, for programs.")
    severity: str = plain_field("How grave.")
    message: str = plain_field("What and why.")
    objective: ObjectiveType | None = plain_field("About which objective.")
    organisations: int | None = plain_field("How many it concerns.")
    sample: list[OrganisationType] = plain_field("The first 20 of them by id.")


@strawberry.type(description=ORDER)
class UsualOrder:
    """The most common order of objectives."""

    objectives: list[ObjectiveType] = plain_field("First to last; what was true at entry has no place in it.")
    n: int = plain_field("How many stays completed them so.")
    share: float = plain_field("Which share of all finished stays that is.")


@strawberry.type(description="How a stage fares over a time.")
class StageMetrics:
    """How a stage fares over a time."""

    entered: int = plain_field("Stays that began.")
    completed: int = plain_field("Stays completed.")
    exited: int = plain_field("Stays left without completion.")
    occupants: int = plain_field("Organisations in it now.")
    average_days: float | None = plain_field("Mean days of a completed stay.")
    median_days: float | None = plain_field("Median days of a completed stay.")
    objectives: list[ObjectiveMetrics] = plain_field("Each objective.")
    findings: list[Finding] = plain_field(
        "Findings a person should look at, such as an objective nobody completes; over all stays, whatever the period."
    )
    organisations: int = plain_field("Organisations that entered.")
    entry_rate: float | None = plain_field("Those that entered, of all that could.")
    completion_rate: float | None = plain_field("Completed, of the stays that ended.")
    p90_days: float | None = plain_field("Nine in ten completed stays took no longer.", name="p90Days")
    standing: Standing = plain_field("What the days are good for.")
    usual_order: UsualOrder | None = plain_field("The most common order of objectives, over all stays.")


@strawberry.type(description="Whether the data a criterion reads is there.")
class AttributeAvailability:
    """Whether the data a criterion reads is there."""

    name: str = plain_field("The attribute.")
    known: bool = plain_field("Whether the catalogue has it.")
    organisations_with_value: int = plain_field("How many have a value.")
    organisations: int = plain_field("Of how many.")
    last_observed_at: DateTime | None = plain_field("When a value last came.")


@strawberry.type(description="Who would enter if the stage went live now.")
class StagePreview:
    """Who would enter if the stage went live now."""

    would_enter: int = plain_field("How many.")
    sample: list[OrganisationType] = plain_field("Some of them.")
    data_availability: list[AttributeAvailability] = plain_field("What the criteria read.")


@strawberry.type(description="Something that a rule reads: an attribute, an event, the stays in a stage.")
class BackTestRead:
    """Something that a rule reads."""

    name: str = plain_field("What.")
    complete_since: DateTime | None = plain_field(
        "From when on its history is complete; null where nothing was ever told of it."
    )


@strawberry.type(
    description="An organisation that would have entered, or did; each as of the first time in the period."
)
class BackTestEntry:
    """An organisation that would have entered, or did."""

    organisation: OrganisationType = plain_field("Which.")
    would_enter_at: DateTime | None = plain_field("When it would have entered; null where it would not have.")
    entered_at: DateTime | None = plain_field("When it really did; null where it did not.")
    at_once: bool = plain_field("It matched already when the period began.")


@strawberry.type(description="Who would have entered a stage over a past period, beside who did.")
class BackTest:
    """Who would have entered a stage over a past period, beside who did."""

    from_: DateTime = plain_field("When the period begins.", name="from")
    to: DateTime = plain_field("When it ends.")
    would_enter: int = plain_field("How many would have entered.")
    entered: int = plain_field("How many really did.")
    both: int = plain_field("How many would have, and did.")
    complete_since: DateTime | None = plain_field(
        "From when on everything that the rule reads is known; null where of something nothing was ever told."
    )
    reads: list[BackTestRead] = plain_field("What the rule reads, that of what is worked out included.")
    organisations: list[BackTestEntry] = plain_field("Who would have entered, by when; then who only did.")
