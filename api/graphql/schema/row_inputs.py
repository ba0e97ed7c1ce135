"""The rows of the writing mutations. An absent field says nothing, null removes (F4)."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import optional_input, required_input
from api.graphql.schema.inputs import IdentityInput, OrganisationRef, PersonRef
from api.graphql.schema.scalars import JSON, DateTime

SOURCE = "Who says so; `api` unless told, `hand` outranks all (F4)."
OBSERVED = "When the source observed it; the time of receipt unless told."


@strawberry.input(description="What a source says of a person.")
class PersonInput:
    """What a source says of a person."""

    identities: list[IdentityInput] = required_input(
        "The names they go by; seen together, they are evidence that they are one."
    )
    name: str | None = optional_input("Their name.")
    email: str | None = optional_input("Their primary address.")
    first_seen_at: DateTime | None = optional_input(
        "When this source says they began: a sign-up, a CRM's creation date."
    )
    attributes: JSON | None = optional_input("Attributes by name.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="What a source says of an organisation.")
class OrganisationInput:
    """What a source says of an organisation."""

    identities: list[IdentityInput] = required_input("The names it goes by.")
    name: str | None = optional_input("Its name.")
    domain: str | None = optional_input("Its domain.")
    first_seen_at: DateTime | None = optional_input("When this source says it began.")
    parent: IdentityInput | None = optional_input("The organisation it is part of (F11).")
    attributes: JSON | None = optional_input("Attributes by name.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="What a source says of a person in an organisation (M1, M2).")
class MembershipInput:
    """What a source says of a person in an organisation."""

    person: PersonRef = required_input("Who.")
    organisation: OrganisationRef = required_input("Where.")
    role: str | None = optional_input("Their role there.")
    roles: list[str] | None = optional_input("Their roles there, when there are several.")
    since: DateTime | None = optional_input("Since when.")
    until: DateTime | None = optional_input("Until when.")
    primary: bool | None = optional_input("Whether it is their main one (M6).")
    stage: str | None = optional_input("Their own stage there.")
    attributes: JSON | None = optional_input("What is true of them there only.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="A membership that ended (M3).")
class EndMembershipInput:
    """A membership that ended."""

    person: PersonRef = required_input("Who.")
    organisation: OrganisationRef = required_input("Where.")
    until: DateTime | None = optional_input("When it ended; the time of receipt unless told.")
    source: str | None = optional_input(SOURCE)
    observed_at: DateTime | None = optional_input(OBSERVED)


@strawberry.input(description="Something that happened.")
class EventInput:
    """Something that happened."""

    id: str | None = optional_input("The source's own id; the same one twice is one event (F6).")
    name: str = required_input("What happened.")
    occurred_at: DateTime | None = optional_input("When; the time of receipt unless told.")
    person: PersonRef | None = optional_input("Who did it; nobody for an event of the organisation itself.")
    identities: list[IdentityInput] | None = optional_input(
        "More identities seen on the same event, such as an anonymous id; evidence that they are one."
    )
    organisation: OrganisationRef | None = optional_input(
        "Where; found from the person's memberships unless told (E1)."
    )
    properties: JSON | None = optional_input("What else the source says about it.")
    source: str | None = optional_input(SOURCE)
