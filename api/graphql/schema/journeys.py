"""Journeys: definitions of stages and objectives, and the stays of organisations in them (rules J)."""

from __future__ import annotations

import strawberry

from api.graphql.schema.arguments import FORWARD
from api.graphql.schema.declare import argument, plain_field, stored_field
from api.graphql.schema.entities import COUNTED, Organisation, Person
from api.graphql.schema.journey_enums import (
    ExitMode,
    ObjectiveKind,
    Pace,
    Reentry,
    StageStatus,
    StayOutcome,
    TransitionKind,
)
from api.graphql.schema.memberships import Event
from api.graphql.schema.pages import Connection
from api.graphql.schema.references import JourneyType
from api.graphql.schema.scalars import Criteria, DateTime
from api.graphql.schema.stage_reports import BackTest, StageMetrics, StagePreview
from api.graphql.schema.traits import Node
from api.graphql.storage import Expression, Group, Many, One, PagedList, Property, Resolved

STATE = {"objective": "{to}", "stay": "{to}_stay", "done": "{to}_done"}
"""The variables of an objective's state: the objective itself, the stay, and the completion or null."""
TO_STATES = (
    "MATCH ({from})-[:IN_STAGE]->(:Stage)-[:HAS_OBJECTIVE]->({to}:Objective) "
    "OPTIONAL MATCH ({from})-[{to}_done:ACHIEVED]->({to}) "
    "WITH {from} AS {to}_stay, {to}, {to}_done "
    "WHERE {to}_done IS NOT NULL OR {to}.key IN {to}_stay.applicable"
)
STATES = Many(TO_STATES, order="{to}.position, {to}.key", variables=STATE)
TOOK = "({from}_done.at.epochMillis - {from}_stay.enteredAt.epochMillis)"
PENDING = "(coalesce({from}_stay.exitedAt.epochMillis, $now) - {from}_stay.enteredAt.epochMillis)"
OTHERS = (
    "OPTIONAL MATCH ({from})<-[{to}_a:ACHIEVED]-({to}_s:Stay) "
    "WHERE {to}_s.stage = {from}_stay.stage AND {to}_s.version = {from}_stay.version AND NOT coalesce({to}_a.instant, false) "
    "RETURN count({to}_a) AS {to}, avg({to}_a.at.epochMillis - {to}_s.enteredAt.epochMillis) AS {to}_mean"
)
"""The number of stays of the same version that completed the objective, and their mean in milliseconds (J11)."""
PACE = (
    "CASE WHEN {from}_done IS NULL THEN "
    "CASE WHEN {to} >= 10 AND " + PENDING + " > 2 * {to}_mean THEN 'OVERDUE' ELSE 'PENDING' END "
    "WHEN {to} < 10 THEN 'COMPLETED_TOO_FEW_TO_TELL' "
    "WHEN " + TOOK + " < 0.75 * {to}_mean THEN 'FASTER' WHEN " + TOOK + " > 1.5 * {to}_mean THEN 'SLOWER' "
    "ELSE 'TYPICAL' END"
)
SURVIVOR = (
    "MATCH ({to}_old:Person {{id: {from}_done.person}}) "
    "OPTIONAL MATCH ({to}_old)-[:MERGED_INTO*1..]->({to}_new:Person) WHERE {to}_new.mergedInto IS NULL "
    "WITH coalesce({to}_new, {to}_old) AS {to}"
)


@strawberry.type(description="The rule that ends a stay in a stage.")
class ExitRule:
    """The rule that ends a stay in a stage."""

    mode: ExitMode = stored_field(Property("exitMode"), "Kind of rule.")
    days: int | None = stored_field(Property("exitDays"), "Number of days, for a rule by days.")
    criteria: Criteria | None = stored_field(
        Property("exitCriteria"), "For CRITERIA: the criterion that ends the stay."
    )
    completed_when: Criteria | None = stored_field(
        Property("completedWhen"),
        "For CRITERIA: the criterion for completion, evaluated at the end. Without it, all objectives must be complete.",
    )


