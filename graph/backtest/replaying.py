"""A past period again, for one organisation: the step of J1 at every instant at which anything was told or fell due."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.attributes.catalogue import Definition
from graph.backtest.meeting import Asking
from graph.backtest.past import Organisation
from graph.backtest.rolling import RolledUp
from graph.criteria import Snapshot
from graph.criteria.snapshots import ClauseAnswer, least
from graph.journey.decisions.compiled_journeys import CompiledJourneys
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import StepTime, step
from graph.journey.definitions.exits import DAY

__all__ = ["Replay", "as_of"]


@dataclass(frozen=True)
class Replay:
    """A rule, ready to be replayed: the stage that it lets in, and the program in which that stage alone moves anybody.

    `told` are the organisation's own attributes with a history; `daily`: a value may change at midnight; `once`: nobody may
    come back, so that after the first entry there is nothing more to learn.
    """

    stage: str
    program: CompiledJourneys
    asked: Sequence[Asking]
    told: Sequence[Definition]
    rolled_up: Mapping[str, RolledUp]
    daily: bool
    once: bool

    def stays(self, organisation: Organisation, really: Sequence[Stay], since: int, until: int) -> list[Stay]:
        """The stays in the stage by the end of a period (epoch milliseconds), had the rule been live since its beginning.

        Begins with the stays as they really were at the beginning (`really`); those in other stages are as they were throughout.
        """
        now: int | None = max(since, organisation.known_since)
        mine = [each for each in as_of(really, since) if each.stage == self.stage and each.entered_at < since]
        others = [each for each in really if each.stage != self.stage]
        changes = sorted({*organisation.changes, *_moves(others)})
        backfilled = frozenset({self.stage} if organisation.known_since <= since else ())
        answers = [_Answer(each, organisation) for each in self.asked]
        looked_at: Any = None
        due: int | None = None
        while now is not None and now < until and not (self.once and mine):
            known, elsewhere = self._known(organisation, answers, now), as_of(others, now)
            seen = known.values, [each.holds for each in known.answers.values()], elsewhere
            if seen != looked_at or (due is not None and due <= now):
                decided = step(self.program, known, [*mine, *elsewhere], StepTime(now), backfilled=backfilled)
                mine = [each for each in decided.stays if each.stage == self.stage]
                looked_at, due, backfilled = seen, decided.due, frozenset()
            due = least((due, *(each.flip for each in known.answers.values())))
            place = bisect_right(changes, now)
            told = changes[place] if place < len(changes) else None
            now = least((told, due, now - now % DAY + DAY if self.daily else None))
        return mine

    def _known(self, organisation: Organisation, answers: Iterable[_Answer], at: int) -> Snapshot:
        values: dict[str, Any] = {each.property: organisation.itself.value(each, at) for each in self.told}
        values |= {name: value(organisation, at) for name, value in self.rolled_up.items()}
        return Snapshot(values, {each.asking.clause: each.at(at) for each in answers})


class _Answer:
    """The answer to one clause about an organisation, which stands until something changes that it asks for, or it flips."""

    def __init__(self, asking: Asking, organisation: Organisation) -> None:
        self.asking = asking
        self._organisation = organisation
        self._changes = asking.changes(organisation)
        self._stands_until: int | None = -1
        self._answer = ClauseAnswer(holds=False)

    def at(self, instant: int) -> ClauseAnswer:
        """The answer at an instant; instants must not go back."""
        if self._stands_until is not None and instant >= self._stands_until:
            self._answer = self.asking.answer(self._organisation, instant)
            place = bisect_right(self._changes, instant)
            change = self._changes[place] if place < len(self._changes) else None
            self._stands_until = least((change, self._answer.flip))
        return self._answer


def as_of(stays: Iterable[Stay], at: int) -> list[Stay]:
    """Stays as they stood at an instant; what was decided then counts as decided."""
    return [_then(each, at) for each in stays if each.entered_at <= at]


def _then(stay: Stay, at: int) -> Stay:
    achieved = {key: one for key, one in stay.achieved.items() if one.at <= at}
    then = stay if len(achieved) == len(stay.achieved) else replace(stay, achieved=achieved)
    if then.exited_at is None or then.exited_at <= at:
        return then
    return replace(then, exited_at=None, outcome=None, reason=None, entry_gone=False, late_evidence=False)


def _moves(stays: Iterable[Stay]) -> Iterable[int]:
    for each in stays:
        yield each.entered_at
        yield from (one.at for one in each.achieved.values())
        if each.exited_at is not None:
            yield each.exited_at
