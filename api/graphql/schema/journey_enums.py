"""Journeys: the enumerations of the contract."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.journey.definitions.exits import EXIT_MODES
from graph.journey.definitions.reentry import REENTRY_HELP


@strawberry.enum(description="Where a stage is in its life; only LIVE ones move anybody.")
class StageStatus(Enum):
    """Where a stage is in its life; only LIVE ones move anybody."""

    DRAFT = strawberry.enum_value("DRAFT", description="Being written.")
    LIVE = strawberry.enum_value("LIVE", description="Moves organisations.")
    PAUSED = strawberry.enum_value("PAUSED", description="Moves nobody for now.")
    ARCHIVED = strawberry.enum_value("ARCHIVED", description="Kept for its history.")


@strawberry.enum(description="When a stay ends (J5).")
class ExitMode(Enum):
    """When a stay ends (J5)."""

    _ignore_ = "mode behaviour"  # names of the loop, no members
    for mode, behaviour in EXIT_MODES.items():
        vars()[mode] = strawberry.enum_value(mode, description=behaviour.help)


@strawberry.enum(description="Whether it counts towards completion.")
class ObjectiveKind(Enum):
    """Whether it counts towards completion."""

    OBJECTIVE = strawberry.enum_value("OBJECTIVE", description="Must be complete.")
    MARKER = strawberry.enum_value("MARKER", description="Watched, never blocks.")


@strawberry.enum(description="How a stay ended (J6).")
class StayOutcome(Enum):
    """How a stay ended (J6)."""

    COMPLETED = strawberry.enum_value("COMPLETED", description="With the stage completed.")
    EXITED = strawberry.enum_value("EXITED", description="Without.")


@strawberry.enum(description="How fast compared with others (J11).")
class Pace(Enum):
    """How fast compared with others (J11)."""

    FASTER = strawberry.enum_value("FASTER", description="Under three quarters of the average.")
    TYPICAL = strawberry.enum_value("TYPICAL", description="Near the average.")
    SLOWER = strawberry.enum_value("SLOWER", description="Over one and a half times the average.")
    COMPLETED_TOO_FEW_TO_TELL = strawberry.enum_value(
        "COMPLETED_TOO_FEW_TO_TELL", description="Complete, with too few to compare."
    )
    PENDING = strawberry.enum_value("PENDING", description="Not complete yet.")
    OVERDUE = strawberry.enum_value("OVERDUE", description="Not complete after twice the average.")


@strawberry.enum(description="Whether a stage may be entered again (J7).")
class Reentry(Enum):
    """Whether a stage may be entered again (J7)."""

    _ignore_ = "mode help_text"  # names of the loop, no members
    for mode, help_text in REENTRY_HELP.items():
        vars()[mode] = strawberry.enum_value(mode, description=help_text)


@strawberry.enum(description="What moved.")
class TransitionKind(Enum):
    """What moved."""

    ENTERED = strawberry.enum_value("ENTERED", description="A stay began.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="A stage was completed.")
    EXITED = strawberry.enum_value("EXITED", description="A stay ended without completion.")
    OBJECTIVE_COMPLETED = strawberry.enum_value("OBJECTIVE_COMPLETED", description="An objective was completed.")