@strawberry.type(description="An objective of a stage.")
class Objective:
    """An objective of a stage."""

    key: str = stored_field(Property("key"), "Key, unique over all stages.")
    name: str = stored_field(Property("name"), "Name.")
    kind: ObjectiveKind = stored_field(Property("kind"), "Kind: whether it counts towards completion.")
    criteria: Criteria | None = stored_field(Property("criteria"), "Criterion that completes it.")
    manual: bool = stored_field(Property("manual"), "True if people complete it, not data.")
    applies_to: Criteria | None = stored_field(
        Property("appliesTo"), "Criterion for organisations that have the objective. Without it, all have it."
    )
    after: list[str] = stored_field(
        Expression("coalesce({from}.after, [])"),
        "Keys of objectives that should come before it. Another order is recorded, not refused.",
    )


@strawberry.type(description="A stage of a journey.")
class Stage:
    """A stage of a journey."""

    key: str = stored_field(Property("key"), "Key.")
    name: str = stored_field(Property("name"), "Name.")
    journey: JourneyType = stored_field(One(("MATCH ({from})<-[:HAS_STAGE]-({to}:Journey)",)), "Journey of the stage.")
    description: str | None = stored_field(Property("description"), "Description, for people.")
    position: int = stored_field(Property("position"), "Position in the journey.")
    status: StageStatus = stored_field(Property("status"), "Status; only LIVE stages move organisations.")
    entry: Criteria = stored_field(Property("entry"), "Criterion for entry.")
    exit: ExitRule = stored_field(Group(), "Rule that ends a stay.")
    reentry: Reentry = stored_field(Property("reentry"), "Rule for entering again.")
    reentry_days: int | None = stored_field(Property("reentryDays"), "For AFTER_DAYS: the number of days.")
    version: int = stored_field(Property("version"), "Version; each change of a live stage adds one.")
    objectives: list[Objective] = stored_field(
        Many(
            "MATCH ({from})-[:HAS_OBJECTIVE]->({to}:Objective {{stage: {from}.key}})",
            order="{to}.position, {to}.key",
            where="{to}.removedAt IS NULL",
        ),
        "Objectives, in order.",
    )
    occupants: Connection[Organisation] = stored_field(
        PagedList(
            "organisation",
            ("MATCH ({to}_stay:Stay {{stage: {from}.key, open: true}})<-[:STAYED]-({to}:Organisation)",),
            where=COUNTED,
        ),
        "Organisations in the stage now, ordered by id.",
        FORWARD,
    )
    metrics: StageMetrics = stored_field(
        Resolved(node_argument="stage", weight=500),
        "Metrics over the stays that began or ended in a period, filtered by version and segment.",
        [
            argument("from_", DateTime | None, "Start of the period.", name="from"),
            argument("to", DateTime | None, "End of the period."),
            argument("version", int | None, "Only stays of this version of the stage."),
            argument("segment", Criteria | None, "Only organisations that meet this criterion."),
        ],
    )
    preview: StagePreview = stored_field(
        Resolved(node_argument="stage", weight=500),
        "Organisations that would enter if the stage went live now. Changes nothing.",
        [argument("sample", int | None, "Number of organisations to list.", default=5)],
    )
    backtest: BackTest = stored_field(
        Resolved(node_argument="stage", weight=5_000),
        "Entries that the stage would have had in a past period, compared with its real entries. Changes nothing.",
        [
            argument("from_", DateTime | None, "Start of the period. Default: 90 days before its end.", name="from"),
            argument("to", DateTime | None, "End of the period, in the past. Default: now."),
            argument("entry", Criteria | None, "Entry criterion to test. Default: the stage's own."),
            argument("first", int | None, "Number of organisations to list, at most 200.", default=50),
        ],
    )


@strawberry.type(description="A journey: a sequence of stages.")
class Journey:
    """A journey: a sequence of stages."""

    key: str = stored_field(Property("key"), "Key.")
    name: str = stored_field(Property("name"), "Name.")
    exclusive: bool = stored_field(
        Expression("coalesce({from}.exclusive, false)"),
        "True if an organisation is in at most one of its stages: the latest that matches.",
    )
    stages: list[Stage] = stored_field(
        Many("MATCH ({from})-[:HAS_STAGE]->({to}:Stage)", order="{to}.position, {to}.key"), "Stages, in order."
    )


