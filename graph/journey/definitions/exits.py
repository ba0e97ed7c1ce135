"""Exit rules: one table says what each exit mode does (J5, J6). A new mode is a row of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from graph.clock import DAY

__all__ = ["EXIT_MODES", "NO_EXIT", "ExitBehaviour", "ExitMode", "ExitRule", "StayOutcome"]


StayOutcome = Literal["COMPLETED", "EXITED"]
ExitMode = Literal["AFTER_DAYS", "ALL_OBJECTIVES", "ALL_OBJECTIVES_OR_AFTER_DAYS", "CRITERIA", "ONGOING"]


@dataclass(frozen=True)
class ExitBehaviour:
    """The behaviour of an exit mode.

    `help` describes it in the API and in the docs. `phrase` completes "it leaves …" and may name `{days}` and `{criteria}`.
    `sentence` describes one open stay and may name `{due}` and `{criteria}`.
    """

    help: str
    phrase: str
    sentence: str
    ends_on_completion: bool = False
    """The stay ends as soon as every objective that applies is complete."""
    ends_by_criteria: bool = False
    """The stay ends when the rule's criteria hold."""
    outcome_by_days: StayOutcome | None = None
    """The outcome when the rule's days are over and an objective applies; None for a mode without days."""

    @property
    def takes_days(self) -> bool:
        """True if a rule of this mode has days."""
        return self.outcome_by_days is not None

    @property
    def may_last_for_ever(self) -> bool:
        """True if a stay may last for ever: no number of days ends it."""
        return not self.takes_days

    @property
    def needs_objectives(self) -> bool:
        """True if completed objectives are the only way out."""
        return self.ends_on_completion and not self.takes_days and not self.ends_by_criteria

    @property
    def ends_by_hand_only(self) -> bool:
        """True if no stay ever ends by itself."""
        return not (self.ends_on_completion or self.takes_days or self.ends_by_criteria)

    @property
    def completes_without_objectives(self) -> bool:
        """True if days complete every stay, whatever its objectives (J6)."""
        return self.outcome_by_days == "COMPLETED"

    def may_leave_incomplete(self, *, counts_objectives: bool) -> bool:
        """Return whether the rule itself may end a stay as EXITED (J6).

        `counts_objectives`: the stage has an objective that counts for completion.
        """
        return self.ends_by_criteria or (self.outcome_by_days == "EXITED" and counts_objectives)


EXIT_MODES: Mapping[ExitMode, ExitBehaviour] = {
    "AFTER_DAYS": ExitBehaviour(
        "So many days after entry.", "after {days} days", "It leaves at {due}.", outcome_by_days="COMPLETED"
    ),
    "ALL_OBJECTIVES": ExitBehaviour(
        "When all objectives are complete.",
        "when all objectives are complete",
        "It leaves when all objectives are complete.",
        ends_on_completion=True,
    ),
    "ALL_OBJECTIVES_OR_AFTER_DAYS": ExitBehaviour(
        "At whichever of the two comes first.",
        "when all objectives are complete, or after {days} days",
        "It leaves when all objectives are complete, at {due} at the latest.",
        ends_on_completion=True,
        outcome_by_days="EXITED",
    ),
    "CRITERIA": ExitBehaviour(
        "When its criterion holds.", "when {criteria}", "It leaves when {criteria}.", ends_by_criteria=True
    ),
    "ONGOING": ExitBehaviour("Never by itself.", "never by itself", "It does not leave by itself."),
}


@dataclass(frozen=True)
class ExitRule:
    """A rule that ends stays (J5). Modes by days need `days`. Modes by criteria need `criteria` and may have `completed_when`."""

    mode: ExitMode
    days: int | None = None
    criteria: str | None = None
    completed_when: str | None = None

    @property
    def behaviour(self) -> ExitBehaviour:
        """The behaviour of its mode."""
        return EXIT_MODES[self.mode]

    def due(self, entered_at: int) -> int | None:
        """Return when its days are over for a stay entered at that instant; None for a rule without days. Epoch milliseconds."""
        return None if self.days is None else entered_at + self.days * DAY

    def fixes_completion(self, *, counts: bool) -> bool:
        """Return whether the rule alone decides how an objective and completion go together (J5, J6).

        Either every stay completes without objectives, or none does without one that `counts`.
        """
        return self.behaviour.completes_without_objectives or (counts and self.completed_when is None)


NO_EXIT = ExitRule("ONGOING")
