"""What asks for attention over all stages, what keeps one from working, and what to begin with."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import told
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

    kind: SilenceKind = told("How.")
    at: DateTime = told("Since when.")
    until: DateTime = told("Until when; it ends sooner with the stay or the objective.")
    by: str | None = told("Who said so.")
    note: str | None = told("Why.")


@strawberry.type(description="An organisation that should have completed an objective by now.")
class LateOrganisation:
    """An organisation that should have completed an objective by now."""

    organisation: OrganisationType = told("Which.")
    days_pending: float = told("For how many days it has been pending.")
    average_days: float = told("How long others took, in its version of the stage.")
    n: int = told("Over how many completions.")
    days_behind: float = told("By how many days it is past the average.")
    times: float | None = told("How many times the average it has been pending; null where that is nothing.")
    revenue: float | None = told("What it pays; null where that is not known.")
    silence: Silence | None = told("What keeps it silent; null of one that asks for attention.")


@strawberry.type(
    description="An objective and those late with it: pending for longer than twice the average of at least ten."
)
class Signal:
    """One objective and those late with it."""

    stage: StageType = told("In which stage.")
    objective: ObjectiveType = told("With what.")
    average_days: float = told("How long others took.")
    organisations: int = told("How many are late.")
    revenue: float = told("What those pay whose revenue is known.")
    late: list[LateOrganisation] = told("Who: the most revenue first, then the longest pending; those silenced last.")
    silenced: int = told("How many more are late and silenced.")


@strawberry.type(
    description="Slow completers over all live stages, as of now. Who is silenced counts in `silenced` alone."
)
class Signals:
    """Slow completers over all live stages."""

    organisations: int = told("How many are late with anything, each once.")
    revenue: float = told("The revenue at risk, once for each organisation.")
    of_unknown_revenue: int = told("How many of them have no revenue that is known.")
    silenced: int = told("How many organisations are late with something that they are silenced for.")
    signals: list[Signal] = told("Each objective with somebody late, the most revenue first.")


@strawberry.enum(description="What people complain of in a stage.")
class Complaint(Enum):
    """What people complain of in a stage."""

    NOBODY_ENTERS = strawberry.enum_value("NOBODY_ENTERS", description="Nobody enters.")
    NOTHING_COMPLETES = strawberry.enum_value("NOTHING_COMPLETES", description="Nothing is completed.")
    TOO_MANY_STUCK = strawberry.enum_value("TOO_MANY_STUCK", description="Too many stay inside.")


@strawberry.type(description="One thing that was looked at in a stage.")
class Check:
    """One thing that was looked at."""

    complaint: Complaint = told("What it might explain.")
    what: str = told("What was looked at.")
    found: str = told("What was found.")
    fine: bool = told("False where it can be the reason.")
    mend: str | None = told("Where it is not fine: what would help.")


@strawberry.enum(description="A picture of a stage.")
class ChartKind(Enum):
    """A picture of a stage."""

    FUNNEL = strawberry.enum_value("FUNNEL", description="How many entered, reached each objective, completed.")
    COMPLETION = strawberry.enum_value("COMPLETION", description="How completion of each objective grows over days.")


@strawberry.type(description="An attribute of organisations that a template reads.")
class TemplateNeed:
    """An attribute of organisations that a template reads."""

    name: str = told("Its name.")
    type: str = told("Its type.")
    says: str = told("What it should say.")
    known: bool = told("Whether the catalogue has it already.")


@strawberry.type(description="A stage that most companies begin with.")
class StageTemplate:
    """A stage that most companies begin with."""

    key: str = told("Its key.")
    name: str = told("Its name.")
    description: str | None = told("What it is for.")
    stage: JSON = told("The stage, as `saveStage` takes it.")
    objectives: list[JSON] = told("Its objectives, as `saveObjective` takes them, in order.")
    needs: list[TemplateNeed] = told("The attributes that it reads and that your sources must bring.")
