"""Rejected rows, identity conflicts and counts of the whole graph."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import stored_field
from api.graphql.schema.references import PersonType
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.traits import Identity, Node
from api.graphql.storage import Expression, Many, Property


@strawberry.type(description="A rejected row, stored with the reason. It can be replayed after a fix (F9).")
class Rejected(Node):
    """A rejected row, stored with the reason."""

    code: str = stored_field(Property("code"), "Reason, for programs.")
    message: str = stored_field(Property("message"), "Reason and remedy, for people.")
    path: list[str] | None = stored_field(Property("path"), "Path of the fault inside the row.")
    source: str | None = stored_field(Property("source"), "Source of the row.")
    stream: str | None = stored_field(
        Property("stream"), "Stream of its source that the row comes from, such as a file."
    )
    place: str | None = stored_field(Property("place"), "Place of the row in its stream, such as `line 7`.")
    received_at: DateTime = stored_field(Property("receivedAt", time=True), "Time of receipt.")
    row: JSON = stored_field(Property("row", json=True), "Row as it was received.")


@strawberry.type(
    description="Evidence that was not applied, since it would merge identities that must stay apart (I2)."
)
class IdentityConflict(Node):
    """Evidence that was not applied."""

    identities: list[Identity] = stored_field(
        Many(
            "UNWIND {from}.identities AS {to}_key MATCH ({to}:Identity {{key: {to}_key}})",
            order="{to}.key",
        ),
        "Identities that were seen together.",
    )
    people: list[PersonType] = stored_field(
        Many(
            "UNWIND {from}.identities AS {to}_key "
            "MATCH (:Identity {{key: {to}_key}})<-[:IDENTIFIED_BY]-({to}:Person) WITH DISTINCT {from}, {to}",
            order="{to}.id",
        ),
        "People with these identities.",
    )
    reason: str = stored_field(Property("reason"), "Limit or decision that keeps them apart.")
    seen_at: DateTime = stored_field(Property("seenAt", time=True), "Time when they were seen together.")


def _count(pattern: str) -> Expression:
    return Expression(f"COUNT {{{{ {pattern} }}}}")


MEMBER = "EXISTS {{ (p)-[:HAS_MEMBERSHIP]->(:Membership) }}"


@strawberry.type(description="Counts over the whole graph, and of what is not connected yet.")
class DataQuality:
    """Counts over the whole graph, and of what is not connected yet."""

    people: int = stored_field(
        _count("MATCH (p:Person) WHERE p.uncounted IS NULL"), "People, without merged and shared ones."
    )
    organisations: int = stored_field(
        _count("MATCH (o:Organisation) WHERE o.uncounted IS NULL"), "Organisations, without merged ones."
    )
    events: int = stored_field(_count("MATCH (e:Event)"), "Events.")
    people_without_organisation: int = stored_field(
        _count(f"MATCH (p:Person) WHERE p.uncounted IS NULL AND NOT {MEMBER}"),
        "People without any membership, current or past.",
    )
    organisations_without_people: int = stored_field(
        _count(
            "MATCH (o:Organisation) WHERE o.uncounted IS NULL AND NOT EXISTS {{ MATCH (o)<-[:IN_ORGANISATION]-"
            "(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person) WHERE m.uncounted IS NULL AND p.uncounted IS NULL }}"
        ),
        "Organisations without any membership, current or past.",
    )
    events_without_organisation: int = stored_field(
        _count("MATCH (:Person)-[:PERFORMED]->(e:Event)"), "Events of people without a known organisation."
    )
    people_in_several_organisations: int = stored_field(
        _count(
            "MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation) "
            "WHERE p.uncounted IS NULL AND m.uncounted IS NULL AND o.uncounted IS NULL "
            "AND (m.since IS NULL OR m.since <= datetime({{epochMillis: $now}})) "
            "AND (m.until IS NULL OR m.until > datetime({{epochMillis: $now}})) "
            "WITH p, count(DISTINCT o) AS several WHERE several > 1 RETURN p"
        ),
        "People with current memberships in several organisations.",
    )
    identity_conflicts: int = stored_field(_count("MATCH (c:IdentityConflict)"), "Identity conflicts.")
    rejected_records: int = stored_field(_count("MATCH (r:Rejected)"), "Rejected rows.")
