"""Inputs of roll-ups and calculated attributes (R1 to R3)."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.scalars import Criteria
from graph.rollups import AGGREGATIONS


@strawberry.enum(
    description="An aggregation. FIRST and LAST return an instant (EVENTS), or the first or last value of `attribute`."
)
class Aggregation(Enum):
    """An aggregation."""

    _ignore_ = "each"

    for each in AGGREGATIONS.values():
        vars()[each.name] = strawberry.enum_value(each.name, description=each.description)


@strawberry.enum(description="The source of an aggregate.")
class RollUpSource(Enum):
    """The source of an aggregate."""

    PEOPLE = strawberry.enum_value("PEOPLE", description="Current members, each person once.")
    EVENTS = strawberry.enum_value("EVENTS", description="Events of the organisation, person or membership itself.")


@strawberry.input(description="An aggregate over people or events.")
class RollUpInput:
    """An aggregate over people or events."""

    aggregation: Aggregation = required_input("Aggregation.")
    source: RollUpSource = optional_input("The source of an aggregate.", RollUpSource.PEOPLE)
    attribute: str | None = optional_input(
        "For PEOPLE: an attribute of people; COUNT without one counts people. For EVENTS: a numeric event property; "
        "COUNT without one counts events, and COUNT_DISTINCT counts their people."
    )
    event_name: str | None = optional_input("EVENTS only: the name of the events.")
    window_days: int | None = optional_input(
        "EVENTS only: the number of whole UTC days to aggregate, up to and including today."
    )
    end_days_ago: int | None = optional_input(
        "With `windowDays`: the window ends this many days ago instead of today. 7 and 7 are the seven days before the last seven."
    )
    where: Criteria | None = optional_input(
        "Criterion for the people that count, or for EVENTS for the people whose events count."
    )
    event_where: Criteria | None = optional_input("EVENTS only: a criterion on the events' properties.")


ENTITY = "Entity that has the attribute: `organisation`, `person` or `membership`."


@strawberry.input(
    description="A stored roll-up: an attribute of organisations, people or memberships that the service keeps up to date."
)
class RollUpDefinitionInput:
    """A stored roll-up."""

    name: str = required_input("Name of the attribute.")
    entity: str = optional_input(ENTITY, "organisation")
    of: RollUpInput = required_input("Aggregate.")
    description: str | None = optional_input("Description, for people.")


@strawberry.input(description="One rule of a score.")
class ScoreRuleInput:
    """One rule of a score."""

    name: str = required_input("By what name people see that it holds.")
    weight: float = optional_input("Weight relative to the other rules, above 0.", 1.0)
    criterion: Criteria = required_input("Criterion on the entity that has the score.")


@strawberry.input(
    description="A calculated attribute of organisations, people or memberships: a formula, or else a score."
)
class CalculatedInput:
    """A calculated attribute."""

    name: str = required_input("Name of the attribute.")
    entity: str = optional_input(ENTITY, "organisation")
    formula: str | None = optional_input("Arithmetic over attributes, such as `seats_used / seats`.")
    score: list[ScoreRuleInput] | None = optional_input(
        "Rules of a score. Its value is the share of the weights whose criteria hold, from 0 to 100 %."
    )
    description: str | None = optional_input("Description, for people.")
