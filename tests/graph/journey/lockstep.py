"""A random history written to a graph by the writer, evaluated by the evaluator, and decided by the oracle step for step.

The oracle takes every step that the evaluator takes, from its own knowledge. After every moment both have the same stays
with the same dates. The oracle also proves that no step is missing: nothing may move before an organisation is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any, Literal

import pytest

import queries
from graph.clock import FixedClock, from_epoch_ms
from graph.engine import Graph, Transaction
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.journey.changes.stages import set_stage_status
from graph.journey.decisions.batch_step import OrganisationUpdate, decide_batch
from graph.journey.decisions.journey_program import JourneyProgram
from graph.journey.decisions.manual_changes import complete_objective, put_in, take_out
from graph.journey.decisions.rows import stay_from
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import StepTime
from graph.writer import Writer, open_writer
from tests.engines.wiping import wipe
from tests.graph.criteria.oracle import DAY
from tests.graph.journey import history_rows
from tests.graph.journey.facts import Fact, Merged, SamePerson, everything, midnight
from tests.graph.journey.oracle import decide, generated
from tests.graph.journey.simulation import (
    Moments,
    archived,
    differences,
    meddle,
    newly_archived,
    ordered,
    turning_points,
)
from tests.graph.journey.worlds import PEOPLE, START, ByHand, History, Moment

Way = Literal["stale or due", "everything", "two at once"]
_STANDING = """
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
RETURN id, o.dueAt.epochMillis AS due, properties(o) AS known
"""


class Lockstep:
    """One history on one graph, wiped first. `rolled`: events are counted by stored roll-ups instead of by criteria."""

    def __init__(self, graph: Graph, history: History, way: Way, patch: pytest.MonkeyPatch, *, rolled: bool) -> None:
        self.graph, self.history, self.way, self.rolled = graph, history, way, rolled
        self.text = history_rows.counted_by_roll_ups if rolled else history_rows.counted_by_criteria
        self.clock = FixedClock(from_epoch_ms(START))
        self.evaluators = [Evaluator(graph, self.clock, batch=1) for _ in range(2 if way == "two at once" else 1)]
        self.stays: dict[str, tuple[Stay, ...]] = dict.fromkeys(history.organisations, ())
        self.ids: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._before = Moment(0, ())
        self._due: dict[str, int | None] = dict.fromkeys(history.organisations)
        self._steps: list[tuple[frozenset[str], Mapping[str, StepTime], int]] = []
        patch.setattr("graph.evaluation.batch.decide_batch", self._noted)

    async def _noted(
        self,
        transaction: Transaction,
        program: JourneyProgram,
        at: Mapping[str, StepTime],
        now: int,
        steady: Mapping[str, int | None],
        unwritten: Mapping[str, Mapping[str, Any]],
    ) -> dict[str, OrganisationUpdate]:
        """Decide as ever, and note the step for the oracle, which takes that of steady organisations, too."""
        found = await decide_batch(transaction, program, at, now, steady, unwritten)
        self._steps.append((program.backfilling, dict(at), now))
        return found

    async def run(self) -> Moments:
        """Every organisation's stays, moment by moment. Raises AssertionError where the oracle decides otherwise."""
        await wipe(self.graph)
        writer = await open_writer(self.graph, self.clock)
        try:
            await self._begin(writer)
            found: Moments = []
            for number, moment in enumerate(self.history.moments):
                await self._moment(writer, moment)
                found.append({each: ordered(stays) for each, stays in (await self._stored()).items()})
                expected = {each: ordered(stays) for each, stays in self.stays.items()}
                assert (number, differences(found[-1], expected)) == (number, [])
                await self._nothing_is_late(number, moment)
                self._before = moment
        finally:
            await writer.close()
        return found

    async def _begin(self, writer: Writer) -> None:
        await history_rows.make_known(self.graph, self.history.stages)
        names = self.history.organisations
        rows = [{"type": "organisation", "identities": [history_rows.organisation_id(each)]} for each in names]
        rows += [{"type": "person", "identities": [history_rows.user_id(each)]} for each in PEOPLE]
        made = [str(each) for each in (await writer.submit(rows)).ids]
        self.ids = dict(zip(names, made, strict=False))
        self._people = dict(zip(PEOPLE, made[len(names) :], strict=True))
        if self.rolled:
            await history_rows.define_roll_ups(self.graph, self.clock, self.history)
        for journey in self.history.moments[0].journeys:
            await history_rows.save_draft(self.graph, self.clock, journey, self.text)

    # ------------------------------------------------------------ a moment

    async def _moment(self, writer: Writer, moment: Moment) -> None:
        facts = self.history.timeline.between(self._before.at, moment.at)
        for at, group in groupby(facts, key=lambda each: each.at):
            self.clock.set(from_epoch_ms(at))
            await self._submit(writer, list(group))
        self.clock.set(from_epoch_ms(moment.at))
        if self._before.at:  # what fell due before definitions changed falls under those of then
            await asyncio.gather(*(each.evaluate_due() for each in self.evaluators))
            self._decide(self._before, moment)
        await self._redefine(moment)
        for hand in moment.by_hand:
            await self._meddle(hand, moment)
        all_ = self.way == "everything"
        await asyncio.gather(*(each.evaluate_all() if all_ else each.evaluate_stale() for each in self.evaluators))
        self._decide(moment, moment)

    async def _submit(self, writer: Writer, facts: list[Fact]) -> None:
        rows = [history_rows.row_of(each) for each in facts if not isinstance(each.what, Merged | SamePerson)]
        outcome = await writer.submit(rows)
        assert not outcome.rejected, outcome.rejected
        for each in facts:
            if isinstance(each.what, Merged):
                await writer.merge("organisation", self.ids[each.organisation], self.ids[each.what.other])
                moved = (_at_home(stay, each.what.other) for stay in self.stays[each.what.other])
                self.stays[each.organisation] = (*self.stays[each.organisation], *moved)
                self.stays[each.what.other] = ()
                dues = (self._due.get(each.organisation), self._due.get(each.what.other))
                self._due[each.organisation] = min((due for due in dues if due is not None), default=None)
            elif isinstance(each.what, SamePerson):
                await writer.merge("person", self._people[each.what.person], self._people[each.what.other])

    async def _redefine(self, moment: Moment) -> None:
        before = {stage.key: stage for journey in self._before.journeys for stage in journey.stages}
        for stage in (stage for journey in moment.journeys for stage in journey.stages):
            known = before.get(stage.key)
            if known is not None:
                await history_rows.save_changes(self.graph, self.clock, known, stage, self.text)
            if stage.status != (known.status if known is not None else "DRAFT"):
                await set_stage_status(self.graph, self.clock, stage.key, stage.status)
        for stage in newly_archived(self._before, moment):
            for each, stays in self.stays.items():
                self.stays[each] = archived(stage, self.history.versions, moment.at, stays)

    async def _meddle(self, hand: ByHand, moment: Moment) -> None:
        """People are refused exactly where the oracle refuses them."""
        owner = self.history.timeline.owner(hand.organisation, moment.at)
        wanted = meddle(hand, moment, self.history.versions, self.stays[owner])
        try:
            if hand.what == "put in":
                await put_in(self.graph, self.clock, self.ids[owner], hand.stage)
            elif hand.what == "take out":
                await take_out(self.graph, self.clock, self.ids[owner], hand.stage)
            else:
                assert hand.objective is not None
                await complete_objective(self.graph, self.clock, self.ids[owner], hand.objective)
        except UserMistake:
            assert wanted is None, hand
        else:
            assert wanted is not None, hand
            self.stays[owner] = wanted

    # ------------------------------------------------------------ the oracle

    def _decide(self, defined: Moment, moment: Moment) -> None:
        """Take every step that was noted, knowing everything that was committed by then."""
        names = {id: name for name, id in self.ids.items()}
        for backfilled, at, now in self._steps:
            for id, one in at.items():
                name = names[id]
                if self.history.timeline.owner(name, moment.at) == name:
                    self._is_dated(name, one, moment)
                    self._is_in_time(name, one, moment)
                    self.stays[name] = self._decided(name, defined, moment.at, now, one, backfilled)
        self._steps.clear()

    def _decided(
        self, name: str, defined: Moment, known: int, now: int, at: StepTime, backfilled: frozenset[str] = frozenset()
    ) -> tuple[Stay, ...]:
        organisation = self.history.timeline.known(name, known)
        given = (defined.journeys, self.history.versions, organisation, self.stays[name])
        return tuple(decide(*given, now, at.facts_at, at.stated_at, backfilled))

    def _is_dated(self, name: str, at: StepTime, moment: Moment) -> None:
        """J3: by the newest commit with anything new, and the newest time that any fact of the step states."""
        timeline = self.history.timeline
        facts = timeline.between(self._before.at, moment.at)  # facts about people elsewhere may concern it, too
        if at.facts_at is None or any(isinstance(each.what, Merged | SamePerson) for each in facts):
            return
        touching = timeline.touching(name, self._before.at, moment.at)
        new = [
            each
            for each in touching
            if everything(timeline.known(name, each.at)) != everything(timeline.known(name, each.at - 1))
        ]
        assert at.facts_at in {START, *(each.at for each in facts), *[moment.at][: len(moment.by_hand)]}
        if new:
            assert at.facts_at >= max(each.at for each in new)
            assert at.stated_at is not None
            assert max(each.stated_at for each in new) <= at.stated_at <= max(each.stated_at for each in facts)

    def _is_in_time(self, name: str, at: StepTime, moment: Moment) -> None:
        """T4: the first step since the moment before is at the instant that was due, if it has passed."""
        due = self._due.pop(name, None)
        if due is not None and due <= moment.at:
            assert at == StepTime(due)

    async def _nothing_is_late(self, number: int, moment: Moment) -> None:
        """T3: until it is due, nothing about an organisation moves by time alone. Its generated values are right (J10)."""
        later = self.history.moments[number + 1].at if number + 1 < len(self.history.moments) else moment.at + 9 * DAY
        names = {id: name for name, id in self.ids.items()}
        for row in await self.graph.query(_STANDING, {"ids": list(self.ids.values())}):
            name = names[row["id"]]
            if self.history.timeline.owner(name, moment.at) != name:
                continue
            self._has_generated_values(name, moment, row["known"])
            self._due[name] = row["due"]
            assert row["due"] is None or row["due"] > moment.at
            end = later if row["due"] is None else min(later, row["due"])
            known = self.history.timeline.known(name, moment.at)
            points = turning_points(known, self.stays[name], self.history.windows)
            points |= {midnight(moment.at) + days * DAY for days in range(1, 17)}
            for point in sorted(each for each in points if moment.at < each < end):
                moved = self._decided(name, moment, moment.at, point, StepTime(point))
                moves = differences({name: moved}, {name: self.stays[name]})
                assert (point, row["due"], moves) == (point, row["due"], [])

    def _has_generated_values(self, name: str, moment: Moment, stored: Mapping[str, Any]) -> None:
        """J10: an organisation that never was a member needs no value for it."""
        expected = {each: value or None for each, value in generated(moment.journeys, self.stays[name]).items()}
        assert {each: history_rows.plain(stored.get(each)) or None for each in expected} == expected

    async def _stored(self) -> dict[str, tuple[Stay, ...]]:
        names = {id: name for name, id in self.ids.items()}
        found = {}
        for name, id in self.ids.items():
            (row,) = await self.graph.query(queries.text("journey/stays_of"), {"organisation": id})
            stays = [stay_from(each) for each in row["stays"]]
            found[name] = tuple(_at_home(each, names[each.home]) if each.home else each for each in stays)
        return found


def _at_home(stay: Stay, home: str) -> Stay:
    return replace(stay, home=home)
