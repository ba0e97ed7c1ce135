"""Stays: the times that an organisation was in a stage, as they were decided (J1). Instants are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.journey.definitions.exits import StayOutcome
from graph.journey.definitions.reentry import Reentry

__all__ = ["Achievement", "Stay", "all_done", "in_order", "may_return"]


@dataclass(frozen=True)
class Achievement:
    """An objective completed within a stay, or a marker seen to hold for the first time.

    `instant`: already true at entry. `manual`: ticked by hand. `out_of_order`: before one that is expected to precede it.
    """

    at: int
    instant: bool = False
    manual: bool = False
    out_of_order: bool = False


@dataclass(frozen=True)
class Stay:
    """One time in a stage, the `n`th of its organisation there, from 1.

    `applicable` are the objectives that apply to the organisation, `achieved` when each was completed, `holding` the
    markers that hold now. Of a closed stay, `entry_gone` says that the entry criterion was seen false since (J7), and
    `late_evidence` that facts arrived later which would have changed it. `reason` says in a word what began or ended it.
    `home` is the organisation that it was decided for, where that was merged into this one since (I4).
    """

    stage: str
    n: int
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
        """What tells it from every other stay of its organisation."""
        return self.stage, self.n, self.home

    @property
    def open(self) -> bool:
        """Whether the organisation is in the stage still."""
        return self.exited_at is None


def in_order(stays: Iterable[Stay]) -> list[Stay]:
    """Stays as they ended, an open one last: of organisations that were merged one may have begun before others and go on (I4).

    Of two that began together the organisation's own comes first.
    """
    return sorted(stays, key=lambda one: (one.open, one.exited_at or 0, one.entered_at, one.n, one.home or ""))


def all_done(counting: Iterable[str], stay: Stay) -> bool:
    """Whether every objective that counts and applies is complete, and there is one (J6)."""
    asked = stay.applicable.intersection(counting)
    return bool(asked) and asked <= stay.achieved.keys()


def may_return(rule: Reentry, last: Stay, now: int) -> bool:
    """Whether an organisation whose last stay in a stage this was may enter again at `now` (J7)."""
    if last.exited_at is None or not last.entry_gone:
        return False
    opens_at = rule.opens_at(last.exited_at)
    return opens_at is not None and now >= opens_at
