"""Types of metrics, previews and backtests of stages."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.references import ObjectiveType, OrganisationType
from api.graphql.schema.scalars import DateTime

COMPARISON = (
    "Organisations that completed an objective compared with the others by one outcome. Each organisation counts once."
)
ORDER = "The most common order in which stays complete the objectives."


@strawberry.enum(description="The reliability of figures, by the number of completions behind them.")
class Standing(Enum):
    """The reliability of figures."""

    TOO_SMALL = strawberry.enum_value("TOO_SMALL", description="Fewer than 10 completions: not used for judgements.")
    EARLY = strawberry.enum_value("EARLY", description="10 to 49 completions: a first impression.")
    USABLE = strawberry.enum_value("USABLE", description="50 to 199 completions: averages are usable.")
    SOLID = strawberry.enum_value("SOLID", description="200 completions or more.")


@strawberry.type(description=COMPARISON)
class Comparison:
    """Organisations that completed an objective compared with the others by one outcome."""

    with_: int = plain_field("Number of organisations that completed the objective.", name="with")
    with_rate: float | None = plain_field("Share of them with the outcome, from 0 to 1.")
    without: int = plain_field("Number of organisations that did not.")
    without_rate: float | None = plain_field("Share of those with the outcome, from 0 to 1.")
    lift: float | None = plain_field("Ratio of the two rates; null with fewer than ten organisations on either side.")
    low: float | None = plain_field("Lower bound of the ratio's confidence interval; null if there is too little data.")
    high: float | None = plain_field("Upper bound of the ratio's confidence interval.")
    confidence: float = plain_field(
        "Confidence level of the interval, from 0 to 1. The more objectives are compared, the wider it is."
    )


@strawberry.type(description="Metrics of an objective.")
class ObjectiveMetrics:
    """Metrics of an objective."""

    objective: ObjectiveType = plain_field("The objective.")
    reached: int = plain_field("Number of stays that completed it.")
    eligible: int = plain_field("Number of stays that had it.")
    completion_rate: float | None = plain_field("`reached` divided by `eligible`.")
    average_hours: float | None = plain_field("Mean hours from entry to completion.")
    median_hours: float | None = plain_field("Median hours from entry to completion.")
    lift: float | None = plain_field(
        "Rate of stage completion of stays that completed it, divided by the rate of those that did not."
    )
    instant: int = plain_field("Number of stays in `reached` for which it was complete at entry.")
    standing: Standing = plain_field("Reliability of the hours.")
    completion: Comparison = plain_field("Completion of the stage with and without the objective.")
    churn: Comparison = plain_field("Churn with and without the objective.")
    by_definition: bool = plain_field(
        "True if the stage cannot be completed without the objective. `completion` then shows nothing else."
    )


@strawberry.type(description="A finding that a person should look at.")
class Finding:
    """A finding that a person should look at."""

    code: str = plain_field("Kind of finding, for programs.")
    severity: str = plain_field("Severity.")
    message: str = plain_field("Finding and reason, for people.")
    objective: ObjectiveType | None = plain_field("Objective that it is about.")
    organisations: int | None = plain_field("Number of affected organisations.")
    sample: list[OrganisationType] = plain_field("First 20 of them, ordered by id.")


@strawberry.type(description=ORDER)
class UsualOrder:
    """The most common order of objectives."""

    objectives: list[ObjectiveType] = plain_field("Objectives, first to last, without those complete at entry.")
    n: int = plain_field("Number of stays that completed them in this order.")
    share: float = plain_field("Share of all ended stays, from 0 to 1.")


@strawberry.type(description="Metrics of a stage over a period.")
class StageMetrics:
    """Metrics of a stage over a period."""

    entered: int = plain_field("Number of stays that began.")
    completed: int = plain_field("Number of completed stays.")
    exited: int = plain_field("Number of stays that ended without completion.")
    occupants: int = plain_field("Number of organisations in the stage now.")
    average_days: float | None = plain_field("Mean days of completed stays.")
    median_days: float | None = plain_field("Median days of completed stays.")
    objectives: list[ObjectiveMetrics] = plain_field("Metrics of each objective.")
    findings: list[Finding] = plain_field(
        "Findings that a person should look at, such as an objective nobody completes. They cover all stays, not just the period."
    )
    organisations: int = plain_field("Number of organisations that entered.")
    entry_rate: float | None = plain_field("Share of the organisations that could enter and did, from 0 to 1.")
    completion_rate: float | None = plain_field("Share of ended stays that were completed, from 0 to 1.")
    p90_days: float | None = plain_field("90th percentile of the days of completed stays.", name="p90Days")
    standing: Standing = plain_field("Reliability of the days.")
    usual_order: UsualOrder | None = plain_field("Most common order of objectives, over all stays.")


@strawberry.type(description="Availability of an attribute that a criterion reads.")
class AttributeAvailability:
    """Availability of an attribute that a criterion reads."""

    name: str = plain_field("Name of the attribute.")
    known: bool = plain_field("True if the catalogue has it.")
    organisations_with_value: int = plain_field("Number of organisations with a value.")
    organisations: int = plain_field("Number of all organisations.")
    last_observed_at: DateTime | None = plain_field("Time of the latest value.")


@strawberry.type(description="Organisations that would enter if the stage went live now.")
class StagePreview:
    """Organisations that would enter if the stage went live now."""

    would_enter: int = plain_field("Number of organisations.")
    sample: list[OrganisationType] = plain_field("A sample of them.")
    data_availability: list[AttributeAvailability] = plain_field(
        "Availability of the attributes that the criteria read."
    )


@strawberry.type(description="An input of a rule: an attribute, an event, or the stays in a stage.")
class BackTestRead:
    """An input of a rule."""

    name: str = plain_field("Name.")
    complete_since: DateTime | None = plain_field("Start of its complete history; null if there is no data.")


@strawberry.type(description="An organisation that would have entered or did enter. Times are the first in the period.")
class BackTestEntry:
    """An organisation that would have entered or did enter."""

    organisation: OrganisationType = plain_field("The objective.")
    would_enter_at: DateTime | None = plain_field("Time when it would have entered; null if it would not have.")
    entered_at: DateTime | None = plain_field("Time when it entered; null if it did not.")
    at_once: bool = plain_field("True if it matched at the start of the period already.")


@strawberry.type(description="Entries that a stage would have had in a past period, compared with its real entries.")
class BackTest:
    """Entries that a stage would have had in a past period, compared with its real entries."""

    from_: DateTime = plain_field("Start of the period.", name="from")
    to: DateTime = plain_field("End of the period.")
    would_enter: int = plain_field("Number of organisations that would have entered.")
    entered: int = plain_field("Number of organisations that entered.")
    both: int = plain_field("Number of organisations in both groups.")
    complete_since: DateTime | None = plain_field(
        "Start of the complete history of all inputs; null if an input has no data."
    )
    reads: list[BackTestRead] = plain_field("Inputs of the rule, with the inputs of computed attributes.")
    organisations: list[BackTestEntry] = plain_field(
        "Organisations that would have entered, in time order; then those that only did."
    )
