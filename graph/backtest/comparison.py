"""The result of a back-test: simulated entries compared with real ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay

__all__ = ["BackTest", "EntryComparison", "InputHistory", "compare_entries"]


@dataclass(frozen=True)
class EntryComparison:
    """The first simulated and the first real entry of one organisation in the period, in epoch milliseconds.

    `matched_at_begin`: it matched already when the period began.
    """

    organisation: str
    simulated_at: int | None
    real_at: int | None
    matched_at_begin: bool = False


@dataclass(frozen=True)
class InputHistory:
    """An input of the rule: an attribute, an event, the stays in a stage.

    `since` is when its history begins, in epoch milliseconds; None if it has none.
    """

    name: str
    since: int | None


@dataclass(frozen=True)
class BackTest:
    """A rule over a period, from `since` until just before `until` (epoch milliseconds), compared with reality."""

    since: int
    until: int
    organisations: tuple[EntryComparison, ...]
    inputs: tuple[InputHistory, ...]

    @property
    def would_enter(self) -> int:
        """The number of organisations that would have entered."""
        return sum(each.simulated_at is not None for each in self.organisations)

    @property
    def entered(self) -> int:
        """The number of organisations that really entered."""
        return sum(each.real_at is not None for each in self.organisations)

    @property
    def both(self) -> int:
        """The number of organisations that would have entered, and did."""
        return sum(each.simulated_at is not None and each.real_at is not None for each in self.organisations)

    @property
    def complete_since(self) -> int | None:
        """The instant from which every input has a history; None if one has none."""
        if any(each.since is None for each in self.inputs):
            return None
        return max((each.since for each in self.inputs if each.since is not None), default=self.since)


def compare_entries(
    organisation: str, stage: str, simulated: Iterable[Stay], real: Sequence[Stay], since: int, until: int
) -> EntryComparison | None:
    """Compare the simulated and real stays of an organisation in a period; None if it entered by neither."""
    entered = [each for each in real if each.stage == stage and since <= each.entered_at < until]
    before = {each.identity for each in real if each.stage == stage and each.entered_at < since}
    new = [each for each in simulated if each.stage == stage and each.identity not in before]
    first = min(new, key=lambda each: each.entered_at, default=None)
    real_at = min((each.entered_at for each in entered), default=None)
    if first is None:
        return None if real_at is None else EntryComparison(organisation, None, real_at)
    return EntryComparison(organisation, first.entered_at, real_at, first.backfilled)
