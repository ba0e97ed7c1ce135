"""What a rule would have done beside what happened: who would have entered, when, and since when that can be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay

__all__ = ["BackTest", "Entered", "Read", "entered"]


@dataclass(frozen=True)
class Entered:
    """One organisation that would have entered in the period, or did, each as of the first time; epoch milliseconds.

    `at_once`: it matched already when the period began.
    """

    organisation: str
    would: int | None
    did: int | None
    at_once: bool = False


@dataclass(frozen=True)
class Read:
    """Something that the rule reads: an attribute, an event, the stays in a stage. None: nothing was ever told of it.

    `since` is from when on its history is complete, epoch milliseconds.
    """

    name: str
    since: int | None


@dataclass(frozen=True)
class BackTest:
    """A rule over a period, from `since` until just before `until`, beside reality."""

    since: int
    until: int
    organisations: tuple[Entered, ...]
    reads: tuple[Read, ...]

    @property
    def would_enter(self) -> int:
        """How many would have entered."""
        return sum(each.would is not None for each in self.organisations)

    @property
    def entered(self) -> int:
        """How many really did."""
        return sum(each.did is not None for each in self.organisations)

    @property
    def both(self) -> int:
        """How many would have, and did."""
        return sum(each.would is not None and each.did is not None for each in self.organisations)

    @property
    def complete_since(self) -> int | None:
        """From when on everything that the rule reads is known; None where of something nothing ever was told."""
        if any(each.since is None for each in self.reads):
            return None
        return max((each.since for each in self.reads if each.since is not None), default=self.since)


def entered(
    organisation: str, stage: str, simulated: Iterable[Stay], really: Sequence[Stay], since: int, until: int
) -> Entered | None:
    """What became of one organisation in a period by the rule, and really; None where it entered by neither."""
    real = [each for each in really if each.stage == stage and since <= each.entered_at < until]
    before = {each.identity for each in really if each.stage == stage and each.entered_at < since}
    fresh = [each for each in simulated if each.stage == stage and each.identity not in before]
    first = min(fresh, key=lambda each: each.entered_at, default=None)
    did = min((each.entered_at for each in real), default=None)
    if first is None:
        return None if did is None else Entered(organisation, None, did)
    return Entered(organisation, first.entered_at, did, first.backfilled)
