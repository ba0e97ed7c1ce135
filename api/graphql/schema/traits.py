"""Types that several entities share: node, identity and provenance."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import stored_field
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.storage import Property


@strawberry.interface(description="An object with an id. `node(id)` returns it.")
class Node:
    """Relay's Node: an object with an id."""

    id: strawberry.ID = stored_field(Property("id"), "Opaque, stable id. Ids of merged objects keep resolving.")


@strawberry.type(description="A name by which a source knows a person or organisation: a kind and a value.")
class Identity:
    """A name by which a source knows a person or organisation."""

    kind: str = stored_field(
        Property("kind"), "Kind, such as `email`, `user_id`, `anonymous_id`, `domain`, `hubspot_contact`."
    )
    value: str = stored_field(Property("value"), "Value. Emails and domains are in lower case.")
    source: str | None = stored_field(Property("source"), "First source that sent it.")
    first_seen_at: DateTime | None = stored_field(Property("firstSeenAt", time=True), "Time when it was first seen.")


@strawberry.type(description="Source and time of an attribute's value.")
class AttributeProvenance:
    """Source and time of an attribute's value."""

    name: str = strawberry.field(description="Name of the attribute.")
    value: JSON | None = strawberry.field(description="Current value.")
    source: str = strawberry.field(description="Source of the current value, by precedence (F4).")
    observed_at: DateTime = strawberry.field(description="Time of the value, as its source gave it.")
