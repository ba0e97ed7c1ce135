"""People, organisations, memberships and events: the four things the graph is about."""

from __future__ import annotations

import strawberry

from api.graphql.schema import filters as by
from api.graphql.schema.declare import argument, stored
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


IDENTITIES = Many(("MATCH ({from})-[:IDENTIFIED_BY]->({to}:Identity)",), order="{to}.key")


@strawberry.type(description="A person, who may belong to many organisations and act in each of them.")
class Person(Node):
    """A person."""

    name: str | None = stored(Property("name"), "Their name.")
    email: str | None = stored(Property("email"), "Their primary address, the one to display.")
    first_seen_at: DateTime | None = stored(
        Property("firstSeenAt", time=True), "The earliest anybody says of them (F8)."
    )
    last_seen_at: DateTime | None = stored(Property("lastSeenAt", time=True), "Their latest event.")
    identities: list[Identity] = stored(IDENTITIES, "Every name a source knows them by.")
    attributes: JSON = stored(Attributes("person"), ATTRIBUTES, [by.NAMES])
    provenance: list[AttributeProvenance] = stored(Provenance("person"), PROVENANCE, [by.NAMES])
    memberships: PersonMembershipConnection = stored(
        Page(
            "membership",
            ("MATCH ({from})-[:HAS_MEMBERSHIP]->({to}:Membership)",),
            where=COUNTED,
            filters=("criteria", "spell"),
            known={"person": "{from}"},
        ),
        "Their spells in organisations, by id: each time they were a member is one.",
        [*by.SPELL, *by.PAGE],
    )
    events: Connection[EventType] = stored(
        Page(
            "event",
            (
                "MATCH ({from})-[:PERFORMED]->({to}:Event)",
                "MATCH ({from})-[:HAS_MEMBERSHIP]->(:Membership)-[:PERFORMED]->({to}:Event)",
            ),
            order="occurredAt",
            filters=("event",),
            with_organisation_events=(
                "MATCH ({from})-[:HAS_MEMBERSHIP]->({to}_spell:Membership)-[:IN_ORGANISATION]->(:Organisation)"
                "-[:RECORDED]->({to}:Event) WHERE " + WITHIN.replace("{since}", "{to}_spell")
            ),
        ),
        "What they did, in whatever organisation, newest first.",
        [by.EVENT, ORGANISATION_EVENTS, *by.PAGE],
    )
    roll_up: JSON | None = stored(Aggregate("person"), "One aggregate over what the person did.", [by.OF])
    overall_stage: str | None = stored(
        Unavailable("the ladder of people's stages and the projection (P1, P2)"),
        "The furthest stage over the person's memberships that have not churned; `churn` when all have, `visitor` with none.",
    )


@strawberry.type(description="An organisation: a company, an account, a team.")
class Organisation(Node):
    """An organisation."""

    name: str | None = stored(Property("name"), "Its name.")
    domain: str | None = stored(Property("domain"), "Its domain; addresses it, never merges two (I5).")
    first_seen_at: DateTime | None = stored(Property("firstSeenAt", time=True), "The earliest anybody says of it (F8).")
    last_seen_at: DateTime | None = stored(Property("lastSeenAt", time=True), "Its latest event.")
    identities: list[Identity] = stored(IDENTITIES, "Every name a source knows it by.")
    attributes: JSON = stored(Attributes("organisation"), ATTRIBUTES, [by.NAMES])
    provenance: list[AttributeProvenance] = stored(Provenance("organisation"), PROVENANCE, [by.NAMES])
    memberships: OrganisationMembershipConnection = stored(
        Page(
            "membership",
            ("MATCH ({from})<-[:IN_ORGANISATION]-({to}:Membership)<-[:HAS_MEMBERSHIP]-({to}_person:Person)",),
            where="{to}.uncounted IS NULL AND {to}_person.uncounted IS NULL",
            filters=("criteria", "spell"),
            known={"organisation": "{from}", "person": "{to}_person"},
        ),
        "The spells of its people, by id.",
        [*by.SPELL, *by.PAGE],
    )
    events: Connection[EventType] = stored(
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
        [by.EVENT, *by.PAGE],
    )
    roll_up: JSON | None = stored(
        Aggregate("organisation"),
        "One aggregate over the organisation's people or events (R1, R2).",
        [by.OF, by.DESCENDANTS],
    )
    parent: OrganisationType | None = stored(
        One(("MATCH ({from})-[:PART_OF]->({to}:Organisation)",)), "The organisation it is part of."
    )
    children: Connection[OrganisationType] = stored(
        Page(
            "organisation",
            ("MATCH ({from})<-[:PART_OF]-({to}:Organisation)",),
            where=COUNTED,
            known={"parent": "{from}"},
        ),
        "The organisations that are part of it, by id.",
        by.FORWARD,
    )
    evaluated_at: DateTime | None = stored(
        Property("evaluatedAt", time=True),
        "When its stored roll-ups and stays were last worked out; follows facts by a moment.",
    )
    journey: list[JourneyStateType] = stored(
        Many(
            (TO_STANDING,),
            order="{to}_journey.key, {to}_stage.position, {to}_stage.key",
            known={"journey": "{to}_journey", "stage": "{to}_stage", "stay": "{to}"},
        ),
        "Where the organisation stands now: one entry for each open stay, by journey and position.",
    )
    stays: Connection[StayType] = stored(
        Page(
            "stay",
            ("MATCH ({from})-[:STAYED]->({to}:Stay)",),
            order="enteredAt",
            filters=("stage",),
            known={"organisation": "{from}"},
        ),
        "Its stays in stages, newest first.",
        [by.STAGE, *by.FORWARD],
    )
    shares_people_with: list[SharedPeople] = stored(
        Many(
            (
                "MATCH ({from})<-[:IN_ORGANISATION]-({to}_here:Membership)<-[:HAS_MEMBERSHIP]-({to}_person:Person)"
                "-[:HAS_MEMBERSHIP]->({to}_there:Membership)-[:IN_ORGANISATION]->({to}:Organisation) "
                "WHERE {to} <> {from} AND {to}.uncounted IS NULL AND {to}_person.uncounted IS NULL AND "
                + CURRENT.replace("{node}", "{to}_here")
                + " AND "
                + CURRENT.replace("{node}", "{to}_there")
                + " WITH {to}, count(DISTINCT {to}_person) AS {to}_people",
            ),
            order="{to}_people DESC, {to}.id",
            limited_by="first",
            known={"organisation": "{to}", "people": "{to}_people"},
        ),
        "Organisations that share current people with this one, most shared first.",
        [argument("first", int | None, "How many; 10 unless told, at most 200.", default=10)],
    )


