"""What several entities have: an id, identities, attributes with a provenance."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import stored_field
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.storage import Property


@strawberry.interface(description="Anything with an id of its own: `node(id)` finds it again.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = stored_field(Property("id"), "Opaque and stable; ids of what was merged go on resolving.")


@strawberry.type(description="One name under which a source knows somebody: a kind and a value.")
class Identity:
    """An identity."""

    kind: str = stored_field(
        Property("kind"), "Such as `email`, `user_id`, `anonymous_id`, `domain`, `hubspot_contact`."
    )
    value: str = stored_field(Property("value"), "The value; emails and domains are lower-case.")
    source: str | None = stored_field(Property("source"), "Who told us first.")
    first_seen_at: DateTime | None = stored_field(Property("firstSeenAt", time=True), "When it was first seen.")


@strawberry.type(description="Where the value of one attribute came from.")
class AttributeProvenance:
    """The provenance of one attribute."""

    name: str = strawberry.field(description="The attribute.")
    value: JSON | None = strawberry.field(description="The value that won.")
    source: str = strawberry.field(description="Whose value won (F4).")
    observed_at: DateTime = strawberry.field(description="The source's own time of that value.")
