"""The rows of the writing mutations. An absent field says nothing, null removes (F4)."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import given, required
from api.graphql.schema.inputs import IdentityInput, OrganisationRef, PersonRef
from api.graphql.schema.scalars import JSON, DateTime

SOURCE = "Who says so; `api` unless told, `hand` outranks all (F4)."
OBSERVED = "When the source observed it; the time of receipt unless told."


@strawberry.input(description="What a source says of a person.")
class PersonInput:
    """What a source says of a person."""

    identities: list[IdentityInput] = required(
        "The names they go by; seen together, they are evidence that they are one."
    )
    name: str | None = given("Their name.")
    email: str | None = given("Their primary address.")
    first_seen_at: DateTime | None = given("When this source says they began: a sign-up, a CRM's creation date.")
    attributes: JSON | None = given("Attributes by name.")
    source: str | None = given(SOURCE)
    observed_at: DateTime | None = given(OBSERVED)


@strawberry.input(description="What a source says of an organisation.")
class OrganisationInput:
    """What a source says of an organisation."""

    identities: list[IdentityInput] = required("The names it goes by.")
    name: str | None = given("Its name.")
    domain: str | None = given("Its domain.")
    first_seen_at: DateTime | None = given("When this source says it began.")
    parent: IdentityInput | None = given("The organisation it is part of (F11).")
    attributes: JSON | None = given("Attributes by name.")
    source: str | None = given(SOURCE)
    observed_at: DateTime | None = given(OBSERVED)


@strawberry.input(description="What a source says of a person in an organisation (M1, M2).")
class MembershipInput:
    """What a source says of a person in an organisation."""

    person: PersonRef = required("Who.")
    organisation: OrganisationRef = required("Where.")
    role: str | None = given("Their role there.")
    roles: list[str] | None = given("Their roles there, when there are several.")
    since: DateTime | None = given("Since when.")
    until: DateTime | None = given("Until when.")
    primary: bool | None = given("Whether it is their main one (M6).")
    stage: str | None = given("Their own stage there.")
    attributes: JSON | None = given("What is true of them there only.")
    source: str | None = given(SOURCE)
    observed_at: DateTime | None = given(OBSERVED)


@strawberry.input(description="A membership that ended (M3).")
class EndMembershipInput:
    """A membership that ended."""

    person: PersonRef = required("Who.")
    organisation: OrganisationRef = required("Where.")
    until: DateTime | None = given("When it ended; the time of receipt unless told.")
    source: str | None = given(SOURCE)
    observed_at: DateTime | None = given(OBSERVED)


@strawberry.input(description="Something that happened.")
class EventInput:
    """Something that happened."""

    id: str | None = given("The source's own id; the same one twice is one event (F6).")
    name: str = required("What happened.")
    occurred_at: DateTime | None = given("When; the time of receipt unless told.")
    person: PersonRef | None = given("Who did it; nobody for an event of the organisation itself.")
    identities: list[IdentityInput] | None = given(
        "More identities seen on the same event, such as an anonymous id; evidence that they are one."
    )
    organisation: OrganisationRef | None = given("Where; found from the person's memberships unless told (E1).")
    properties: JSON | None = given("What else the source says about it.")
    source: str | None = given(SOURCE)