@strawberry.type(description="The state of an objective in one stay.")
class ObjectiveState:
    """The state of an objective in one stay."""

    objective: Objective = stored_field(One((), relation="objective"), "The objective.")
    completed_at: DateTime | None = stored_field(
        Expression("{from}_done.at", time=True), "Time of completion. For a marker: the first time it was seen to hold."
    )
    instant: bool = stored_field(
        Expression("coalesce({from}_done.instant, false)"), "True if it was complete at entry already."
    )
    hours_to_complete: float | None = stored_field(
        Expression(TOOK + " / 3600000.0"), "Hours between entry and completion."
    )
    pace: Pace = stored_field(
        Expression(PACE, setup=OTHERS, imports=("{from}_stay",), weight=50),
        "Speed compared with all completions in this version that were not instant. It takes ten of them to compare (J11).",
    )
    manual: bool = stored_field(
        Expression("coalesce({from}_done.manual, false)"), "True if a person completed it by hand."
    )
    out_of_order: bool = stored_field(
        Expression("coalesce({from}_done.outOfOrder, false)"),
        "True if it was completed before an objective that should precede it.",
    )
    completed_by: Person | None = stored_field(
        One((SURVIVOR,), imports=("{from}_done",)), "Person whose event completed it, if one did."
    )
    event: Event | None = stored_field(
        One(("MATCH ({to}:Event {{id: {from}_done.event}})",), imports=("{from}_done",)),
        "Event that completed it, if one did.",
    )


@strawberry.type(description="A stay: one period of one organisation in one stage.")
class Stay(Node):
    """A stay: one period of one organisation in one stage."""

    organisation: Organisation = stored_field(
        One(("MATCH ({from})<-[:STAYED]-({to}:Organisation)",), relation="organisation"), "The organisation."
    )
    stage: Stage = stored_field(One(("MATCH ({from})-[:IN_STAGE]->({to}:Stage)",), relation="stage"), "The stage.")
    version: int = stored_field(
        Property("version"), "Version of the stage at the start. Its rules hold for the whole stay (J9)."
    )
    entered_at: DateTime = stored_field(Property("enteredAt", time=True), "Start of the stay.")
    exited_at: DateTime | None = stored_field(Property("exitedAt", time=True), "End of the stay; null if open.")
    outcome: StayOutcome | None = stored_field(Property("outcome"), "Outcome; null if open.")
    reason: str | None = stored_field(
        Property("reason"), "Reason for the end, such as `objectives`, `days` or `by hand`."
    )
    backfilled: bool = stored_field(
        Expression("coalesce({from}.backfilled, false)"), "True if the organisation entered when the stage went live."
    )
    by_hand: bool = stored_field(
        Expression("coalesce({from}.byHand, false)"), "True if a person began or ended it by hand."
    )
    late_evidence: bool = stored_field(
        Expression("coalesce({from}.lateEvidence, false)"),
        "True if facts arrived after its end that would have changed it.",
    )
    objectives: list[ObjectiveState] = stored_field(
        STATES, "Objectives that apply to the organisation or were completed, with markers."
    )


@strawberry.type(description="The current state of an organisation in one stage: an open stay.")
class JourneyState:
    """The current state of an organisation in one stage: an open stay."""

    journey: Journey = stored_field(One((), relation="journey"), "The journey.")
    stage: Stage = stored_field(One((), relation="stage"), "The stage.")
    stay: Stay = stored_field(One((), relation="stay"), "The open stay.")
    since: DateTime = stored_field(Property("enteredAt", time=True), "Start of the stay.")
    days_in_stage: int = stored_field(
        Expression("toInteger(floor(($now - {from}.enteredAt.epochMillis) / 86400000.0))"),
        "Whole days of 24 hours since the start.",
    )
    objectives: list[ObjectiveState] = stored_field(
        STATES, "Objectives that apply to the organisation or were completed, with markers."
    )


@strawberry.type(description="A transition of an organisation on a journey.")
class Transition:
    """A transition of an organisation on a journey."""

    id: strawberry.ID = plain_field("Id; a subscription can resume after it.")
    organisation: Organisation = plain_field("The organisation.")
    stage: Stage = plain_field("The stage.")
    kind: TransitionKind = plain_field("Kind of transition.")
    objective: Objective | None = plain_field("For OBJECTIVE_COMPLETED: the objective.")
    at: DateTime = plain_field("Time of the transition.")
