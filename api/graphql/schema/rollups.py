"""Roll-ups: one aggregate over people or events (R1 to R3)."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.scalars import Criteria
from graph.rollups import AGGREGATIONS


@strawberry.enum(
    description="How values become one. FIRST and LAST: when (EVENTS), or the value seen first or last (with `attribute`)."
)
class Aggregation(Enum):
    """How values become one."""

    _ignore_ = "each"

    for each in AGGREGATIONS.values():
        vars()[each.name] = strawberry.enum_value(each.name, description=each.description)


@strawberry.enum(description="What is aggregated.")
class RollUpSource(Enum):
    """What is aggregated."""

    PEOPLE = strawberry.enum_value("PEOPLE", description="The current members, each person once.")
    EVENTS = strawberry.enum_value("EVENTS", description="What happened there, and only there.")


@strawberry.input(description="One aggregate over people or events.")
class RollUpInput:
    """One aggregate."""

    aggregation: Aggregation = required_input("How values become one.")
    source: RollUpSource = optional_input("What is aggregated.", RollUpSource.PEOPLE)
    attribute: str | None = optional_input(
        "PEOPLE: the person's attribute; COUNT without one counts people. EVENTS: a numeric event property; "
        "COUNT without one counts events; COUNT_DISTINCT counts the people behind them."
    )
    event_name: str | None = optional_input("EVENTS only: which events.")
    window_days: int | None = optional_input("EVENTS only: the last N whole UTC days, today included.")
    end_days_ago: int | None = optional_input(
        "With `windowDays`: the window ends so many days ago and not today; 7 and 7 are the seven days before the last seven."
    )
    where: Criteria | None = optional_input("Which people (or, for EVENTS, whose events) count.")
    event_where: Criteria | None = optional_input("EVENTS only: on the event's properties.")


ENTITY = "Whose attribute it is: `organisation`, `person` or `membership`."


@strawberry.input(
    description="A stored roll-up: an attribute of organisations, people or memberships, kept right by the service."
)
class RollUpDefinitionInput:
    """A stored roll-up."""

    name: str = required_input("The attribute's name.")
    entity: str = optional_input(ENTITY, "organisation")
    of: RollUpInput = required_input("What it aggregates.")
    description: str | None = optional_input("What it means, for people.")


@strawberry.input(description="One rule of a score.")
class ScoreRuleInput:
    """One rule of a score."""

    name: str = required_input("By what name people see that it holds.")
    weight: float = optional_input("How much it weighs beside the others; above 0.", 1.0)
    criterion: Criteria = required_input("What must hold of whom the score is of.")


@strawberry.input(
    description="A calculated attribute of organisations, people or memberships: a formula, or else a score."
)
class CalculatedInput:
    """A calculated attribute."""

    name: str = required_input("The attribute's name.")
    entity: str = optional_input(ENTITY, "organisation")
    formula: str | None = optional_input("Arithmetic over attributes, such as `seats_used / seats`.")
    score: list[ScoreRuleInput] | None = optional_input(
        "Rules; the value is the share, 0 to 100 %, of the weights that hold."
    )
    description: str | None = optional_input("What it means, for people.")
