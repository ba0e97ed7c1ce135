"""People, organisations, memberships and events: the four things the graph is about."""

from __future__ import annotations

import strawberry

from api.graphql.schema import arguments
from api.graphql.schema.declare import argument, stored_field
from api.graphql.schema.pages import Connection, OrganisationMembershipConnection, PersonMembershipConnection
from api.graphql.schema.references import (
    EventType,
    JourneyStateType,
    MembershipType,
    OrganisationType,
    PersonType,
    StayType,
)
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.traits import AttributeProvenance, Identity, Node
from api.graphql.storage import (
    Aggregate,
    Attributes,
    Equal,
    Expression,
    Many,
    One,
    Page,
    Property,
    Provenance,
    Unavailable,
)

CURRENT = (
    "(({node}.since IS NULL OR {node}.since <= datetime({{epochMillis: $now}}))"
    " AND ({node}.until IS NULL OR {node}.until > datetime({{epochMillis: $now}})))"
)
WITHIN = (
    "({since}.since IS NULL OR {since}.since <= {to}.occurredAt)"
    " AND ({since}.until IS NULL OR {since}.until > {to}.occurredAt)"
)
COUNTED = "{to}.uncounted IS NULL"
ATTRIBUTES = "Every ingested, rolled-up, calculated and generated attribute; `names` narrows it."
PROVENANCE = "Where an attribute's value came from and when; `names` narrows it."
TO_STANDING = (
    "MATCH ({from})-[:STAYED]->({to}:Stay {{open: true}})-[:IN_STAGE]->({to}_stage:Stage)"
    "<-[:HAS_STAGE]-({to}_journey:Journey)"
)
ORGANISATION_EVENTS = argument(
    "with_organisation_events",
    bool | None,
    "Adds what happened to the organisation itself, such as `Trial Started`, in the time of the membership.",
    default=False,
)


IDENTITIES = Many("MATCH ({from})-[:IDENTIFIED_BY]->({to}:Identity)", order="{to}.key")


@strawberry.type(description="A person, who may belong to many organisations and act in each of them.")
class Person(Node):
    """A person."""

    name: str | None = stored_field(Property("name"), "Their name.")
    email: str | None = stored_field(Property("email"), "Their primary address, the one to display.")
    first_seen_at: DateTime | None = stored_field(
        Property("firstSeenAt", time=True), "The earliest anybody says of them (F8)."
    )
    last_seen_at: DateTime | None = stored_field(Property("lastSeenAt", time=True), "Their latest event.")
    identities: list[Identity] = stored_field(IDENTITIES, "Every name a source knows them by.")
    attributes: JSON = stored_field(Attributes("person"), ATTRIBUTES, [arguments.NAMES])
    provenance: list[AttributeProvenance] = stored_field(Provenance("person"), PROVENANCE, [arguments.NAMES])
    memberships: PersonMembershipConnection = stored_field(
        Page(
            "membership",
            ("MATCH ({from})-[:HAS_MEMBERSHIP]->({to}:Membership)",),
            where=COUNTED,
            filters=("criteria", "spell"),
            variables={"person": "{from}"},
        ),
        "Their spells in organisations, by id: each time they were a member is one.",
        [*arguments.SPELL, *arguments.PAGE],
    )
    events: Connection[EventType] = stored_field(
        Page(
            "event",
            (
                "MATCH ({from})-[:PERFORMED]->({to}:Event)",
                "MATCH ({from})-[:HAS_MEMBERSHIP]->(:Membership)-[:PERFORMED]->({to}:Event)",
            ),
            order="occurredAt",
            filters=("event",),
            organisation_events=(
                "MATCH ({from})-[:HAS_MEMBERSHIP]->({to}_spell:Membership)-[:IN_ORGANISATION]->(:Organisation)"
                "-[:RECORDED]->({to}:Event) WHERE " + WITHIN.replace("{since}", "{to}_spell")
            ),
        ),
        "What they did, in whatever organisation, newest first.",
        [arguments.EVENT, ORGANISATION_EVENTS, *arguments.PAGE],
    )
    roll_up: JSON | None = stored_field(Aggregate("person"), "One aggregate over what the person did.", [arguments.OF])
    overall_stage: str | None = stored_field(
        Unavailable("the ladder of people's stages and the projection (P1, P2)"),
        "The furthest stage over the person's memberships that have not churned; `churn` when all have, `visitor` with none.",
    )


