"""The catalogue of attributes, the documented questions and the tables they answer with."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import stored, told
from api.graphql.schema.scalars import JSON
from api.graphql.storage import Property


@strawberry.type(description="One attribute of the catalogue.")
class AttributeDefinition:
    """One attribute."""

    entity: str = stored(Property("entity"), "Of what: `person`, `organisation`, `membership` or `event`.")
    name: str = stored(Property("name"), "Its name, in snake case.")
    type: str = stored(Property("type"), "Its type; types only widen (F5).")
    origin: str = stored(Property("origin"), "Where it comes from: `ingested`, `rolled_up` or `declared`.")
    category: str | None = stored(Property("category"), "Under what people look for it.")
    description: str | None = stored(Property("description"), "What it means.")
    source: str | None = stored(Property("source"), "Who told it first.")


@strawberry.type(description="A documented question an analyst may ask: one Cypher statement with parameters.")
class Question:
    """A documented question."""

    name: str = told("Its name, for `answer`.")
    title: str = told("The question in a sentence.")
    parameters: JSON = told("Its parameters: type, meaning and default of each.")
    cypher: str = told("The statement, to paste elsewhere.")


@strawberry.type(description="What a question answers: columns and rows.")
class Table:
    """A table."""

    columns: list[str] = told("The columns' names.")
    rows: list[list[JSON | None]] = told("The rows, in the columns' order.")
    truncated: bool = told("Whether rows were left off at the limit.")
