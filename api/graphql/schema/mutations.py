"""All mutations. `api.graphql.mutations` has the functions behind them."""

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

ROWS = "Rows, at most 2,000. Bad rows are rejected by index and all others are written."
INTO = argument("into", strawberry.ID, "Id of the object that stays.")
FROM = argument(
    "from_", strawberry.ID, "Id of the object that is merged into the other. This id keeps resolving.", name="from"
)
UNDO = argument("from_", strawberry.ID, "Id of the object to separate again.", name="from")
STAGE = argument("stage", str, "Key of the stage.")
ORGANISATION = argument(
    "organisation", strawberry.ID, "Id of the organisation. Ids of merged organisations are followed."
)
OBJECTIVE = argument("objective", str, "Key of the objective.")
CONFIRM = argument(
    "confirm",
    bool | None,
    "Confirm a change that moves or strands more than a fifth of the occupants.",
    default=False,
)
WHOSE_SIGNAL = argument("organisation", strawberry.ID | None, "Id of the organisation. Default: the whole signal.")
BY = argument("by", str | None, "Person who does this. Default: the name of the key.")
NOTE = argument("note", str | None, "Reason, for people.")


@strawberry.type(description="All changes of the graph.")
class Mutation:
    """All changes of the graph."""

    upsert_people: WriteResult = plain_field(
        "Create or update people by their identities.", [argument("people", list[PersonInput], ROWS)]
    )
    upsert_organisations: WriteResult = plain_field(
        "Create or update organisations by their identities.",
        [argument("organisations", list[OrganisationInput], ROWS)],
    )
    upsert_memberships: WriteResult = plain_field(
        "Create or update memberships, current or past.",
        [argument("memberships", list[MembershipInput], ROWS)],
    )
    end_memberships: WriteResult = plain_field(
        "End memberships.", [argument("memberships", list[EndMembershipInput], ROWS)]
    )
    track_events: WriteResult = plain_field("Record events.", [argument("events", list[EventInput], ROWS)])
    merge_people: PersonPayload = plain_field("Merge two people. It can be undone (I4).", [INTO, FROM])
    unmerge_people: PersonPayload = plain_field("Undo a merge, and keep the two apart (I4).", [INTO, UNDO])
    erase_person: ErasePayload = plain_field("Erase a person. Later facts about them are refused (I8).", [BY_ID])
    merge_organisations: OrganisationPayload = plain_field(
        "Merge two organisations. It can be undone (I4).", [INTO, FROM]
    )
    unmerge_organisations: OrganisationPayload = plain_field("Undo a merge, and keep the two apart (I4).", [INTO, UNDO])
    delete_organisation: ErasePayload = plain_field(
        "Delete an organisation. Its memberships end; its people and their events elsewhere stay.", [BY_ID]
    )
    replay_rejected: WriteResult = plain_field(
        "Write rejected rows again, after a fix.", [argument("ids", list[strawberry.ID], "Ids of the rejected rows.")]
    )
    set_precedence: AttributePayload = plain_field(
        "Set the precedence of sources for one attribute. It applies to existing values too.",
        [
            argument("entity", str, "Entity that has the attribute: `person`, `organisation` or `membership`."),
            argument("attribute", str, "Name of the attribute."),
            argument("sources", list[str], "Sources, highest precedence first."),
        ],
    )
    define_roll_up: AttributePayload = plain_field(
        "Define or redefine a stored roll-up.",
        [argument("roll_up", RollUpDefinitionInput, "Definition of the roll-up.")],
    )
    define_calculated: AttributePayload = plain_field(
        "Define or redefine a calculated attribute.",
        [argument("attribute", CalculatedInput, "Definition of the attribute.")],
    )
    remove_attribute: RemovePayload = plain_field(
        "Remove a stored roll-up or a calculated attribute with its values. It is refused while something uses the attribute.",
        [
            argument("entity", str, "Entity that has the attribute: `organisation`, `person` or `membership`."),
            argument("attribute", str, "Name of the attribute."),
        ],
    )
    save_journey: JourneyPayload = plain_field(
        "Create or change a journey: its name, its exclusivity, the order of its stages.",
        [argument("journey", JourneyInput, "Journey to save."), CONFIRM],
    )
    save_stage: StagePayload = plain_field(
        "Create or change a stage. A new stage is a draft. A change of a live stage makes a new version (J9).",
        [argument("stage", StageInput, "Stage to save."), CONFIRM],
    )
    save_objective: ObjectivePayload = plain_field(
        "Create or change an objective of a stage.",
        [STAGE, argument("objective", ObjectiveInput, "Objective to save."), CONFIRM],
    )
    remove_objective: StagePayload = plain_field(
        "Remove an objective from a stage. Its completions stay recorded (J9).", [STAGE, OBJECTIVE, CONFIRM]
    )
    set_stage_status: StagePayload = plain_field(
        "Make a stage live, pause, resume or archive it. When it goes live, all matching organisations enter (J4).",
        [STAGE, argument("status", StageStatus, "New status."), CONFIRM],
    )
    complete_objective: ObjectiveStatePayload = plain_field(
        "Complete an objective by hand in the open stay of its stage. A completed objective does not change.",
        [
            argument("organisation", strawberry.ID, "Id of the organisation."),
            OBJECTIVE,
            argument("at", DateTime | None, "Time of completion, within the stay. Default: now."),
        ],
    )
    put_in_stage: StayPayload = plain_field(
        "Put an organisation into a live stage, regardless of its entry criterion.", [ORGANISATION, STAGE]
    )
    take_out_of_stage: StayPayload = plain_field(
        "Take an organisation out of a stage. The outcome is EXITED, unless all objectives are complete (J6).",
        [ORGANISATION, STAGE],
    )
    acknowledge_signal: SilencePayload = plain_field(
        "Silence the organisations that are late with an objective now, each until it has been pending twice as long as now.",
        [OBJECTIVE, WHOSE_SIGNAL, BY, NOTE],
    )
    snooze_signal: SilencePayload = plain_field(
        "Silence late organisations until an instant. Without an organisation, also those that become late until then.",
        [OBJECTIVE, argument("until", DateTime, "End of the silence."), WHOSE_SIGNAL, BY, NOTE],
    )
    wake_signal: SilencePayload = plain_field(
        "End silences of an organisation, or without one all silences of the signal.",
        [OBJECTIVE, WHOSE_SIGNAL],
    )
