"""How a request names people, organisations, order and events."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.scalars import DateTime


@strawberry.enum(description="Which way a list is sorted.")
class SortDirection(Enum):
    """Which way a list is sorted."""

    ASC = strawberry.enum_value("ASC", description="Smallest, earliest or first in the alphabet at the top.")
    DESC = strawberry.enum_value("DESC", description="Largest, latest or last in the alphabet at the top.")


@strawberry.input(description="By which attribute a list is sorted.")
class OrderBy:
    """By which attribute a list is sorted."""

    attribute: str = required_input("An attribute of the catalogue, or `name`, `email`, `domain`, `first_seen_at`, …")
    direction: SortDirection = optional_input("Which way; nulls come last either way.", SortDirection.ASC)


@strawberry.input(description="One identity: a kind and a value.")
class IdentityInput:
    """One identity."""

    kind: str = required_input("Such as `email`, `user_id`, `anonymous_id`, `organisation_id`, `hubspot_contact`.")
    value: str = required_input("The value.")


@strawberry.input(description="One person, by exactly one of their names.", one_of=True)
class PersonRef:
    """One person."""

    id: strawberry.ID | None = optional_input("Our id.")
    email: str | None = optional_input("An email of theirs.")
    identity: IdentityInput | None = optional_input("Any identity of theirs.")


@strawberry.input(description="One organisation, by exactly one of its names.", one_of=True)
class OrganisationRef:
    """One organisation."""

    id: strawberry.ID | None = optional_input("Our id.")
    domain: str | None = optional_input("A domain of its.")
    identity: IdentityInput | None = optional_input("Any identity of its.")


@strawberry.input(description="Which events; whatever is left out does not narrow.")
class EventFilter:
    """Which events."""

    names: list[str] | None = optional_input("Only events of these names.")
    from_: DateTime | None = strawberry.field(
        name="from", description="At or after this instant.", default=strawberry.UNSET
    )
    to: DateTime | None = optional_input("Before this instant.")
    organisation: strawberry.ID | None = optional_input("Only events in this organisation.")
    person: strawberry.ID | None = optional_input("Only events of this person.")
