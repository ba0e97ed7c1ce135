"""Inputs that name people and organisations, order lists and filter events."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.scalars import DateTime


@strawberry.enum(description="Direction of a sort order.")
class SortDirection(Enum):
    """Direction of a sort order."""

    ASC = strawberry.enum_value("ASC", description="Ascending: smallest, earliest or alphabetically first on top.")
    DESC = strawberry.enum_value("DESC", description="Descending: largest, latest or alphabetically last on top.")


@strawberry.input(description="Sort order of a list.")
class OrderBy:
    """Sort order of a list."""

    attribute: str = required_input(
        "Name of an attribute in the catalogue, or `name`, `email`, `domain`, `first_seen_at`, …"
    )
    direction: SortDirection = optional_input("Direction. Nulls come last in either direction.", SortDirection.ASC)


@strawberry.input(description="An identity: a kind and a value.")
class IdentityInput:
    """An identity: a kind and a value."""

    kind: str = required_input(
        "Kind of identity, such as `email`, `user_id`, `anonymous_id`, `organisation_id`, `hubspot_contact`."
    )
    value: str = required_input("Value of the identity.")


@strawberry.input(description="A person, named in exactly one of these ways.", one_of=True)
class PersonRef:
    """A person, named in exactly one of these ways."""

    id: strawberry.ID | None = optional_input("Membergraph's id.")
    email: str | None = optional_input("Any email of the person.")
    identity: IdentityInput | None = optional_input("Any identity of the person.")


@strawberry.input(description="An organisation, named in exactly one of these ways.", one_of=True)
class OrganisationRef:
    """An organisation, named in exactly one of these ways."""

    id: strawberry.ID | None = optional_input("Membergraph's id.")
    domain: str | None = optional_input("Any domain of the organisation.")
    identity: IdentityInput | None = optional_input("Any identity of the organisation.")


@strawberry.input(description="A filter of events. Absent fields filter nothing.")
class EventFilter:
    """A filter of events. Absent fields filter nothing."""

    names: list[str] | None = optional_input("Only events with these names.")
    from_: DateTime | None = strawberry.field(
        name="from", description="Only events at or after this instant.", default=strawberry.UNSET
    )
    to: DateTime | None = optional_input("Only events before this instant.")
    organisation: strawberry.ID | None = optional_input("Only events in this organisation.")
    person: strawberry.ID | None = optional_input("Only events of this person.")
