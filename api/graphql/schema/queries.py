"""All queries."""

from __future__ import annotations

import strawberry

from api.graphql.schema import arguments
from api.graphql.schema.catalogue import AttributeDefinition, AttributeHistory, AttributeUse, Question, ScorePart, Table
from api.graphql.schema.declare import argument, stored_field
from api.graphql.schema.entities import COUNTED, Organisation, Person
from api.graphql.schema.explanations import Explanation
from api.graphql.schema.inputs import OrganisationRef, PersonRef
from api.graphql.schema.journeys import Journey, Stage
from api.graphql.schema.memberships import Event
from api.graphql.schema.pages import Connection
from api.graphql.schema.payloads import UserError
from api.graphql.schema.quality import DataQuality, IdentityConflict, Rejected
from api.graphql.schema.scalars import JSON, DateTime
from api.graphql.schema.sources import Source
from api.graphql.schema.stage_advice import ChartKind, Check, Signals, StageTemplate
from api.graphql.schema.traits import Node
from api.graphql.storage import Equal, Filter, Group, Many, Nodes, One, PagedList, Reference, Resolved


def _all(label: str) -> str:
    return f"MATCH ({{to}}:{label})"


LIST_FILTERS: tuple[Filter, ...] = ("criteria", "search")


@strawberry.type(description="All reads of the graph.")
class Query:
    """All queries."""

    node: Node | None = stored_field(
        Nodes(many=False),
        "Any object by its id, even one that lists leave out. Null for an unknown id.",
        [arguments.BY_ID],
    )
    nodes: list[Node | None] = stored_field(
        Nodes(many=True),
        "Several objects, in the order of the ids; at most 200. Null for an unknown id.",
        [argument("ids", list[strawberry.ID], "Ids.")],
    )
    person: Person | None = stored_field(
        Reference("Person"),
        "One person, or null. Ids of merged people are followed.",
        [argument("by", PersonRef, "The person.")],
    )
    people: Connection[Person] = stored_field(
        PagedList("person", (_all("Person"),), where=COUNTED, filters=LIST_FILTERS),
        "People. Default order: by id.",
        arguments.LIST,
    )
    organisation: Organisation | None = stored_field(
        Reference("Organisation"),
        "One organisation, or null. Ids of merged organisations are followed.",
        [argument("by", OrganisationRef, "The organisation.")],
    )
    organisations: Connection[Organisation] = stored_field(
        PagedList("organisation", (_all("Organisation"),), where=COUNTED, filters=LIST_FILTERS),
        "Organisations. Default order: by id.",
        arguments.LIST,
    )
    events: Connection[Event] = stored_field(
        PagedList("event", (_all("Event"),), order="occurredAt", filters=("event",)),
        "Events of all people and organisations, newest first.",
        [arguments.EVENT, *arguments.PAGE],
    )
    journeys: list[Journey] = stored_field(Many(_all("Journey"), order="{to}.key"), "All journeys, ordered by key.")
    stage: Stage | None = stored_field(
        One((_all("Stage"),), filters=(Equal("key"),)),
        "One stage, or null.",
        [argument("key", str, "Key of the stage.")],
    )
    explain_stage: Explanation = stored_field(
        Resolved(),
        "Explain why an organisation is in a stage or not.",
        [
            argument("organisation", strawberry.ID, "Id of the organisation."),
            argument("stage", str, "Key of the stage."),
        ],
    )
    explain_objective: Explanation = stored_field(
        Resolved(),
        "Explain why an organisation has completed an objective or not.",
        [
            argument("organisation", strawberry.ID, "Id of the organisation."),
            argument("objective", str, "Key of the objective."),
        ],
    )
    signals: Signals = stored_field(
        Resolved(weight=2_000),
        "Late organisations of all live stages, by objective, with the revenue at risk.",
        [
            argument("revenue", str | None, "Name of the attribute with an organisation's revenue. Default: `arr`."),
            argument(
                "first", int | None, "Number of late organisations to list for each signal, at most 200.", default=20
            ),
            argument("silenced", bool | None, "List silenced organisations too.", default=False),
        ],
    )
    advice: list[UserError] = stored_field(
        Resolved(weight=500),
        "Advice about a stage. None of it stops the stage from working.",
        [argument("stage", str, "Key of the stage.")],
    )
    troubleshoot: list[Check] = stored_field(
        Resolved(weight=1_000),
        "Checks of what may keep a stage from working, entry first.",
        [argument("stage", str, "Key of the stage.")],
    )
    stage_chart: str = stored_field(
        Resolved(weight=500),
        "Chart of a stage, as SVG.",
        [
            argument("stage", str, "Key of the stage."),
            argument("kind", ChartKind, "Kind of chart.", default=ChartKind.FUNNEL),
        ],
    )
    stage_templates: list[StageTemplate] = stored_field(
        Resolved(), "Four stages that most companies start with, and the attributes they need."
    )
    attributes: list[AttributeDefinition] = stored_field(
        Many(_all("AttributeDefinition"), order="{to}.key", filters=(Equal("entity"),)),
        "The catalogue: all attributes, ingested, declared or computed.",
        [argument("entity", str | None, "Only attributes of `person`, `organisation`, `membership` or `event`.")],
    )
    attribute_uses: list[AttributeUse] = stored_field(
        Resolved(),
        "Definitions that use an attribute. An attribute in use cannot be removed.",
        [
            argument(
                "entity", str, "Entity that has the attribute: `person`, `organisation`, `membership` or `event`."
            ),
            argument("attribute", str, "Name of the attribute."),
        ],
    )
    attribute_history: AttributeHistory = stored_field(
        Resolved(),
        "Past values of an attribute. Computed attributes have no history.",
        [
            argument("entity", str, "Entity that has the attribute: `person`, `organisation` or `membership`."),
            argument("of", strawberry.ID, "Id of the person, organisation or membership."),
            argument("attribute", str, "Name of the attribute."),
            argument("from_", DateTime | None, "Only values at this instant or later.", name="from"),
            argument("to", DateTime | None, "Only values at this instant or earlier."),
        ],
    )
    score_parts: list[ScorePart] = stored_field(
        Resolved(),
        "Rules of a score, evaluated for one entity. Give exactly one of `organisation`, `person` and `membership`.",
        [
            argument("organisation", strawberry.ID | None, "Id of an organisation."),
            argument("person", strawberry.ID | None, "Id of a person."),
            argument("membership", strawberry.ID | None, "Id of a membership."),
            argument("attribute", str, "Name of the score."),
        ],
    )
    questions: list[Question] = stored_field(Resolved(), "All documented questions.")
    answer: Table = stored_field(
        Resolved(),
        "The answer to a documented question.",
        [
            argument("question", str, "Name of the question."),
            argument("parameters", JSON | None, "Parameters of the question, by name."),
        ],
    )
    sources: list[Source] = stored_field(
        Resolved(weight=20_000),
        "Sources of loads and syncs, by name, with their cursors and runs.",
        [
            argument("name", str | None, "Only the source of this name."),
            argument("runs", int | None, "Number of newest runs of each source, at most 100.", default=10),
        ],
    )
    data_quality: DataQuality = stored_field(Group(), "Counts over the whole graph, and of what is not connected yet.")
    rejected: Connection[Rejected] = stored_field(
        PagedList("rejected", (_all("Rejected"),), order="receivedAt", filters=(Equal("code"),)),
        "Rejected rows, newest first.",
        [argument("code", str | None, "Only rows rejected with this code."), *arguments.FORWARD],
    )
    identity_conflicts: Connection[IdentityConflict] = stored_field(
        PagedList("conflict", (_all("IdentityConflict"),), order="seenAt"),
        "Identity conflicts, newest first.",
        arguments.FORWARD,
    )
