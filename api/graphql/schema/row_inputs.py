"""Rows of the mutations that write facts. An absent field says nothing, and null removes a value (F4)."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.inputs import IdentityInput, OrganisationRef, PersonRef
from api.graphql.schema.scalars import JSON, DateTime

SOURCE = "Source of the row. Default: the key's own source, or `api` without keys. `hand` outranks all others (F4)."
OBSERVED = "Time when the source observed it. Default: the time of receipt."


@strawberry.input(description="A person, as one source knows them.")
class PersonInput:
    """A person, as one source knows them."""

    identities: list[IdentityInput] = required_input(
        "Identities of the person. Identities in one row are evidence that they are the same person."
    )
    name: str | None = optional_input("Name.")
    email: str | None = optional_input("Primary email.")
    first_seen_at: DateTime | None = optional_input(
        "Start in this source: the time of a sign-up, or a CRM's creation date."
    )
    attributes: JSON | None = optional_input("Attributes, by name.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="An organisation, as one source knows it.")
class OrganisationInput:
    """An organisation, as one source knows it."""

    identities: list[IdentityInput] = required_input("Identities of the organisation.")
    name: str | None = optional_input("Name.")
    domain: str | None = optional_input("Domain.")
    first_seen_at: DateTime | None = optional_input("Start in this source.")
    parent: IdentityInput | None = optional_input("Parent organisation (F11).")
    attributes: JSON | None = optional_input("Attributes, by name.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="A membership, as one source knows it (M1, M2).")
class MembershipInput:
    """A membership, as one source knows it."""

    person: PersonRef = required_input("The person.")
    organisation: OrganisationRef = required_input("The organisation.")
    role: str | None = optional_input("Role of the person in the organisation.")
    roles: list[str] | None = optional_input("Roles, if there are several.")
    since: DateTime | None = optional_input("Start.")
    until: DateTime | None = optional_input("End.")
    primary: bool | None = optional_input("True for the person's primary membership (M6).")
    stage: str | None = optional_input("Stage of the person in the organisation.")
    attributes: JSON | None = optional_input("Attributes of the person that hold only in this organisation, by name.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="The end of a membership (M3).")
class EndMembershipInput:
    """The end of a membership."""

    person: PersonRef = required_input("The person.")
    organisation: OrganisationRef = required_input("The organisation.")
    until: DateTime | None = optional_input("End of the membership. Default: the time of receipt.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="An event.")
class EventInput:
    """An event."""

    id: str | None = optional_input("The source's id of the event. Two rows with the same id are one event (F6).")
    name: str = required_input("Name of the event.")
    occurred_at: DateTime | None = optional_input("Time when it happened. Default: the time of receipt.")
    person: PersonRef | None = optional_input("Person who acted; absent for an event of the organisation itself.")
    identities: list[IdentityInput] | None = optional_input(
        "Further identities on the same event, such as an anonymous id. They are evidence that they are the same person."
    )
    organisation: OrganisationRef | None = optional_input(
        "Organisation where it happened. Default: derived from the person's memberships (E1)."
    )
    properties: JSON | None = optional_input("Properties of the event, by name.")
    source: str | None = optional_input(SOURCE)
