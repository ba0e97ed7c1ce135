"""Stays: the times that an organisation was in a stage, as they were decided (J1). Instants are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.journey.definitions.exits import StayOutcome
from graph.journey.definitions.reentry import Reentry

__all__ = ["Achievement", "Stay", "all_done", "close", "in_order", "may_return"]


@dataclass(frozen=True)
class Achievement:
    """An objective completed within a stay, or a marker seen to hold for the first time.

    `instant`: already true at entry. `manual`: ticked by hand. `out_of_order`: before an objective that is expected first.
    """

    at: int
    instant: bool = False
    manual: bool = False
    out_of_order: bool = False


@dataclass(frozen=True)
class Stay:
    """One time in a stage. `number` counts the times that its organisation was there, from 1.

    `applicable` are the objectives that apply to the organisation. `achieved` holds the completed ones. `holding` are the
    markers that hold now. `reason` says in a word what ended the stay. Two flags belong to closed stays. `entry_gone`: the
    entry criterion was seen false since the exit (J7). `late_evidence`: later facts would have changed the stay (J1).
    `home` is the organisation it was decided for, if that was merged into this one since (I4).
    """

    stage: str
    number: int
    version: int
    entered_at: int
    backfilled: bool = False
    by_hand: bool = False
    applicable: frozenset[str] = frozenset()
    achieved: Mapping[str, Achievement] = field(default_factory=dict)
    holding: frozenset[str] = frozenset()
    exited_at: int | None = None
    outcome: StayOutcome | None = None
    reason: str | None = None
    entry_gone: bool = False
    late_evidence: bool = False
    home: str | None = None

    @property
    def identity(self) -> tuple[str, int, str | None]:
        """The key among all stays of its organisation."""
        return self.stage, self.number, self.home

    @property
    def is_open(self) -> bool:
        """True if the organisation is still in the stage."""
        return self.exited_at is None


def in_order(stays: Iterable[Stay]) -> list[Stay]:
    """Return stays in the order of their exits, an open one last.

    Order of entry would not do: after a merge of organisations, a stay that began earlier may go on for longer (I4).
    Of two that began together, the organisation's own comes first.
    """
    return sorted(stays, key=lambda one: (one.is_open, one.exited_at or 0, one.entered_at, one.number, one.home or ""))


def all_done(counting: Iterable[str], stay: Stay) -> bool:
    """Return whether every objective that counts and applies is complete, and there is at least one (J6)."""
    required = stay.applicable.intersection(counting)
    return bool(required) and required <= stay.achieved.keys()


def close(stay: Stay, at: int, *, completed: bool, reason: str) -> Stay:
    """Return the stay as it ends at an instant, not before its entry."""
    outcome: StayOutcome = "COMPLETED" if completed else "EXITED"
    return replace(stay, exited_at=max(at, stay.entered_at), outcome=outcome, reason=reason)


def may_return(rule: Reentry, last: Stay, now: int) -> bool:
    """Return whether an organisation may enter a stage again at `now`, after its `last` stay there (J7)."""
    if last.exited_at is None or not last.entry_gone:
        return False
    opens_at = rule.opens_at(last.exited_at)
    return opens_at is not None and now >= opens_at
