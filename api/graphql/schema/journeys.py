"""Journeys: what is defined, where organisations stand in it, and what they have completed there (rules J)."""

from __future__ import annotations

import strawberry

from api.graphql.schema.arguments import FORWARD
from api.graphql.schema.declare import argument, plain_field, stored_field
from api.graphql.schema.entities import COUNTED, Event, Organisation, Person
from api.graphql.schema.journey_enums import (
    ExitMode,
    ObjectiveKind,
    Pace,
    Reentry,
    StageStatus,
    StayOutcome,
    TransitionKind,
)
from api.graphql.schema.pages import Connection
from api.graphql.schema.references import JourneyType
from api.graphql.schema.scalars import Criteria, DateTime
from api.graphql.schema.stage_reports import BackTest, StageMetrics, StagePreview
from api.graphql.schema.traits import Node
from api.graphql.storage import Expression, Group, Many, One, Page, Property, Resolved

STATE = {"objective": "{to}", "stay": "{to}_stay", "done": "{to}_done"}
"""What the way to an objective's state has bound: the objective itself, the stay, and the completion or null."""
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
"""How many stays of the same version completed the objective, and how many milliseconds it took them (J11)."""
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


@strawberry.type(description="When a stay in a stage ends.")
class ExitRule:
    """When a stay in a stage ends."""

    mode: ExitMode = stored_field(Property("exitMode"), "The kind of rule.")
    days: int | None = stored_field(Property("exitDays"), "With a rule by days: how many.")
    criteria: Criteria | None = stored_field(Property("exitCriteria"), "With CRITERIA: what must hold.")
    completed_when: Criteria | None = stored_field(
        Property("completedWhen"), "With CRITERIA: who, on leaving, has completed; without it, all objectives decide."
    )


@strawberry.type(description="Something to reach in a stage.")
class Objective:
    """Something to reach in a stage."""

    key: str = stored_field(Property("key"), "Its key, unique over all stages.")
    name: str = stored_field(Property("name"), "Its name.")
    kind: ObjectiveKind = stored_field(Property("kind"), "Whether it counts.")
    criteria: Criteria | None = stored_field(Property("criteria"), "What must hold.")
    manual: bool = stored_field(Property("manual"), "Set by people, not by data.")
    applies_to: Criteria | None = stored_field(
        Property("appliesTo"), "Only organisations that match this have the objective."
    )
    after: list[str] = stored_field(
        Expression("coalesce({from}.after, [])"),
        "The keys of the objectives that are expected to come before it; out of order is recorded, not refused.",
    )


@strawberry.type(description="One stage of a journey.")
class Stage:
    """One stage of a journey."""

    key: str = stored_field(Property("key"), "Its key.")
    name: str = stored_field(Property("name"), "Its name.")
    journey: JourneyType = stored_field(One(("MATCH ({from})<-[:HAS_STAGE]-({to}:Journey)",)), "Of which journey.")
    description: str | None = stored_field(Property("description"), "What it is for.")
    position: int = stored_field(Property("position"), "Its place in the journey.")
    status: StageStatus = stored_field(Property("status"), "Where it is in its life.")
    entry: Criteria = stored_field(Property("entry"), "Who enters.")
    exit: ExitRule = stored_field(Group(), "When a stay ends.")
    reentry: Reentry = stored_field(Property("reentry"), "Whether it may be entered again.")
    reentry_days: int | None = stored_field(Property("reentryDays"), "With AFTER_DAYS: how many.")
    version: int = stored_field(Property("version"), "Grows by one with each change of a live stage.")
    objectives: list[Objective] = stored_field(
        Many(
            "MATCH ({from})-[:HAS_OBJECTIVE]->({to}:Objective {{stage: {from}.key}})",
            order="{to}.position, {to}.key",
            where="{to}.removedAt IS NULL",
        ),
        "What is to be reached in it, in order.",
    )
    occupants: Connection[Organisation] = stored_field(
        Page(
            "organisation",
            ("MATCH ({to}_stay:Stay {{stage: {from}.key, open: true}})<-[:STAYED]-({to}:Organisation)",),
            where=COUNTED,
        ),
        "Who is in it now, by id.",
        FORWARD,
    )
    metrics: StageMetrics = stored_field(
        Resolved(node_argument="stage", weight=500),
        "How it fares: over stays that began or ended in the period, under a version, in a segment.",
        [
            argument("from_", DateTime | None, "From this instant.", name="from"),
            argument("to", DateTime | None, "Up to this instant."),
            argument("version", int | None, "Only stays under this version of the stage."),
            argument("segment", Criteria | None, "Only organisations that match."),
        ],
    )
    preview: StagePreview = stored_field(
        Resolved(node_argument="stage", weight=500),
        "Who would enter if the stage went live now. Changes nothing.",
        [argument("sample", int | None, "How many to show.", default=5)],
    )
    backtest: BackTest = stored_field(
        Resolved(node_argument="stage", weight=5_000),
        "Who would have entered over a past period, by facts and histories of attributes, beside who did. Changes nothing.",
        [
            argument("from_", DateTime | None, "From this instant; 90 days before the end unless told.", name="from"),
            argument("to", DateTime | None, "Up to this instant, which must have passed; until now unless told."),
            argument("entry", Criteria | None, "Under another entry criterion than the stage's own."),
            argument("first", int | None, "How many organisations to list, at most 200.", default=50),
        ],
    )


