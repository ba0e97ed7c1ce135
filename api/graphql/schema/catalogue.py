"""The catalogue of attributes, the documented questions and the tables they answer with."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field, stored_field
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.storage import Property


@strawberry.type(description="One attribute of the catalogue.")
class AttributeDefinition:
    """One attribute."""

    entity: str = stored_field(Property("entity"), "Of what: `person`, `organisation`, `membership` or `event`.")
    name: str = stored_field(Property("name"), "Its name, in snake case.")
    type: str = stored_field(Property("type"), "Its type; types only widen (F5).")
    origin: str = stored_field(
        Property("origin"), "Where it comes from: `ingested`, `declared`, `rolled_up`, `calculated` or `generated`."
    )
    category: str | None = stored_field(Property("category"), "Under what people look for it.")
    description: str | None = stored_field(Property("description"), "What it means.")
    source: str | None = stored_field(Property("source"), "Who told it first.")
    formula: str | None = stored_field(Property("formula"), "What a calculated attribute is worked out as.")
    score: JSON | None = stored_field(
        Property("score", json=True), "The rules of a score: a list of `name`, `weight` and `criterion`."
    )


@strawberry.enum(description="What may use an attribute.")
class AttributeUser(Enum):
    """What may use an attribute."""

    ROLL_UP = strawberry.enum_value("ROLL_UP", description="A stored roll-up.")
    CALCULATED = strawberry.enum_value("CALCULATED", description="A calculated attribute.")
    STAGE = strawberry.enum_value("STAGE", description="A stage's entry or exit.")
    OBJECTIVE = strawberry.enum_value("OBJECTIVE", description="An objective.")


@strawberry.type(description="One place that names an attribute.")
class AttributeUse:
    """One place that names an attribute."""

    kind: AttributeUser = plain_field("What uses it.")
    name: str = plain_field("The user's name, or key.")
    part: str = plain_field("The part of it, such as `where`, `formula` or `entry`.")
    text: str = plain_field("What is written there.")
    entity: str = plain_field("Of what the user is: `organisation`, `person` or `membership`.")


@strawberry.type(description="One rule of a score at one organisation, person or membership.")
class ScorePart:
    """One rule of a score at one of those it is of."""

    name: str = plain_field("The rule's name.")
    weight: float = plain_field("How much it weighs.")
    criterion: str = plain_field("What must hold.")
    holds: bool = plain_field("Whether it holds now.")
    text: str = plain_field("Every clause with the value it met.")


@strawberry.type(description="A value that an attribute had for a time.")
class HeldValue:
    """A value that an attribute had for a time."""

    from_: DateTime = plain_field("The first instant at which it held.", name="from")
    until: DateTime | None = plain_field("The instant at which another took its place; null while it holds.")
    value: JSON | None = plain_field("The value; null where there was none any more.")
    source: str | None = plain_field(
        "Whose value it was; null where there was none, and for a membership's roles and stage, which sources tell together."
    )


@strawberry.type(description="What an attribute was when: by what sources said, the newest of the strongest (F4).")
class AttributeHistory:
    """What an attribute was when."""

    kept_since: DateTime | None = plain_field(
        "In a graph that is older than the keeping of history: what was superseded before is not known. Null where all was kept."
    )
    values: list[HeldValue] = plain_field("The values, one after the other; before the first nothing was known.")


@strawberry.type(description="A documented question an analyst may ask: one Cypher statement with parameters.")
class Question:
    """A documented question."""

    name: str = plain_field("Its name, for `answer`.")
    title: str = plain_field("The question in a sentence.")
    parameters: JSON = plain_field("Its parameters: type, meaning and default of each.")
    cypher: str = plain_field("The statement, to paste elsewhere.")


@strawberry.type(description="What a question answers: columns and rows.")
class Table:
    """A table."""

    columns: list[str] = plain_field("The columns' names.")
    rows: list[list[JSON | None]] = plain_field("The rows, in the columns' order.")
    truncated: bool = plain_field("Whether rows were left off at the limit.")