@strawberry.type(description="An organisation: a company, an account, a team.")
class Organisation(Node):
    """An organisation."""

    name: str | None = stored_field(Property("name"), "Its name.")
    domain: str | None = stored_field(Property("domain"), "Its domain; addresses it, never merges two (I5).")
    first_seen_at: DateTime | None = stored_field(
        Property("firstSeenAt", time=True), "The earliest anybody says of it (F8)."
    )
    last_seen_at: DateTime | None = stored_field(Property("lastSeenAt", time=True), "Its latest event.")
    identities: list[Identity] = stored_field(IDENTITIES, "Every name a source knows it by.")
    attributes: JSON = stored_field(Attributes("organisation"), ATTRIBUTES, [arguments.NAMES])
    provenance: list[AttributeProvenance] = stored_field(Provenance("organisation"), PROVENANCE, [arguments.NAMES])
    memberships: OrganisationMembershipConnection = stored_field(
        Page(
            "membership",
            ("MATCH ({from})<-[:IN_ORGANISATION]-({to}:Membership)<-[:HAS_MEMBERSHIP]-({to}_person:Person)",),
            where="{to}.uncounted IS NULL AND {to}_person.uncounted IS NULL",
            filters=("criteria", "spell"),
            variables={"organisation": "{from}", "person": "{to}_person"},
        ),
        "The spells of its people, by id.",
        [*arguments.SPELL, *arguments.PAGE],
    )
    events: Connection[EventType] = stored_field(
        Page(
            "event",
            (
                "MATCH ({from})-[:RECORDED]->({to}:Event)",
                "MATCH ({from})<-[:IN_ORGANISATION]-(:Membership)-[:PERFORMED]->({to}:Event)",
            ),
            order="occurredAt",
            filters=("event",),
        ),
        "What happened to it and in it, newest first.",
        [arguments.EVENT, *arguments.PAGE],
    )
    roll_up: JSON | None = stored_field(
        Aggregate("organisation"),
        "One aggregate over the organisation's people or events (R1, R2).",
        [arguments.OF, arguments.DESCENDANTS],
    )
    parent: OrganisationType | None = stored_field(
        One(("MATCH ({from})-[:PART_OF]->({to}:Organisation)",)), "The organisation it is part of."
    )
    children: Connection[OrganisationType] = stored_field(
        Page(
            "organisation",
            ("MATCH ({from})<-[:PART_OF]-({to}:Organisation)",),
            where=COUNTED,
            variables={"parent": "{from}"},
        ),
        "The organisations that are part of it, by id.",
        arguments.FORWARD,
    )
    evaluated_at: DateTime | None = stored_field(
        Property("evaluatedAt", time=True),
        "When its stored roll-ups and stays were last worked out; follows facts by a moment.",
    )
    journey: list[JourneyStateType] = stored_field(
        Many(
            TO_STANDING,
            order="{to}_journey.key, {to}_stage.position, {to}_stage.key",
            variables={"journey": "{to}_journey", "stage": "{to}_stage", "stay": "{to}"},
        ),
        "Where the organisation stands now: one entry for each open stay, by journey and position.",
    )
    stays: Connection[StayType] = stored_field(
        Page(
            "stay",
            ("MATCH ({from})-[:STAYED]->({to}:Stay)",),
            order="enteredAt",
            filters=(Equal("stage"),),
            variables={"organisation": "{from}"},
        ),
        "Its stays in stages, newest first.",
        [arguments.STAGE, *arguments.FORWARD],
    )
    shares_people_with: list[SharedPeople] = stored_field(
        Many(
            (
                "MATCH ({from})<-[:IN_ORGANISATION]-({to}_here:Membership)<-[:HAS_MEMBERSHIP]-({to}_person:Person)"
                "-[:HAS_MEMBERSHIP]->({to}_there:Membership)-[:IN_ORGANISATION]->({to}:Organisation) "
                "WHERE {to} <> {from} AND {to}.uncounted IS NULL AND {to}_person.uncounted IS NULL AND "
                + CURRENT.replace("{node}", "{to}_here")
                + " AND "
                + CURRENT.replace("{node}", "{to}_there")
                + " WITH {to}, count(DISTINCT {to}_person) AS {to}_people"
            ),
            order="{to}_people DESC, {to}.id",
            limited_by="first",
            variables={"organisation": "{to}", "people": "{to}_people"},
        ),
        "Organisations that share current people with this one, most shared first.",
        [argument("first", int | None, "How many; 10 unless told, at most 200.", default=10)],
    )


