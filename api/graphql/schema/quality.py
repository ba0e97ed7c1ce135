"""What could not be used or decided, and how much of everything there is."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import stored_field
from api.graphql.schema.references import PersonType
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.traits import Identity, Node
from api.graphql.storage import Expression, Many, Property


@strawberry.type(description="A row that could not be used, kept with the reason; replayable after a fix (F9).")
class Rejected(Node):
    """A refused row."""

    code: str = stored_field(Property("code"), "Why, as a word a program can act on.")
    message: str = stored_field(Property("message"), "Why, and what would be right.")
    path: list[str] | None = stored_field(Property("path"), "Where in the row the fault lies.")
    source: str | None = stored_field(Property("source"), "Who sent the row.")
    received_at: DateTime = stored_field(Property("receivedAt", time=True), "When it arrived.")
    row: JSON = stored_field(Property("row", json=True), "The row itself, as it came.")


@strawberry.type(description="Evidence that was not applied because it would join what must stay apart (I2).")
class IdentityConflict(Node):
    """An identity conflict."""

    identities: list[Identity] = stored_field(
        Many(
            "UNWIND {from}.identities AS {to}_key MATCH ({to}:Identity {{key: {to}_key}})",
            order="{to}.key",
        ),
        "The identities that were seen together.",
    )
    people: list[PersonType] = stored_field(
        Many(
            "UNWIND {from}.identities AS {to}_key "
            "MATCH (:Identity {{key: {to}_key}})<-[:IDENTIFIED_BY]-({to}:Person) WITH DISTINCT {from}, {to}",
            order="{to}.id",
        ),
        "The people those identities belong to.",
    )
    reason: str = stored_field(Property("reason"), "Which limit or ruling kept them apart.")
    seen_at: DateTime = stored_field(Property("seenAt", time=True), "When they were seen together.")


def _count(pattern: str) -> Expression:
    return Expression(f"COUNT {{{{ {pattern} }}}}")


MEMBER = "EXISTS {{ (p)-[:HAS_MEMBERSHIP]->(:Membership) }}"


@strawberry.type(description="How much there is, and how much of it is not yet connected.")
class DataQuality:
    """Counts over the whole graph."""

    people: int = stored_field(
        _count("MATCH (p:Person) WHERE p.uncounted IS NULL"), "People, merged and shared ones left out."
    )
    organisations: int = stored_field(_count("MATCH (o:Organisation) WHERE o.uncounted IS NULL"), "Organisations.")
    events: int = stored_field(_count("MATCH (e:Event)"), "Events.")
    people_without_organisation: int = stored_field(
        _count(f"MATCH (p:Person) WHERE p.uncounted IS NULL AND NOT {MEMBER}"),
        "People with no membership, current or past.",
    )
    organisations_without_people: int = stored_field(
        _count(
            "MATCH (o:Organisation) WHERE o.uncounted IS NULL AND NOT EXISTS {{ MATCH (o)<-[:IN_ORGANISATION]-"
            "(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person) WHERE m.uncounted IS NULL AND p.uncounted IS NULL }}"
        ),
        "Organisations with no membership, current or past.",
    )
    events_without_organisation: int = stored_field(
        _count("MATCH (:Person)-[:PERFORMED]->(e:Event)"), "Events of a person of whom no organisation is known."
    )
    people_in_several_organisations: int = stored_field(
        _count(
            "MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation) "
            "WHERE p.uncounted IS NULL AND m.uncounted IS NULL AND o.uncounted IS NULL "
            "AND (m.since IS NULL OR m.since <= datetime({{epochMillis: $now}})) "
            "AND (m.until IS NULL OR m.until > datetime({{epochMillis: $now}})) "
            "WITH p, count(DISTINCT o) AS several WHERE several > 1 RETURN p"
        ),
        "People who belong to more than one organisation now.",
    )
    identity_conflicts: int = stored_field(_count("MATCH (c:IdentityConflict)"), "Evidence not applied.")
    rejected_records: int = stored_field(_count("MATCH (r:Rejected)"), "Rows refused and kept.")
