"""Many organisations due at once: facts come in between, nothing goes round in circles, and no instant is forgotten (T3, T4, J1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from graph.clock import FixedClock, epoch_ms
from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from graph.evaluation.batch import Evaluated, evaluate_batch
from graph.evaluation.batches import Batches, EvaluationCount
from graph.evaluation.selection import EvaluationMode
from graph.journey.definitions.definition import ExitRule, Stage
from tests.graph.journey.company import START, Company, day

T = TypeVar("T")
EVALUATE_BETWEEN = Batches.evaluate_between
TEN_DAYS = Stage("onboarding", "customer", "Onboarding", "plan = 'pro'", ExitRule("AFTER_DAYS", 10))
BUSY = Stage("busy", "customer", "Busy", "did 'Signed In' at least 1 times", ExitRule("ONGOING"), 1)


async def due_together(company: Company, number: int) -> list[str]:
    """So many organisations, all due at the same instant in ten days; their ids in order."""
    ids = [await company.organisation(f"o{i}", plan="pro") for i in range(number)]
    await company.live(TEN_DAYS)
    await company.live(BUSY)
    return sorted(ids)


class Watched(Evaluator):
    """Calls `between` before every transaction of a sweep, with the number of organisations evaluated so far.

    Notes the organisations of each batch, with the instant of evaluation; None is now.
    """

    def __init__(self, company: Company, between: Callable[[int], Awaitable[None]], patch: pytest.MonkeyPatch) -> None:
        super().__init__(company.graph, company.clock, batch=1, short_batch=1)
        self.asked: list[tuple[str, datetime | None]] = []
        self._submit = between
        for module in ("batches", "due_instants"):
            patch.setattr(f"graph.evaluation.{module}.evaluate_batch", self._asked_for)
        patch.setattr(Batches, "evaluate_between", self._between)

    async def _asked_for(
        self, transaction: Transaction, ids: Sequence[str], program: Any, now: datetime, mode: EvaluationMode
    ) -> Evaluated:
        self.asked += [(id, now if mode is EvaluationMode.INSTANT else None) for id in ids]
        return await evaluate_batch(transaction, ids, program, now, mode)

    async def _between(self, program: Any) -> EvaluationCount:
        done = await EVALUATE_BETWEEN(self._batches, program)
        await self._submit(len(self.asked))
        return done


async def test_a_fact_waits_for_a_batch_of_the_wave_and_not_for_its_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await due_together(company, 12)
    company.clock.set(START + timedelta(days=11))
    names = await company.graph.query("MATCH (o:Organisation) RETURN o.id AS id, o.name AS name", {})
    last = next(row["name"] for row in names if row["id"] == ids[-1])

    async def submit_facts(before: int) -> None:
        if before == 3:
            await company.event(last, "Signed In", START + timedelta(days=11))
            evaluator.wake()

    evaluator = Watched(company, submit_facts, monkeypatch)
    await evaluator.evaluate_stale()
    ten = START + timedelta(days=10)
    # Three of the wave and the one under way; then the one that the fact touched, its own instant first; then the others.
    assert evaluator.asked[:6] == [*((id, ten) for id in ids[:4]), (ids[-1], ten), (ids[-1], None)]
    exited = await company.stays("stage", "exited")
    assert exited.count(("onboarding", day(10))) == 12
    assert [who for who, stage in await company.stays("organisation", "stage") if stage == "busy"] == [last]


class Striking(FixedClock):
    """A clock that strikes an instant after it was asked so often."""

    def __init__(self, instant: datetime, strikes: datetime, after: int) -> None:
        super().__init__(instant)
        self._strikes, self._left = strikes, after

    def now(self) -> datetime:
        self._left -= 1
        if self._left == 0:
            self.set(self._strikes)
        return super().now()


@pytest.mark.parametrize("asked", [1, 2, 3])
async def test_what_falls_due_while_its_facts_wait_is_taken_as_of_then_and_does_not_go_round(
    company: Company, asked: int
) -> None:
    """The evaluator has looked for instants that passed, none had; then they do, and more facts wait than a page holds."""
    await due_together(company, 12)
    company.clock.set(START + timedelta(days=9))
    for i in range(12):
        await company.event(f"o{i}", "Signed In", START + timedelta(days=9))
    clock = Striking(START + timedelta(days=9), START + timedelta(days=11), asked)
    evaluator = Evaluator(company.graph, clock, batch=1)
    async with asyncio.timeout(20):
        await evaluator.evaluate_stale()
        await evaluator.evaluate_stale()
    found = await company.stays("stage", "exited")
    assert found.count(("onboarding", day(10))) == 12
    assert found.count(("busy", None)) == 12


class Counting:
    """A graph that counts its transactions."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.transactions = 0

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        self.transactions += 1
        return await self._graph.write(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)


