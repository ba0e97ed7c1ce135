"""What asks for attention over all stages, what keeps one from working, and what to begin with."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.references import ObjectiveType, OrganisationType, StageType
from api.graphql.schema.scalars import JSON, DateTime


@strawberry.enum(description="How a signal was silenced.")
class SilenceKind(Enum):
    """How a signal was silenced."""

    ACKNOWLEDGED = strawberry.enum_value(
        "ACKNOWLEDGED", description="Seen: silent until it has been pending for twice as long as then."
    )
    SNOOZED = strawberry.enum_value("SNOOZED", description="Silent until an instant that was chosen.")


@strawberry.type(description="What keeps somebody late from asking for attention.")
class Silence:
    """What keeps somebody late from asking for attention."""

    kind: SilenceKind = plain_field("How.")
    at: DateTime = plain_field("Since when.")
    until: DateTime = plain_field("Until when; it ends sooner with the stay or the objective.")
    by: str | None = plain_field("Who said so.")
    note: str | None = plain_field("Why.")


@strawberry.type(description="An organisation that should have completed an objective by now.")
class LateOrganisation:
    """An organisation that should have completed an objective by now."""

    organisation: OrganisationType = plain_field("Which.")
    days_pending: float = plain_field("For how many days it has been pending.")
    average_days: float = plain_field("How long others took, in its version of the stage.")
    n: int = plain_field("Over how many completions.")
    days_behind: float = plain_field("By how many days it is past the average.")
    times: float | None = plain_field("How many times the average it has been pending; null where that is nothing.")
    revenue: float | None = plain_field("What it pays; null where that is not known.")
    silence: Silence | None = plain_field("What keeps it silent; null of one that asks for attention.")


@strawberry.type(
    description="An objective and those late with it: pending for longer than twice the average of at least ten."
)
class Signal:
    """One objective and those late with it."""

    stage: StageType = plain_field("In which stage.")
    objective: ObjectiveType = plain_field("With what.")
    average_days: float = plain_field("How long others took.")
    organisations: int = plain_field("How many are late.")
    revenue: float = plain_field("What those pay whose revenue is known.")
    late: list[LateOrganisation] = plain_field(
        "Who: the most revenue first, then the longest pending; those silenced last."
    )
    silenced: int = plain_field("How many more are late and silenced.")


@strawberry.type(
    description="Slow completers over all live stages, as of now. Who is silenced counts in `silenced` alone."
)
class Signals:
    """Slow completers over all live stages."""

    organisations: int = plain_field("How many are late with anything, each once.")
    revenue: float = plain_field("The revenue at risk, once for each organisation.")
    of_unknown_revenue: int = plain_field("How many of them have no revenue that is known.")
    silenced: int = plain_field("How many organisations are late with something that they are silenced for.")
    signals: list[Signal] = plain_field("Each objective with somebody late, the most revenue first.")


@strawberry.enum(description="What people complain of in a stage.")
class Complaint(Enum):
    """What people complain of in a stage."""

    NOBODY_ENTERS = strawberry.enum_value("NOBODY_ENTERS", description="Nobody enters.")
    NOTHING_COMPLETES = strawberry.enum_value("NOTHING_COMPLETES", description="Nothing is completed.")
    TOO_MANY_STUCK = strawberry.enum_value("TOO_MANY_STUCK", description="Too many stay inside.")


@strawberry.type(description="One thing that was looked at in a stage.")
class Check:
    """One thing that was looked at."""

    complaint: Complaint = plain_field("What it might explain.")
    what: str = plain_field("What was looked at.")
    found: str = plain_field("What was found.")
    fine: bool = plain_field("False where it can be the reason.")
    mend: str | None = plain_field("Where it is not fine: what would help.")


@strawberry.enum(description="A picture of a stage.")
class ChartKind(Enum):
    """A picture of a stage."""

    FUNNEL = strawberry.enum_value("FUNNEL", description="How many entered, reached each objective, completed.")
    COMPLETION = strawberry.enum_value("COMPLETION", description="How completion of each objective grows over days.")


@strawberry.type(description="An attribute of organisations that a template reads.")
class TemplateNeed:
    """An attribute of organisations that a template reads."""

    name: str = plain_field("Its name.")
    type: str = plain_field("Its type.")
    says: str = plain_field("What it should say.")
    known: bool = plain_field("Whether the catalogue has it already.")


@strawberry.type(description="A stage that most companies begin with.")
class StageTemplate:
    """A stage that most companies begin with."""

    key: str = plain_field("Its key.")
    name: str = plain_field("Its name.")
    description: str | None = plain_field("What it is for.")
    stage: JSON = plain_field("The stage, as `saveStage` takes it.")
    objectives: list[JSON] = plain_field("Its objectives, as `saveObjective` takes them, in order.")
    needs: list[TemplateNeed] = plain_field("The attributes that it reads and that your sources must bring.")
