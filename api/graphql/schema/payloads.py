"""What mutations answer with: what was written, what was not and why."""

from __future__ import annotations

import strawberry

from api.graphql.schema.catalogue import AttributeDefinition
from api.graphql.schema.declare import plain_field, stored_field
from api.graphql.schema.entities import Organisation, Person
from api.graphql.schema.journeys import STATE, Journey, Objective, ObjectiveState, Stage, Stay
from api.graphql.schema.scalars import DateTime
from api.graphql.storage import ChangedNode, Reference

CHANGE = "Whom it moves at once; with CONFIRMATION_NEEDED, whom it would move. Null where no stage that moves anybody changes."
MISTAKES = "What a person or program can correct; empty when all went well."


@strawberry.type(description="A row that was not written, or a part of one. Rows are independent: the rest are.")
class RejectedRow:
    """A row that was not written, or a part of one."""

    index: int = plain_field("Which row, from 0.")
    code: str = plain_field("Why, as a word a program can act on.")
    message: str = plain_field("Why, and what would be right.")
    path: list[str] | None = plain_field("Where in the row the fault lies.")


@strawberry.type(description="What became of a batch of rows.")
class WriteResult:
    """What became of a batch."""

    created: int = plain_field("Rows that created something.")
    updated: int = plain_field("Rows that changed something.")
    unchanged: int = plain_field("Rows that said nothing new (F2).")
    rejected: list[RejectedRow] = plain_field("Rows that were not written.")
    warnings: list[RejectedRow] = plain_field(
        "Rows that were written without a part of them: an unusable identity, a wrong value."
    )
    ids: list[strawberry.ID | None] | None = plain_field(
        "The id behind each row, in the rows' order; null for a rejected one."
    )


@strawberry.type(
    description="What a person or program can correct. Faults of the request or of the server are top-level errors."
)
class UserError:
    """Something to correct."""

    code: str = plain_field("Why, as a word a program can act on.")
    message: str = plain_field("What is wrong, and what would be right.")
    field: list[str] | None = plain_field("The argument it is about.")
    line: int | None = plain_field("Of a criterion: in which line of it, from 1.")
    column: int | None = plain_field("Of a criterion: at which character of the line, from 1.")


@strawberry.type(description="A person after a change.")
class PersonPayload:
    """A person after a change."""

    person: Person | None = stored_field(Reference("Person"), "The person as they are now.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An organisation after a change.")
class OrganisationPayload:
    """An organisation after a change."""

    organisation: Organisation | None = stored_field(Reference("Organisation"), "The organisation as it is now.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="Whether something was erased.")
class ErasePayload:
    """Whether something was erased."""

    erased: bool = plain_field("Whether it was there to be erased.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="Whether something was removed.")
class RemovePayload:
    """Whether something was removed."""

    removed: bool = plain_field("Whether it is gone.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An attribute after a change.")
class AttributePayload:
    """An attribute after a change."""

    attribute: AttributeDefinition | None = plain_field("The attribute as it is now.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="Organisations that a change moves at once.")
class Moving:
    """Organisations that a change moves at once."""

    organisations: int = plain_field("How many.")
    sample: list[Organisation] = stored_field(Reference("Organisation"), "The first five of them by id.")


@strawberry.type(
    description="What a change of a live or paused stage does at once (J9); of a paused one, when it is resumed."
)
class StageChange:
    """What a change of a stage does at once."""

    stage: str = plain_field("The stage's key.")
    occupants: int = plain_field("How many are in the stage.")
    leaving: Moving = plain_field("Who leaves at once.")
    stranded: Moving = plain_field("Who could never leave again by itself.")
    entering: Moving = plain_field("Who enters at once.")


@strawberry.type(description="A stage after a change.")
class StagePayload:
    """A stage after a change."""

    stage: Stage | None = stored_field(ChangedNode("MATCH ({to}:Stage {{key: {id}}})"), "The stage as it is now.")
    change: StageChange | None = plain_field(CHANGE)
    warnings: list[UserError] = plain_field(
        "Advice that does not stop the change, such as a chain that leaves organisations behind; of a paused stage who waits,"
        " of a resumed one what fell due meanwhile."
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="An objective after a change.")
class ObjectivePayload:
    """An objective after a change."""

    objective: Objective | None = stored_field(
        ChangedNode("MATCH ({to}:Objective {{key: {id}}})"), "The objective as it is now."
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
        "The state as it is now.",
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A journey after a change.")
class JourneyPayload:
    """A journey after a change."""

    journey: Journey | None = stored_field(
        ChangedNode("MATCH ({to}:Journey {{key: {id}}})"), "The journey as it is now."
    )
    changes: list[StageChange] = plain_field(
        "Whom it moves at once in each live stage of a journey with another order or rule; with CONFIRMATION_NEEDED, whom it would move."
    )
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A stay after a change by hand.")
class StayPayload:
    """A stay after a change by hand."""

    stay: Stay | None = stored_field(ChangedNode("MATCH ({to}:Stay {{id: {id}}})"), "The stay as it is now.")
    user_errors: list[UserError] = plain_field(MISTAKES)


@strawberry.type(description="A signal after it was silenced or woken.")
class SilencePayload:
    """A signal after it was silenced or woken."""

    objective: Objective | None = stored_field(
        ChangedNode("MATCH ({to}:Objective {{key: {id}}})"), "Of which objective."
    )
    organisations: int = plain_field("How many late organisations are silent by it.")
    until: DateTime | None = plain_field("When the first of them asks for attention again, at the latest.")
    user_errors: list[UserError] = plain_field(MISTAKES)