@strawberry.type(description="An order of stages.")
class Journey:
    """An order of stages."""

    key: str = stored_field(Property("key"), "Its key.")
    name: str = stored_field(Property("name"), "Its name.")
    exclusive: bool = stored_field(
        Expression("coalesce({from}.exclusive, false)"),
        "Whether an organisation is in one of its stages at most: the latest that matches.",
    )
    stages: list[Stage] = stored_field(
        Many("MATCH ({from})-[:HAS_STAGE]->({to}:Stage)", order="{to}.position, {to}.key"), "Its stages, in order."
    )


@strawberry.type(description="An objective within one stay.")
class ObjectiveState:
    """An objective within one stay."""

    objective: Objective = stored_field(One((), relation="objective"), "Which.")
    completed_at: DateTime | None = stored_field(
        Expression("{from}_done.at", time=True), "When it was completed; of a marker, when it was first seen to hold."
    )
    instant: bool = stored_field(Expression("coalesce({from}_done.instant, false)"), "Already true at entry.")
    hours_to_complete: float | None = stored_field(Expression(TOOK + " / 3600000.0"), "Hours from entry to completion.")
    pace: Pace = stored_field(
        Expression(PACE, setup=OTHERS, imports=("{from}_stay",), weight=50),
        "How fast, beside all completions in this version of the stage that were not instant; judged from ten of them on (J11).",
    )
    manual: bool = stored_field(Expression("coalesce({from}_done.manual, false)"), "Ticked by a person.")
    out_of_order: bool = stored_field(
        Expression("coalesce({from}_done.outOfOrder, false)"), "Completed before one that is expected to precede it."
    )
    completed_by: Person | None = stored_field(
        One((SURVIVOR,), imports=("{from}_done",)), "Who did what completed it, where a person's event did."
    )
    event: Event | None = stored_field(
        One(("MATCH ({to}:Event {{id: {from}_done.event}})",), imports=("{from}_done",)),
        "The event that completed it, where one did.",
    )


@strawberry.type(description="One time an organisation was in a stage.")
class Stay(Node):
    """One time an organisation was in a stage."""

    organisation: Organisation = stored_field(
        One(("MATCH ({from})<-[:STAYED]-({to}:Organisation)",), relation="organisation"), "Who."
    )
    stage: Stage = stored_field(One(("MATCH ({from})-[:IN_STAGE]->({to}:Stage)",), relation="stage"), "Where.")
    version: int = stored_field(
        Property("version"), "The stage's version when it began; its rules hold for the stay (J9)."
    )
    entered_at: DateTime = stored_field(Property("enteredAt", time=True), "When it began.")
    exited_at: DateTime | None = stored_field(Property("exitedAt", time=True), "When it ended.")
    outcome: StayOutcome | None = stored_field(Property("outcome"), "How it ended.")
    reason: str | None = stored_field(Property("reason"), "What ended it, such as `objectives`, `days` or `by hand`.")
    backfilled: bool = stored_field(
        Expression("coalesce({from}.backfilled, false)"), "Taken in when the stage went live."
    )
    by_hand: bool = stored_field(Expression("coalesce({from}.byHand, false)"), "Begun or ended by a person.")
    late_evidence: bool = stored_field(
        Expression("coalesce({from}.lateEvidence, false)"),
        "Facts that arrived after it closed and would have changed it.",
    )
    objectives: list[ObjectiveState] = stored_field(
        STATES, "The objectives that apply, and what was completed; markers included."
    )


@strawberry.type(description="Where an organisation stands now: one open stay.")
class JourneyState:
    """Where an organisation stands now: one open stay."""

    journey: Journey = stored_field(One((), relation="journey"), "In which journey.")
    stage: Stage = stored_field(One((), relation="stage"), "In which stage.")
    stay: Stay = stored_field(One((), relation="stay"), "The stay.")
    since: DateTime = stored_field(Property("enteredAt", time=True), "Since when.")
    days_in_stage: int = stored_field(
        Expression("toInteger(floor(($now - {from}.enteredAt.epochMillis) / 86400000.0))"),
        "For how many whole days of 24 hours.",
    )
    objectives: list[ObjectiveState] = stored_field(
        STATES, "The objectives that apply, and what was completed; markers included."
    )


@strawberry.type(description="Something that moved on a journey.")
class Transition:
    """Something that moved on a journey."""

    id: strawberry.ID = plain_field("Resumes a subscription after it.")
    organisation: Organisation = plain_field("Who.")
    stage: Stage = plain_field("Where.")
    kind: TransitionKind = plain_field("What moved.")
    objective: Objective | None = plain_field("With OBJECTIVE_COMPLETED: which.")
    at: DateTime = plain_field("When.")
