"""Replays a past period for one organisation: the step (J1) at every instant at which a fact came or a stay fell due."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.attributes.catalogue import Definition
from graph.backtest.past_answers import PastClause
from graph.backtest.roll_ups import RolledUp
from graph.backtest.subjects import PastOrganisation
from graph.clock import DAY
from graph.criteria import Snapshot
from graph.criteria.snapshots import ClauseAnswer, least
from graph.journey.decisions.compiled_journeys import CompiledJourneys
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import StepTime, step

__all__ = ["Replay", "as_of"]


@dataclass(frozen=True)
class Replay:
    """A rule to be replayed: its stage, and journeys in which that stage alone moves organisations.

    `remembered` are the organisation's own attributes with a history. `daily`: a value may change at midnight. `once`: nobody
    may return, so the replay ends at the first entry.
    """

    stage: str
    journeys: CompiledJourneys
    clauses: Sequence[PastClause]
    remembered: Sequence[Definition]
    rolled_up: Mapping[str, RolledUp]
    daily: bool
    once: bool

    def stays(self, organisation: PastOrganisation, real: Sequence[Stay], since: int, until: int) -> list[Stay]:
        """Return the stays in the stage at the end of a period (epoch milliseconds), had the rule been live throughout.

        The replay begins with the `real` stays at the beginning of the period. Stays in other stages are real throughout.
        """
        now: int | None = max(since, organisation.known_since)
        simulated = [each for each in as_of(real, since) if each.stage == self.stage and each.entered_at < since]
        others = [each for each in real if each.stage != self.stage]
        changes = sorted({*organisation.changes, *_moves(others)})
        backfilled = frozenset({self.stage} if organisation.known_since <= since else ())
        answers = [_Answer(each, organisation) for each in self.clauses]
        last_inputs: Any = None
        due: int | None = None
        while now is not None and now < until and not (self.once and simulated):
            known, elsewhere = self._known(organisation, answers, now), as_of(others, now)
            inputs = known.values, [each.holds for each in known.answers.values()], elsewhere
            if inputs != last_inputs or (due is not None and due <= now):
                decision = step(self.journeys, known, [*simulated, *elsewhere], StepTime(now), backfilled=backfilled)
                simulated = [each for each in decision.stays if each.stage == self.stage]
                last_inputs, due, backfilled = inputs, decision.due, frozenset()
            due = least((due, *(each.flip for each in known.answers.values())))
            place = bisect_right(changes, now)
            change = changes[place] if place < len(changes) else None
            now = least((change, due, now - now % DAY + DAY if self.daily else None))
        return simulated

    def _known(self, organisation: PastOrganisation, answers: Iterable[_Answer], at: int) -> Snapshot:
        values: dict[str, Any] = {each.property: organisation.subject.value(each, at) for each in self.remembered}
        values |= {name: value(organisation, at) for name, value in self.rolled_up.items()}
        return Snapshot(values, {each.clause.clause: each.at(at) for each in answers})


class _Answer:
    """The answer to one clause about an organisation. It stands until an input changes or it flips."""

    def __init__(self, clause: PastClause, organisation: PastOrganisation) -> None:
        self.clause = clause
        self._organisation = organisation
        self._changes = clause.changes(organisation)
        self._stands_until: int | None = -1
        self._answer = ClauseAnswer(holds=False)

    def at(self, instant: int) -> ClauseAnswer:
        """Return the answer at an instant. Instants must not decrease."""
        if self._stands_until is not None and instant >= self._stands_until:
            self._answer = self.clause.answer(self._organisation, instant)
            place = bisect_right(self._changes, instant)
            change = self._changes[place] if place < len(self._changes) else None
            self._stands_until = least((change, self._answer.flip))
        return self._answer


def as_of(stays: Iterable[Stay], at: int) -> list[Stay]:
    """Return stays as they were at an instant. Decisions made by then stand."""
    return [_as_of(each, at) for each in stays if each.entered_at <= at]


def _as_of(stay: Stay, at: int) -> Stay:
    achieved = {key: one for key, one in stay.achieved.items() if one.at <= at}
    past = stay if len(achieved) == len(stay.achieved) else replace(stay, achieved=achieved)
    if past.exited_at is None or past.exited_at <= at:
        return past
    return replace(past, exited_at=None, outcome=None, reason=None, entry_gone=False, late_evidence=False)


def _moves(stays: Iterable[Stay]) -> Iterable[int]:
    for each in stays:
        yield each.entered_at
        yield from (one.at for one in each.achieved.values())
        if each.exited_at is not None:
            yield each.exited_at