@strawberry.type(description="Another organisation with the number of current people it shares.")
class SharedPeople:
    """An organisation that shares people."""

    organisation: Organisation = stored_field(One((), relation="organisation"), "The other organisation.")
    people: int = stored_field(Expression("{to}_people"), "How many current people belong to both.")


@strawberry.type(
    description="One person in one organisation for one spell, with what is true of them there and nowhere else."
)
class Membership(Node):
    """One spell of one person in one organisation."""

    person: Person = stored_field(
        One(("MATCH ({from})<-[:HAS_MEMBERSHIP]-({to}:Person)",), relation="person"), "Who the member is."
    )
    organisation: Organisation = stored_field(
        One(("MATCH ({from})-[:IN_ORGANISATION]->({to}:Organisation)",), relation="organisation"), "Of what."
    )
    role: str | None = stored_field(Property("role"), "The first of `roles` by precedence.")
    roles: list[str] = stored_field(Expression("coalesce({from}.roles, [])"), "Every role a source gives them here.")
    since: DateTime | None = stored_field(Property("since", time=True), "When the spell began; null: unknown.")
    until: DateTime | None = stored_field(Property("until", time=True), "When it ended or will end; null: open.")
    current: bool = stored_field(
        Expression(CURRENT.replace("{node}", "{from}")), "Neither ended nor still to begin (M4)."
    )
    origin: str = stored_field(
        Expression("coalesce({from}.origin, 'explicit')"),
        "What told us: `explicit`, `activity` (seen acting there), or a source's name.",
    )
    primary: bool = stored_field(
        Expression("coalesce({from}.primary, false)"), "Whether it is the person's main one (M6)."
    )
    stage: str | None = stored_field(
        Property("stage"), "The person's own stage in this organisation, such as `MAL`, `CUS` or `churn`."
    )
    attributes: JSON = stored_field(Attributes("membership"), ATTRIBUTES, [arguments.NAMES])
    roll_up: JSON | None = stored_field(
        Aggregate("membership"),
        "One aggregate over what this person did in this organisation; `source` is EVENTS.",
        [arguments.OF],
    )
    events: Connection[EventType] = stored_field(
        Page(
            "event",
            ("MATCH ({from})-[:PERFORMED]->({to}:Event)",),
            order="occurredAt",
            filters=("event",),
            organisation_events=(
                "MATCH ({from})-[:IN_ORGANISATION]->(:Organisation)-[:RECORDED]->({to}:Event) WHERE "
                + WITHIN.replace("{since}", "{from}")
            ),
        ),
        "What this person did in this organisation, newest first.",
        [arguments.EVENT, ORGANISATION_EVENTS, *arguments.FORWARD],
    )


@strawberry.type(
    description="Something that happened: a person's act, in an organisation or nowhere known, or an organisation's."
)
class Event(Node):
    """An event."""

    name: str = stored_field(Property("name"), "What happened, such as `Project Created`.")
    occurred_at: DateTime = stored_field(Property("occurredAt", time=True), "When it happened.")
    received_at: DateTime = stored_field(Property("receivedAt", time=True), "When we were told.")
    source: str | None = stored_field(Property("source"), "Who told us.")
    properties: JSON = stored_field(Attributes("event"), "What the source said about it.")
    person: PersonType | None = stored_field(
        One(
            (
                "MATCH ({from})<-[:PERFORMED]-({to}:Person)",
                "MATCH ({from})<-[:PERFORMED]-(:Membership)<-[:HAS_MEMBERSHIP]-({to}:Person)",
            )
        ),
        "Null for an event of the organisation itself, such as `Trial Started`.",
    )
    organisation: OrganisationType | None = stored_field(
        One(
            (
                "MATCH ({from})<-[:RECORDED]-({to}:Organisation)",
                "MATCH ({from})<-[:PERFORMED]-(:Membership)-[:IN_ORGANISATION]->({to}:Organisation)",
            )
        ),
        "Where it happened; null while no organisation is known.",
    )


__all__ = [
    "AttributeProvenance",
    "Event",
    "EventType",
    "Identity",
    "Membership",
    "MembershipType",
    "Node",
    "Organisation",
    "Person",
    "SharedPeople",
]
