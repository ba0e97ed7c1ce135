"""Payloads of mutations."""

from __future__ import annotations

import strawberry

from api.graphql.schema.catalogue import AttributeDefinition
from api.graphql.schema.declare import plain_field, stored_field
from api.graphql.schema.entities import Organisation, Person
from api.graphql.schema.journeys import STATE, Journey, Objective, ObjectiveState, Stage, Stay
from api.graphql.schema.scalars import DateTime
from api.graphql.storage import ChangedNode, Reference

CHANGE = "Organisations that it moves at once, or with CONFIRMATION_NEEDED would move. Null if the stage is neither live nor paused."
MISTAKES = "Mistakes that a person or program can correct; empty after success."


@strawberry.type(description="A rejected row, or a rejected part of one. Rows are independent: all others are written.")
class RejectedRow:
    """A rejected row, or a rejected part of one."""

    index: int = plain_field("Position of the row, from 0.")
    code: str = plain_field("Reason, for programs.")
    message: str = plain_field("Reason and remedy, for people.")
    path: list[str] | None = plain_field("Path of the fault inside the row.")


@strawberry.type(description="The result of writing a batch of rows.")
class WriteResult:
    """The result of writing a batch of rows."""

    created: int = plain_field("Number of rows that created something.")
    updated: int = plain_field("Number of rows that changed something.")
    unchanged: int = plain_field("Number of rows without anything new (F2).")
    rejected: list[RejectedRow] = plain_field("Rejected rows.")
    warnings: list[RejectedRow] = plain_field(
        "Parts that were left out of written rows: an unusable identity, a wrong value."
    )
    ids: list[strawberry.ID | None] | None = plain_field(
        "Id of each row's entity, in the rows' order; null for a rejected row."
    )


@strawberry.type(
    description="A mistake that a person or program can correct. Faults of the request or the server are top-level errors."
)
class UserError:
    """A mistake that a person or program can correct."""

    code: str = plain_field("Reason, for programs.")
    message: str = plain_field("Mistake and remedy, for people.")
    field: list[str] | None = plain_field("Path of the argument that it is about.")
    line: int | None = plain_field("For a criterion: its line, from 1.")
    column: int | None = plain_field("For a criterion: the character in its line, from 1.")


@strawberry.type(description="A person after a change.")
class PersonPayload:
    """A person after a change."""

    person: Person | None = stored_field(Reference("Person"), "The person after the change.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An organisation after a change.")
class OrganisationPayload:
    """An organisation after a change."""

    organisation: Organisation | None = stored_field(Reference("Organisation"), "The organisation after the change.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="The result of an erasure.")
class ErasePayload:
    """The result of an erasure."""

    erased: bool = plain_field("True if it existed and was erased.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="The result of a removal.")
class RemovePayload:
    """The result of a removal."""

    removed: bool = plain_field("True if it was removed.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An attribute after a change.")
class AttributePayload:
    """An attribute after a change."""

    attribute: AttributeDefinition | None = plain_field("The attribute after the change.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="Organisations that a change moves at once.")
class Moving:
    """Organisations that a change moves at once."""

    organisations: int = plain_field("Number of organisations.")
    sample: list[Organisation] = stored_field(Reference("Organisation"), "First five of them, ordered by id.")


@strawberry.type(
    description="The immediate effect of a change of a live stage (J9). A paused stage has it when it is resumed."
)
class StageChange:
    """The immediate effect of a change of a stage."""

    stage: str = plain_field("Key of the stage.")
    occupants: int = plain_field("Number of organisations in the stage.")
    leaving: Moving = plain_field("Organisations that leave.")
    stranded: Moving = plain_field("Organisations that could never leave by themselves again.")
    entering: Moving = plain_field("Organisations that enter.")


@strawberry.type(description="A stage after a change.")
class StagePayload:
    """A stage after a change."""

    stage: Stage | None = stored_field(ChangedNode("MATCH ({to}:Stage {{key: {id}}})"), "The stage after the change.")
    change: StageChange | None = plain_field(CHANGE)
    warnings: list[UserError] = plain_field(
        "Advice that does not stop the change, such as a chain of stages that leaves organisations behind. After a pause it"
        " counts the waiting organisations, after a resumption what fell due meanwhile."
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An objective after a change.")
class ObjectivePayload:
    """An objective after a change."""

    objective: Objective | None = stored_field(
        ChangedNode("MATCH ({to}:Objective {{key: {id}}})"), "The objective after the change."
    )
    change: StageChange | None = plain_field(CHANGE)
    warnings: list[UserError] = plain_field("Advice that does not stop the change.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An objective's state after a change.")
class ObjectiveStatePayload:
    """An objective's state after a change."""

    state: ObjectiveState | None = stored_field(
        ChangedNode(
            "MATCH ({to}_stay:Stay {{id: {id}}})-[{to}_done:ACHIEVED]->({to}:Objective {{key: {part}}})",
            variables=STATE,
        ),
        "The state after the change.",
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A journey after a change.")
class JourneyPayload:
    """A journey after a change."""

    journey: Journey | None = stored_field(
        ChangedNode("MATCH ({to}:Journey {{key: {id}}})"), "The journey after the change."
    )
    changes: list[StageChange] = plain_field(
        "Organisations that the change moves at once in each live stage, or with CONFIRMATION_NEEDED would move."
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A stay after a change by hand.")
class StayPayload:
    """A stay after a change by hand."""

    stay: Stay | None = stored_field(ChangedNode("MATCH ({to}:Stay {{id: {id}}})"), "The stay after the change.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A signal after it was silenced or woken.")
class SilencePayload:
    """A signal after it was silenced or woken."""

    objective: Objective | None = stored_field(
        ChangedNode("MATCH ({to}:Objective {{key: {id}}})"), "The signal's objective."
    )
    organisations: int = plain_field("Number of late organisations that it silences.")
    until: DateTime | None = plain_field("Time by which the first of them asks for attention again.")
    user_errors: list[UserError] = plain_field(MISTAKES)
