"""Enumerations of journeys."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.journey.definitions.exits import EXIT_MODES
from graph.journey.definitions.reentry import REENTRY_HELP


@strawberry.enum(description="The status of a stage. Only LIVE stages move organisations.")
class StageStatus(Enum):
    """The status of a stage. Only LIVE stages move organisations."""

    DRAFT = strawberry.enum_value("DRAFT", description="In preparation; moves nobody.")
    LIVE = strawberry.enum_value("LIVE", description="In use: organisations enter and leave.")
    PAUSED = strawberry.enum_value("PAUSED", description="Paused: nobody enters or leaves until it is resumed.")
    ARCHIVED = strawberry.enum_value("ARCHIVED", description="Out of use, kept for its history.")


@strawberry.enum(description="The kind of rule that ends a stay (J5).")
class ExitMode(Enum):
    """The kind of rule that ends a stay (J5)."""

    _ignore_ = "mode behaviour"  # names of the loop, no members
    for mode, behaviour in EXIT_MODES.items():
        vars()[mode] = strawberry.enum_value(mode, description=behaviour.help)


@strawberry.enum(description="The kind of an objective: whether it counts towards completion.")
class ObjectiveKind(Enum):
    """The kind of an objective: whether it counts towards completion."""

    OBJECTIVE = strawberry.enum_value("OBJECTIVE", description="Must be complete for the stage to be complete.")
    MARKER = strawberry.enum_value("MARKER", description="Recorded only; never blocks completion.")


@strawberry.enum(description="The outcome of a stay (J6).")
class StayOutcome(Enum):
    """The outcome of a stay (J6)."""

    COMPLETED = strawberry.enum_value("COMPLETED", description="The organisation completed the stage.")
    EXITED = strawberry.enum_value("EXITED", description="The organisation left without completing the stage.")


@strawberry.enum(description="The speed of an objective compared with other stays (J11).")
class Pace(Enum):
    """The speed of an objective compared with other stays (J11)."""

    FASTER = strawberry.enum_value("FASTER", description="Completed in less than 0.75 times the average.")
    TYPICAL = strawberry.enum_value("TYPICAL", description="Completed in 0.75 to 1.5 times the average.")
    SLOWER = strawberry.enum_value("SLOWER", description="Completed in more than 1.5 times the average.")
    COMPLETED_TOO_FEW_TO_TELL = strawberry.enum_value(
        "COMPLETED_TOO_FEW_TO_TELL", description="Completed, with fewer than ten completions to compare."
    )
    PENDING = strawberry.enum_value("PENDING", description="Not completed yet.")
    OVERDUE = strawberry.enum_value("OVERDUE", description="Not completed after twice the average.")


@strawberry.enum(description="The rule for entering a stage again (J7).")
class Reentry(Enum):
    """The rule for entering a stage again (J7)."""

    _ignore_ = "mode help_text"  # names of the loop, no members
    for mode, help_text in REENTRY_HELP.items():
        vars()[mode] = strawberry.enum_value(mode, description=help_text)


@strawberry.enum(description="The kind of a transition.")
class TransitionKind(Enum):
    """The kind of a transition."""

    ENTERED = strawberry.enum_value("ENTERED", description="A stay began.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="A stage was completed.")
    EXITED = strawberry.enum_value("EXITED", description="A stay ended without completion.")
    OBJECTIVE_COMPLETED = strawberry.enum_value("OBJECTIVE_COMPLETED", description="An objective was completed.")
