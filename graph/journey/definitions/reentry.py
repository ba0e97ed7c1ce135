"""Re-entry rules: whether and when a stage may be entered again (J7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from graph.clock import DAY

__all__ = ["ONCE", "REENTRY_HELP", "Reentry", "ReentryMode"]

ReentryMode = Literal["NEVER", "ALWAYS", "AFTER_DAYS"]

REENTRY_HELP: Mapping[ReentryMode, str] = {
    "NEVER": "Once only.",
    "ALWAYS": "Whenever the entry holds anew.",
    "AFTER_DAYS": "After so many days.",
}
"""The modes as the API describes them."""


@dataclass(frozen=True)
class Reentry:
    """A rule for entering a stage again. AFTER_DAYS counts `days` from the exit (J7)."""

    mode: ReentryMode = "NEVER"
    days: int | None = None

    @property
    def is_allowed(self) -> bool:
        """True if a stage may ever be entered again."""
        return self.mode != "NEVER"

    @property
    def takes_days(self) -> bool:
        """True if a rule of this mode has days."""
        return self.mode == "AFTER_DAYS"

    def opens_at(self, exited_at: int) -> int | None:
        """Return the first instant at which the stage may be entered again; None for never. Epoch milliseconds."""
        match self.mode:
            case "NEVER":
                return None
            case "ALWAYS":
                return exited_at
            case "AFTER_DAYS":
                return exited_at + (self.days or 0) * DAY
            case _:
                assert_never(self.mode)

    def in_words(self) -> str:
        """Return when it may be entered again, as a phrase."""
        match self.mode:
            case "NEVER":
                return "never"
            case "ALWAYS":
                return "whenever its entry holds anew"
            case "AFTER_DAYS":
                return f"after {self.days} days, when its entry holds anew"
            case _:
                assert_never(self.mode)


ONCE = Reentry()
