"""Types of signals, of the checks and charts of a stage, and of stage templates."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.references import ObjectiveType, OrganisationType, StageType
from api.graphql.schema.scalars import JSON, DateTime


@strawberry.enum(description="The way a signal was silenced.")
class SilenceKind(Enum):
    """The way a signal was silenced."""

    ACKNOWLEDGED = strawberry.enum_value(
        "ACKNOWLEDGED",
        description="Acknowledged: silent until the objective has been pending for twice as long as at that time.",
    )
    SNOOZED = strawberry.enum_value("SNOOZED", description="Snoozed: silent until a chosen instant.")


@strawberry.type(description="A silence: it keeps a late organisation out of the signals.")
class Silence:
    """A silence: it keeps a late organisation out of the signals."""

    kind: SilenceKind = plain_field("Kind of silence.")
    at: DateTime = plain_field("Start.")
    until: DateTime = plain_field("End. It ends earlier if the stay ends or the objective is completed.")
    by: str | None = plain_field("Person or key that silenced it.")
    note: str | None = plain_field("Reason, for people.")


@strawberry.type(description="An organisation that is late with an objective.")
class LateOrganisation:
    """An organisation that is late with an objective."""

    organisation: OrganisationType = plain_field("The organisation.")
    days_pending: float = plain_field("Days for which the objective has been pending.")
    average_days: float = plain_field("Average days of completion in its version of the stage.")
    n: int = plain_field("Number of completions in that average.")
    days_behind: float = plain_field("Days beyond the average.")
    times: float | None = plain_field("Days pending divided by the average; null if the average is zero.")
    revenue: float | None = plain_field("Revenue; null if unknown.")
    silence: Silence | None = plain_field("Silence; null if it is not silenced.")


@strawberry.type(
    description="An objective with its late organisations. Late is pending for more than twice the average of at least ten completions."
)
class Signal:
    """An objective with its late organisations."""

    stage: StageType = plain_field("The stage.")
    objective: ObjectiveType = plain_field("The objective.")
    average_days: float = plain_field("Average days of completion.")
    organisations: int = plain_field("Number of late organisations.")
    revenue: float = plain_field("Sum of their known revenues.")
    late: list[LateOrganisation] = plain_field(
        "Late organisations: by revenue, largest first, then by days pending. Silenced ones come last."
    )
    silenced: int = plain_field(
        "Number of late organisations that are silenced; `organisations` does not include them."
    )


@strawberry.type(
    description="All organisations that are late now in live stages. Silenced ones count only in `silenced`."
)
class Signals:
    """All organisations that are late now in live stages."""

    organisations: int = plain_field("Number of late organisations, each counted once.")
    revenue: float = plain_field("Revenue at risk; each organisation counts once.")
    of_unknown_revenue: int = plain_field("Number of late organisations without a known revenue.")
    silenced: int = plain_field("Number of organisations that are late with an objective and silenced for it.")
    signals: list[Signal] = plain_field("Objectives with late organisations, by revenue, largest first.")


@strawberry.enum(description="A complaint about a stage.")
class Complaint(Enum):
    """A complaint about a stage."""

    NOBODY_ENTERS = strawberry.enum_value("NOBODY_ENTERS", description="No organisation enters.")
    NOTHING_COMPLETES = strawberry.enum_value("NOTHING_COMPLETES", description="No objective is completed.")
    TOO_MANY_STUCK = strawberry.enum_value("TOO_MANY_STUCK", description="Too many organisations stay in the stage.")


@strawberry.type(description="One check of a stage.")
class Check:
    """One check of a stage."""

    complaint: Complaint = plain_field("Complaint that it can explain.")
    what: str = plain_field("Subject of the check.")
    found: str = plain_field("Result.")
    fine: bool = plain_field("False if it may be the reason.")
    mend: str | None = plain_field("Remedy; null if the check is fine.")


@strawberry.enum(description="A kind of chart of a stage.")
class ChartKind(Enum):
    """A kind of chart of a stage."""

    FUNNEL = strawberry.enum_value(
        "FUNNEL", description="Numbers of organisations that entered, reached each objective and completed."
    )
    COMPLETION = strawberry.enum_value("COMPLETION", description="Share of completion of each objective over days.")


@strawberry.type(description="An attribute of organisations that a template needs.")
class TemplateNeed:
    """An attribute of organisations that a template needs."""

    name: str = plain_field("Name.")
    type: str = plain_field("Type.")
    says: str = plain_field("Meaning that it should have.")
    known: bool = plain_field("True if the catalogue has it already.")


@strawberry.type(description="A stage that most companies start with.")
class StageTemplate:
    """A stage that most companies start with."""

    key: str = plain_field("Key.")
    name: str = plain_field("Name.")
    description: str | None = plain_field("Description, for people.")
    stage: JSON = plain_field("Stage, as `saveStage` takes it.")
    objectives: list[JSON] = plain_field("Objectives, as `saveObjective` takes them, in order.")
    needs: list[TemplateNeed] = plain_field("Attributes that its criteria read and that your sources must send.")
