"""People and organisations."""

from __future__ import annotations

import strawberry

from api.graphql.schema import arguments
from api.graphql.schema.declare import argument, stored_field
from api.graphql.schema.pages import Connection, OrganisationMembershipConnection, PersonMembershipConnection
from api.graphql.schema.references import (
    EventType,
    JourneyStateType,
    OrganisationType,
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
    PagedList,
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
ATTRIBUTES = "All ingested, rolled-up, calculated and generated attributes, or only those in `names`."
PROVENANCE = "Source and time of each attribute's value, or only of those in `names`."
TO_STANDING = (
    "MATCH ({from})-[:STAYED]->({to}:Stay {{open: true}})-[:IN_STAGE]->({to}_stage:Stage)"
    "<-[:HAS_STAGE]-({to}_journey:Journey)"
)
ORGANISATION_EVENTS = argument(
    "with_organisation_events",
    bool | None,
    "Include events of the organisation itself, such as `Trial Started`, during the membership.",
    default=False,
)


IDENTITIES = Many("MATCH ({from})-[:IDENTIFIED_BY]->({to}:Identity)", order="{to}.key")


@strawberry.type(description="A person, who may belong to many organisations and act in each of them.")
class Person(Node):
    """A person, who may belong to many organisations and act in each of them."""

    name: str | None = stored_field(Property("name"), "Name.")
    email: str | None = stored_field(Property("email"), "Primary email, the one to display.")
    first_seen_at: DateTime | None = stored_field(
        Property("firstSeenAt", time=True), "Earliest time that any source gives for the person (F8)."
    )
    last_seen_at: DateTime | None = stored_field(Property("lastSeenAt", time=True), "Time of the latest event.")
    identities: list[Identity] = stored_field(IDENTITIES, "Identities of the person in all sources.")
    attributes: JSON = stored_field(Attributes("person"), ATTRIBUTES, [arguments.NAMES])
    provenance: list[AttributeProvenance] = stored_field(Provenance("person"), PROVENANCE, [arguments.NAMES])
    memberships: PersonMembershipConnection = stored_field(
        PagedList(
            "membership",
            ("MATCH ({from})-[:HAS_MEMBERSHIP]->({to}:Membership)",),
            where=COUNTED,
            filters=("criteria", "spell"),
            variables={"person": "{from}"},
        ),
        "Memberships, ordered by id. Each period in an organisation is one membership.",
        [*arguments.SPELL, *arguments.PAGE],
    )
    events: Connection[EventType] = stored_field(
        PagedList(
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
        "Events of the person in all organisations, newest first.",
        [arguments.EVENT, ORGANISATION_EVENTS, *arguments.PAGE],
    )
    roll_up: JSON | None = stored_field(
        Aggregate("person"), "One aggregate over the person's events.", [arguments.AGGREGATE]
    )
    overall_stage: str | None = stored_field(
        Unavailable("the ladder of people's stages and the projection (P1, P2)"),
        "Furthest stage among the memberships that have not churned; `churn` if all have, `visitor` without memberships.",
    )


@strawberry.type(description="An organisation: a company, an account, a team.")
class Organisation(Node):
    """An organisation: a company, an account, a team."""

    name: str | None = stored_field(Property("name"), "Name.")
    domain: str | None = stored_field(
        Property("domain"), "Domain. It identifies the organisation and never merges two of them (I5)."
    )
    first_seen_at: DateTime | None = stored_field(
        Property("firstSeenAt", time=True), "Earliest time that any source gives for the organisation (F8)."
    )
    last_seen_at: DateTime | None = stored_field(Property("lastSeenAt", time=True), "Time of the latest event.")
    identities: list[Identity] = stored_field(IDENTITIES, "Identities of the organisation in all sources.")
    attributes: JSON = stored_field(Attributes("organisation"), ATTRIBUTES, [arguments.NAMES])
    provenance: list[AttributeProvenance] = stored_field(Provenance("organisation"), PROVENANCE, [arguments.NAMES])
    memberships: OrganisationMembershipConnection = stored_field(
        PagedList(
            "membership",
            ("MATCH ({from})<-[:IN_ORGANISATION]-({to}:Membership)<-[:HAS_MEMBERSHIP]-({to}_person:Person)",),
            where="{to}.uncounted IS NULL AND {to}_person.uncounted IS NULL",
            filters=("criteria", "spell"),
            variables={"organisation": "{from}", "person": "{to}_person"},
        ),
        "Memberships of its people, ordered by id.",
        [*arguments.SPELL, *arguments.PAGE],
    )
    events: Connection[EventType] = stored_field(
        PagedList(
            "event",
            (
                "MATCH ({from})-[:RECORDED]->({to}:Event)",
                "MATCH ({from})<-[:IN_ORGANISATION]-(:Membership)-[:PERFORMED]->({to}:Event)",
            ),
            order="occurredAt",
            filters=("event",),
        ),
        "Events of the organisation itself and of its members in it, newest first.",
        [arguments.EVENT, *arguments.PAGE],
    )
    roll_up: JSON | None = stored_field(
        Aggregate("organisation"),
        "One aggregate over the organisation's people or events (R1, R2).",
        [arguments.AGGREGATE, arguments.DESCENDANTS],
    )
    parent: OrganisationType | None = stored_field(
        One(("MATCH ({from})-[:PART_OF]->({to}:Organisation)",)), "Parent organisation."
    )
    children: Connection[OrganisationType] = stored_field(
        PagedList(
            "organisation",
            ("MATCH ({from})<-[:PART_OF]-({to}:Organisation)",),
            where=COUNTED,
            variables={"parent": "{from}"},
        ),
        "Direct child organisations, ordered by id.",
        arguments.FORWARD,
    )
    evaluated_at: DateTime | None = stored_field(
        Property("evaluatedAt", time=True),
        "Time of the last evaluation of its stored roll-ups and stays. It follows new facts by a moment.",
    )
    journey: list[JourneyStateType] = stored_field(
        Many(
            TO_STANDING,
            order="{to}_journey.key, {to}_stage.position, {to}_stage.key",
            variables={"journey": "{to}_journey", "stage": "{to}_stage", "stay": "{to}"},
        ),
        "Current state: one entry for each open stay, ordered by journey and position.",
    )
    stays: Connection[StayType] = stored_field(
        PagedList(
            "stay",
            ("MATCH ({from})-[:STAYED]->({to}:Stay)",),
            order="enteredAt",
            filters=(Equal("stage"),),
            variables={"organisation": "{from}"},
        ),
        "Stays in stages, newest first.",
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
        "Organisations that share current members with this one, most shared first.",
        [argument("first", int | None, "Number of organisations, at most 200. Default: 10.", default=10)],
    )


@strawberry.type(description="An organisation that shares current members with this one.")
class SharedPeople:
    """An organisation that shares current members with this one."""

    organisation: Organisation = stored_field(One((), relation="organisation"), "The other organisation.")
    people: int = stored_field(Expression("{to}_people"), "Number of people who currently belong to both.")
