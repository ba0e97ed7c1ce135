"""Every way to read the graph."""

from __future__ import annotations

import strawberry

from api.graphql.schema import arguments
from api.graphql.schema.catalogue import AttributeDefinition, AttributeHistory, AttributeUse, Question, ScorePart, Table
from api.graphql.schema.declare import argument, stored_field
from api.graphql.schema.entities import COUNTED, Event, Organisation, Person
from api.graphql.schema.explanations import Explanation
from api.graphql.schema.inputs import OrganisationRef, PersonRef
from api.graphql.schema.journeys import Journey, Stage
from api.graphql.schema.pages import Connection
from api.graphql.schema.payloads import UserError
from api.graphql.schema.quality import DataQuality, IdentityConflict, Rejected
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.stage_advice import ChartKind, Check, Signals, StageTemplate
from api.graphql.schema.traits import Node
from api.graphql.storage import Equal, Filter, Group, Many, Nodes, One, Page, Reference, Resolved


def _all(label: str) -> str:
    return f"MATCH ({{to}}:{label})"


LISTED: tuple[Filter, ...] = ("criteria", "search")


@strawberry.type(description="Every way to read the graph.")
class Query:
    """Every way to read the graph."""

    node: Node | None = stored_field(
        Nodes(many=False),
        "Anything with an id, also what lists leave out; null when the id is nobody's.",
        [arguments.BY_ID],
    )
    nodes: list[Node | None] = stored_field(
        Nodes(many=True),
        "Several at once, in the order of the ids; at most 200.",
        [argument("ids", list[strawberry.ID], "Their ids.")],
    )
    person: Person | None = stored_field(
        Reference("Person"),
        "One person; an old id leads to whom it was merged into.",
        [argument("by", PersonRef, "Which.")],
    )
    people: Connection[Person] = stored_field(
        Page("person", (_all("Person"),), where=COUNTED, filters=LISTED), "People, by id unless told.", arguments.LIST
    )
    organisation: Organisation | None = stored_field(
        Reference("Organisation"),
        "One organisation; an old id leads to what it was merged into.",
        [argument("by", OrganisationRef, "Which.")],
    )
    organisations: Connection[Organisation] = stored_field(
        Page("organisation", (_all("Organisation"),), where=COUNTED, filters=LISTED),
        "Organisations, by id unless told.",
        arguments.LIST,
    )
    events: Connection[Event] = stored_field(
        Page("event", (_all("Event"),), order="occurredAt", filters=("event",)),
        "Events of everybody, newest first.",
        [arguments.EVENT, *arguments.PAGE],
    )
    journeys: list[Journey] = stored_field(
        Many(_all("Journey"), order="{to}.key"), "Every journey with its stages, by key."
    )
    stage: Stage | None = stored_field(
        One((_all("Stage"),), filters=(Equal("key"),)),
        "One stage; null where there is none.",
        [argument("key", str, "Its key.")],
    )
    explain_stage: Explanation = stored_field(
        Resolved(),
        "Why an organisation is, or is not, in a stage.",
        [argument("organisation", strawberry.ID, "Which."), argument("stage", str, "The stage's key.")],
    )
    explain_objective: Explanation = stored_field(
        Resolved(),
        "Why an organisation has, or has not, completed an objective.",
        [argument("organisation", strawberry.ID, "Which."), argument("objective", str, "The objective's key.")],
    )
    signals: Signals = stored_field(
        Resolved(weight=2_000),
        "Who is slow with what over all live stages, and the revenue at risk.",
        [
            argument(
                "revenue", str | None, "The attribute of organisations that says what they pay; `arr` unless told."
            ),
            argument("first", int | None, "How many of the late to list under each signal, at most 200.", default=20),
            argument("silenced", bool | None, "List those acknowledged or snoozed, too.", default=False),
        ],
    )
    advice: list[UserError] = stored_field(
        Resolved(weight=500),
        "What a careful colleague would say of a stage: none of it stops anything.",
        [argument("stage", str, "The stage's key.")],
    )
    troubleshoot: list[Check] = stored_field(
        Resolved(weight=1_000),
        "What keeps a stage from working: everything that was looked at, entry first.",
        [argument("stage", str, "The stage's key.")],
    )
    stage_chart: str = stored_field(
        Resolved(weight=500),
        "A picture of a stage, as SVG.",
        [argument("stage", str, "The stage's key."), argument("kind", ChartKind, "Which.", default=ChartKind.FUNNEL)],
    )
    stage_templates: list[StageTemplate] = stored_field(
        Resolved(), "The four stages that most companies begin with, and the attributes they need."
    )
    attributes: list[AttributeDefinition] = stored_field(
        Many(_all("AttributeDefinition"), order="{to}.key", filters=(Equal("entity"),)),
        "The catalogue: every attribute that was ever told, declared or rolled up.",
        [argument("entity", str | None, "Only those of `person`, `organisation`, `membership` or `event`.")],
    )
    attribute_uses: list[AttributeUse] = stored_field(
        Resolved(),
        "Where an attribute is used; one in use can't be removed.",
        [
            argument("entity", str, "Of what: `person`, `organisation`, `membership` or `event`."),
            argument("attribute", str, "The attribute's name."),
        ],
    )
    attribute_history: AttributeHistory = stored_field(
        Resolved(),
        "What an attribute of somebody was when. Of what is computed here no history is kept.",
        [
            argument("entity", str, "Of what: `person`, `organisation` or `membership`."),
            argument("of", strawberry.ID, "Of which: its id."),
            argument("attribute", str, "The attribute's name."),
            argument("from_", DateTime | None, "Only values that held at this instant or later.", name="from"),
            argument("to", DateTime | None, "Only values that held at this instant or earlier."),
        ],
    )
    score_parts: list[ScorePart] = stored_field(
        Resolved(),
        "What a score is made of at one organisation, person or membership; give the one that it is of.",
        [
            argument("organisation", strawberry.ID | None, "An organisation."),
            argument("person", strawberry.ID | None, "A person."),
            argument("membership", strawberry.ID | None, "A membership."),
            argument("attribute", str, "The score's name."),
        ],
    )
    questions: list[Question] = stored_field(Resolved(), "The documented questions.")
    answer: Table = stored_field(
        Resolved(),
        "One documented question, answered.",
        [
            argument("question", str, "The question's name."),
            argument("parameters", JSON | None, "Its parameters, by name."),
        ],
    )
    data_quality: DataQuality = stored_field(Group(), "How much there is, and how much of it is not yet connected.")
    rejected: Connection[Rejected] = stored_field(
        Page("rejected", (_all("Rejected"),), order="receivedAt", filters=(Equal("code"),)),
        "Rows that could not be used, newest first.",
        [argument("code", str | None, "Only those refused for this reason."), *arguments.FORWARD],
    )
    identity_conflicts: Connection[IdentityConflict] = stored_field(
        Page("conflict", (_all("IdentityConflict"),), order="seenAt"),
        "Evidence not applied, newest first.",
        arguments.FORWARD,
    )