async def test_instants_at_which_few_are_due_are_taken_in_one_transaction_each_as_what_it_was_t4(
    company: Company,
) -> None:
    await company.organisation("o0", plan="pro")
    await company.live(TEN_DAYS)
    for i in (1, 2):
        await company.after(hours=1)
        await company.organisation(f"o{i}", plan="pro")
        await company.evaluator.evaluate_stale()
    graph = Counting(company.graph)
    evaluator = Evaluator(graph, company.clock)  # type: ignore[arg-type]
    company.clock.set(START + timedelta(days=11))
    assert await evaluator.evaluate_due() == 3
    assert graph.transactions == 1
    begun = await company.stays("entered", "exited")
    assert sorted(exited - entered for entered, exited in begun) == [day(10) - day(0)] * 3
    assert len({exited for _, exited in begun}) == 3


class Replaying:
    """A graph whose every commit is answered by a lost connection: the work is done again, and finds itself done."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        await self._graph.write(work)
        return await self._graph.write(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)


async def test_an_instant_is_not_forgotten_where_the_answer_to_a_commit_was_lost_f10_t3(company: Company) -> None:
    await due_together(company, 1)
    today = "did 'Signed In' at least 1 times within last 1 days"
    await company.live(Stage("today", "customer", "Today", today, ExitRule("CRITERIA", criteria=f"not ({today})"), 2))
    evaluator = Evaluator(Replaying(company.graph), company.clock)  # type: ignore[arg-type]
    await evaluator.evaluate_stale()
    assert evaluator.next_due == epoch_ms(START + timedelta(days=10))
    await company.event("o0", "Signed In", START)
    await evaluator.evaluate_stale()
    assert evaluator.next_due == epoch_ms(START.replace(hour=0) + timedelta(days=1))
    assert len(await company.stays("stage")) == 3


async def test_I4_T4_what_a_merged_organisation_was_due_for_is_dated_then(company: Company) -> None:
    lately = Stage(
        "lately", "customer", "Lately", "plan = 'pro'", ExitRule("CRITERIA", criteria="not seen within last 5 days")
    )
    acme = await company.organisation("Acme", plan="free", seen=START.isoformat())
    bolt = await company.organisation("Bolt", plan="pro", seen=START.isoformat())
    await company.live(lately)
    company.clock.advance(timedelta(days=3))
    await company.writer.merge("organisation", acme, bolt)
    await company.after(days=4)
    assert await company.stays("organisation", "exited") == [("Acme", day(5))]


async def test_T4_what_follows_from_another_at_an_instant_that_passed_is_dated_then_too(company: Company) -> None:
    """Whichever of the two is taken first: a parent's exit lets its child enter, though nobody looked for a week."""
    below = Stage(
        "below", "customer", "Below", "parent (last_left_onboarding_stage has any value)", ExitRule("AFTER_DAYS", 3), 1
    )
    for i in range(6):
        await company.organisation(f"above {i}", plan="pro")
        await company.organisation(f"below {i}", plan="pro", parent=f"above {i}")
    await company.live(TEN_DAYS)
    await company.live(below)
    await company.after(days=20)
    found = [each for each in await company.stays("stage", "entered", "exited") if each[0] == "below"]
    assert found == [("below", day(10), day(13))] * 6
