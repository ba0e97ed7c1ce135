"""Every change of the graph that GraphQL offers. The methods that do them are in `api.graphql.mutations`."""

from __future__ import annotations

import strawberry

from api.graphql.schema.arguments import BY_ID
from api.graphql.schema.declare import argument, plain_field
from api.graphql.schema.journey_enums import StageStatus
from api.graphql.schema.journey_inputs import JourneyInput, ObjectiveInput, StageInput
from api.graphql.schema.payloads import (
    AttributePayload,
    ErasePayload,
    JourneyPayload,
    ObjectivePayload,
    ObjectiveStatePayload,
    OrganisationPayload,
    PersonPayload,
    RemovePayload,
    SilencePayload,
    StagePayload,
    StayPayload,
    WriteResult,
)
from api.graphql.schema.rollups import CalculatedInput, RollUpDefinitionInput
from api.graphql.schema.row_inputs import (
    EndMembershipInput,
    EventInput,
    MembershipInput,
    OrganisationInput,
    PersonInput,
)
from api.graphql.schema.scalars import DateTime

ROWS = "The rows, at most 2,000; a bad one is reported under its index and the rest are written."
INTO = argument("into", strawberry.ID, "The one that stays.")
FROM = argument("from_", strawberry.ID, "The one that goes into it; its id goes on resolving.", name="from")
UNDO = argument("from_", strawberry.ID, "The one that comes back out of it.", name="from")
STAGE = argument("stage", str, "The stage's key.")
ORGANISATION = argument("organisation", strawberry.ID, "Whom; an old id leads to what it was merged into.")
OBJECTIVE = argument("objective", str, "The objective's key.")
CONFIRM = argument(
    "confirm",
    bool | None,
    "Make also a change that strands or floods: of more than a fifth of the occupants.",
    default=False,
)
WHOSE_SIGNAL = argument("organisation", strawberry.ID | None, "Of which organisation; of the whole signal without one.")
BY = argument("by", str | None, "Who says so; the name of the key unless told.")
NOTE = argument("note", str | None, "Why.")


@strawberry.type(description="Every way to change the graph.")
class Mutation:
    """Every way to change the graph."""

    upsert_people: WriteResult = plain_field(
        "Creates or updates people by their identities.", [argument("people", list[PersonInput], ROWS)]
    )
    upsert_organisations: WriteResult = plain_field(
        "Creates or updates organisations by their identities.",
        [argument("organisations", list[OrganisationInput], ROWS)],
    )
    upsert_memberships: WriteResult = plain_field(
        "States that people belong, or belonged, to organisations.",
        [argument("memberships", list[MembershipInput], ROWS)],
    )
    end_memberships: WriteResult = plain_field(
        "Ends memberships.", [argument("memberships", list[EndMembershipInput], ROWS)]
    )
    track_events: WriteResult = plain_field("Records what happened.", [argument("events", list[EventInput], ROWS)])
    merge_people: PersonPayload = plain_field("States that two people are one; can be undone (I4).", [INTO, FROM])
    unmerge_people: PersonPayload = plain_field("Takes a merge back and keeps them apart (I4).", [INTO, UNDO])
    erase_person: ErasePayload = plain_field("Erases a person and remembers not to take them in again (I8).", [BY_ID])
    merge_organisations: OrganisationPayload = plain_field(
        "States that two organisations are one; can be undone (I4).", [INTO, FROM]
    )
    unmerge_organisations: OrganisationPayload = plain_field(
        "Takes a merge back and keeps them apart (I4).", [INTO, UNDO]
    )
    delete_organisation: ErasePayload = plain_field(
        "Its memberships end; people, and what they did elsewhere, stay.", [BY_ID]
    )
    replay_rejected: WriteResult = plain_field(
        "Tries rejected rows again, after a fix.", [argument("ids", list[strawberry.ID], "The rejected rows' ids.")]
    )
    set_precedence: AttributePayload = plain_field(
        "Which source wins, first to last, for one attribute; applied to what is known already.",
        [
            argument("entity", str, "Of what: `person`, `organisation` or `membership`."),
            argument("attribute", str, "The attribute's name."),
            argument("sources", list[str], "The sources, first to last."),
        ],
    )
    define_roll_up: AttributePayload = plain_field(
        "Defines, or defines anew, a stored roll-up of organisations.",
        [argument("roll_up", RollUpDefinitionInput, "The roll-up.")],
    )
    define_calculated: AttributePayload = plain_field(
        "Defines, or defines anew, a calculated attribute.",
        [argument("attribute", CalculatedInput, "The attribute.")],
    )
    remove_attribute: RemovePayload = plain_field(
        "Removes a stored roll-up or a calculated attribute, with its values; refused while something uses it.",
        [
            argument("entity", str, "Of what: `organisation` or `membership`."),
            argument("attribute", str, "The attribute's name."),
        ],
    )
    save_journey: JourneyPayload = plain_field(
        "Names a journey, makes it exclusive, or puts its stages in order.",
        [argument("journey", JourneyInput, "The journey."), CONFIRM],
    )
    save_stage: StagePayload = plain_field(
        "Saves a stage: a new one as a draft; a change of a live one is a new version (J9).",
        [argument("stage", StageInput, "The stage."), CONFIRM],
    )
    save_objective: ObjectivePayload = plain_field(
        "Saves an objective of a stage.", [STAGE, argument("objective", ObjectiveInput, "The objective."), CONFIRM]
    )
    remove_objective: StagePayload = plain_field(
        "Takes an objective out of a stage; what was achieved stays recorded (J9).", [STAGE, OBJECTIVE, CONFIRM]
    )
    set_stage_status: StagePayload = plain_field(
        "Makes a stage live, pauses, resumes or archives it; going live takes in everyone who matches (J4).",
        [STAGE, argument("status", StageStatus, "The new status."), CONFIRM],
    )
    complete_objective: ObjectiveStatePayload = plain_field(
        "Ticks an objective in the open stay of its stage; one that is complete already stays as it is.",
        [
            argument("organisation", strawberry.ID, "Whose."),
            OBJECTIVE,
            argument("at", DateTime | None, "When it was reached, within the stay; now unless told."),
        ],
    )
    put_in_stage: StayPayload = plain_field(
        "Puts an organisation into a live stage, whatever its entry criterion says.", [ORGANISATION, STAGE]
    )
    take_out_of_stage: StayPayload = plain_field(
        "Takes an organisation out of a stage: EXITED, unless all objectives are complete (J6).", [ORGANISATION, STAGE]
    )
    acknowledge_signal: SilencePayload = plain_field(
        "Silences who is late with an objective until it has been pending for twice as long as now; who comes to be late later asks for attention.",
        [OBJECTIVE, WHOSE_SIGNAL, BY, NOTE],
    )
    snooze_signal: SilencePayload = plain_field(
        "Silences who is late with an objective until an instant; of a whole signal also who comes to be late.",
        [OBJECTIVE, argument("until", DateTime, "Until when."), WHOSE_SIGNAL, BY, NOTE],
    )
    wake_signal: SilencePayload = plain_field(
        "Takes back what was acknowledged or snoozed; without an organisation all of the signal.",
        [OBJECTIVE, WHOSE_SIGNAL],
    )
