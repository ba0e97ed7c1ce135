"""Memberships and events: the facts between people and organisations."""

from __future__ import annotations

import strawberry

from api.graphql.schema import arguments
from api.graphql.schema.declare import stored_field
from api.graphql.schema.entities import ATTRIBUTES, CURRENT, ORGANISATION_EVENTS, WITHIN, Organisation, Person
from api.graphql.schema.pages import Connection
from api.graphql.schema.references import EventType, OrganisationType, PersonType
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.traits import Node
from api.graphql.storage import Aggregate, Attributes, Expression, One, PagedList, Property


@strawberry.type(description="One period of one person in one organisation, with the facts that hold only there.")
class Membership(Node):
    """One period of one person in one organisation."""

    person: Person = stored_field(
        One(("MATCH ({from})<-[:HAS_MEMBERSHIP]-({to}:Person)",), relation="person"), "The member."
    )
    organisation: Organisation = stored_field(
        One(("MATCH ({from})-[:IN_ORGANISATION]->({to}:Organisation)",), relation="organisation"), "The organisation."
    )
    role: str | None = stored_field(Property("role"), "First of `roles` by precedence.")
    roles: list[str] = stored_field(Expression("coalesce({from}.roles, [])"), "All roles of the person here.")
    since: DateTime | None = stored_field(Property("since", time=True), "Start; null if unknown.")
    until: DateTime | None = stored_field(Property("until", time=True), "End, past or future; null if open.")
    current: bool = stored_field(
        Expression(CURRENT.replace("{node}", "{from}")), "True if it has begun and has not ended (M4)."
    )
    origin: str = stored_field(
        Expression("coalesce({from}.origin, 'explicit')"),
        "Origin: `explicit`, `activity` (the person was seen acting here), or a source's name.",
    )
    primary: bool = stored_field(
        Expression("coalesce({from}.primary, false)"), "True for the person's primary membership (M6)."
    )
    stage: str | None = stored_field(
        Property("stage"), "Stage of the person in this organisation, such as `MAL`, `CUS` or `churn`."
    )
    attributes: JSON = stored_field(Attributes("membership"), ATTRIBUTES, [arguments.NAMES])
    roll_up: JSON | None = stored_field(
        Aggregate("membership"),
        "One aggregate over the person's events in this organisation; `source` must be EVENTS.",
        [arguments.AGGREGATE],
    )
    events: Connection[EventType] = stored_field(
        PagedList(
            "event",
            ("MATCH ({from})-[:PERFORMED]->({to}:Event)",),
            order="occurredAt",
            filters=("event",),
            organisation_events=(
                "MATCH ({from})-[:IN_ORGANISATION]->(:Organisation)-[:RECORDED]->({to}:Event) WHERE "
                + WITHIN.replace("{since}", "{from}")
            ),
        ),
        "Events of the person in this organisation, newest first.",
        [arguments.EVENT, ORGANISATION_EVENTS, *arguments.FORWARD],
    )


@strawberry.type(
    description="An event: an act of a person, in an organisation or without a known one, or an event of an organisation."
)
class Event(Node):
    """An event of a person or of an organisation."""

    name: str = stored_field(Property("name"), "Name, such as `Project Created`.")
    occurred_at: DateTime = stored_field(Property("occurredAt", time=True), "Time when it happened.")
    received_at: DateTime = stored_field(Property("receivedAt", time=True), "Time of receipt.")
    source: str | None = stored_field(Property("source"), "Source.")
    properties: JSON = stored_field(Attributes("event"), "Properties of the event.")
    person: PersonType | None = stored_field(
        One(
            (
                "MATCH ({from})<-[:PERFORMED]-({to}:Person)",
                "MATCH ({from})<-[:PERFORMED]-(:Membership)<-[:HAS_MEMBERSHIP]-({to}:Person)",
            )
        ),
        "Person who acted; null for an event of the organisation itself, such as `Trial Started`.",
    )
    organisation: OrganisationType | None = stored_field(
        One(
            (
                "MATCH ({from})<-[:RECORDED]-({to}:Organisation)",
                "MATCH ({from})<-[:PERFORMED]-(:Membership)-[:IN_ORGANISATION]->({to}:Organisation)",
            )
        ),
        "Organisation where it happened; null if unknown.",
    )
