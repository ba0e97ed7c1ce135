"""Types of the catalogue of attributes, and of the documented questions with their tables."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field, stored_field
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.storage import Property


@strawberry.type(description="An attribute in the catalogue.")
class AttributeDefinition:
    """An attribute in the catalogue."""

    entity: str = stored_field(
        Property("entity"), "Entity that has the attribute: `person`, `organisation`, `membership` or `event`."
    )
    name: str = stored_field(Property("name"), "Name, in snake case.")
    type: str = stored_field(Property("type"), "Type. It can only widen (F5).")
    origin: str = stored_field(
        Property("origin"), "Origin: `ingested`, `declared`, `rolled_up`, `calculated` or `generated`."
    )
    category: str | None = stored_field(Property("category"), "Category, for people who browse the catalogue.")
    description: str | None = stored_field(Property("description"), "Description, for people.")
    source: str | None = stored_field(Property("source"), "First source that sent it.")
    formula: str | None = stored_field(Property("formula"), "Formula of a calculated attribute.")
    score: JSON | None = stored_field(
        Property("score", json=True), "Rules of a score: a list of objects with `name`, `weight` and `criterion`."
    )


@strawberry.enum(description="Kind of user of an attribute.")
class AttributeUser(Enum):
    """Kind of user of an attribute."""

    ROLL_UP = strawberry.enum_value("ROLL_UP", description="A stored roll-up.")
    CALCULATED = strawberry.enum_value("CALCULATED", description="A calculated attribute.")
    STAGE = strawberry.enum_value("STAGE", description="A stage's entry or exit.")
    OBJECTIVE = strawberry.enum_value("OBJECTIVE", description="An objective.")


@strawberry.type(description="A definition that names an attribute.")
class AttributeUse:
    """A definition that names an attribute."""

    kind: AttributeUser = plain_field("Kind of the definition.")
    name: str = plain_field("Name or key of the definition.")
    part: str = plain_field("Part of the definition that names the attribute, such as `where`, `formula` or `entry`.")
    text: str = plain_field("Text of that part.")
    entity: str = plain_field("Entity that the definition is about: `organisation`, `person` or `membership`.")


@strawberry.type(description="A rule of a score, evaluated for one organisation, person or membership.")
class ScorePart:
    """A rule of a score, evaluated for one organisation, person or membership."""

    name: str = plain_field("Name of the rule.")
    weight: float = plain_field("Weight of the rule in the score.")
    criterion: str = plain_field("Criterion of the rule.")
    holds: bool = plain_field("True if the criterion holds now.")
    text: str = plain_field("Explanation in words: every clause with the value it was evaluated on.")


@strawberry.type(description="A value of an attribute in one period.")
class HeldValue:
    """A value of an attribute in one period."""

    from_: DateTime = plain_field("Start of the period.", name="from")
    until: DateTime | None = plain_field(
        "End of the period, when another value replaced it; null for the current value."
    )
    value: JSON | None = plain_field("Value; null if the attribute was removed.")
    source: str | None = plain_field(
        "Source of the value. Null if there is no value, and for a membership's roles and stage, which have several sources."
    )


@strawberry.type(
    description="Past values of an attribute: at each instant the newest value of the source with the highest precedence (F4)."
)
class AttributeHistory:
    """Past values of an attribute."""

    kept_since: DateTime | None = plain_field(
        "Start of the history. Values that were replaced before it are unknown. Null if the history is complete."
    )
    values: list[HeldValue] = plain_field("Values in time order. Before the first there was no value.")


@strawberry.type(description="A documented question: a Cypher statement with parameters.")
class Question:
    """A documented question: a Cypher statement with parameters."""

    name: str = plain_field("Name, as `answer` takes it.")
    title: str = plain_field("The question as a sentence.")
    parameters: JSON = plain_field("Parameters by name, each with its type, meaning and default.")
    cypher: str = plain_field("The Cypher statement.")


@strawberry.type(description="The answer to a question: columns and rows.")
class Table:
    """The answer to a question."""

    columns: list[str] = plain_field("Names of the columns.")
    rows: list[list[JSON | None]] = plain_field("Rows; each has its values in the order of the columns.")
    truncated: bool = plain_field("True if rows beyond the limit were left out.")