@strawberry.type(description="Another organisation with the number of current people it shares.")
class SharedPeople:
    """An organisation that shares people."""

    organisation: Organisation = stored(One((), known="organisation"), "The other organisation.")
    people: int = stored(Expression("{to}_people"), "How many current people belong to both.")


@strawberry.type(
    description="One person in one organisation for one spell, with what is true of them there and nowhere else."
)
class Membership(Node):
    """One spell of one person in one organisation."""

    person: Person = stored(
        One(("MATCH ({from})<-[:HAS_MEMBERSHIP]-({to}:Person)",), known="person"), "Who the member is."
    )
    organisation: Organisation = stored(
        One(("MATCH ({from})-[:IN_ORGANISATION]->({to}:Organisation)",), known="organisation"), "Of what."
    )
    role: str | None = stored(Property("role"), "The first of `roles` by precedence.")
    roles: list[str] = stored(Expression("coalesce({from}.roles, [])"), "Every role a source gives them here.")
    since: DateTime | None = stored(Property("since", time=True), "When the spell began; null: unknown.")
    until: DateTime | None = stored(Property("until", time=True), "When it ended or will end; null: open.")
    current: bool = stored(Expression(CURRENT.replace("{node}", "{from}")), "Neither ended nor still to begin (M4).")
    origin: str = stored(
        Expression("coalesce({from}.origin, 'explicit')"),
        "What told us: `explicit`, `activity` (seen acting there), or a source's name.",
    )
    primary: bool = stored(Expression("coalesce({from}.primary, false)"), "Whether it is the person's main one (M6).")
    stage: str | None = stored(
        Property("stage"), "The person's own stage in this organisation, such as `MAL`, `CUS` or `churn`."
    )
    attributes: JSON = stored(Attributes("membership"), ATTRIBUTES, [by.NAMES])
    roll_up: JSON | None = stored(
        Aggregate("membership"),
        "One aggregate over what this person did in this organisation; `source` is EVENTS.",
        [by.OF],
    )
    events: Connection[EventType] = stored(
        Page(
            "event",
            ("MATCH ({from})-[:PERFORMED]->({to}:Event)",),
            order="occurredAt",
            filters=("event",),
            with_organisation_events=(
                "MATCH ({from})-[:IN_ORGANISATION]->(:Organisation)-[:RECORDED]->({to}:Event) WHERE "
                + WITHIN.replace("{since}", "{from}")
            ),
        ),
        "What this person did in this organisation, newest first.",
        [by.EVENT, ORGANISATION_EVENTS, *by.FORWARD],
    )


@strawberry.type(
    description="Something that happened: a person's act, in an organisation or nowhere known, or an organisation's."
)
class Event(Node):
    """An event."""

    name: str = stored(Property("name"), "What happened, such as `Project Created`.")
    occurred_at: DateTime = stored(Property("occurredAt", time=True), "When it happened.")
    received_at: DateTime = stored(Property("receivedAt", time=True), "When we were told.")
    source: str | None = stored(Property("source"), "Who told us.")
    properties: JSON = stored(Attributes("event"), "What the source said about it.")
    person: PersonType | None = stored(
        One(
            (
                "MATCH ({from})<-[:PERFORMED]-({to}:Person)",
                "MATCH ({from})<-[:PERFORMED]-(:Membership)<-[:HAS_MEMBERSHIP]-({to}:Person)",
            )
        ),
        "Null for an event of the organisation itself, such as `Trial Started`.",
    )
    organisation: OrganisationType | None = stored(
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
