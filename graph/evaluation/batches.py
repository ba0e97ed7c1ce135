"""Finds organisations to evaluate, and evaluates them in batches, each in a transaction of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.snapshots import least
from graph.evaluation.batch import Evaluated, evaluate_batch
from graph.evaluation.due_instants import DueQueue, evaluate_instants
from graph.evaluation.next_due import NextDue
from graph.evaluation.program import Program
from graph.evaluation.selection import EvaluationMode
from graph.evaluation.standalone_people import EVER, evaluate_standalone, next_due_standalone

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["Batches", "EvaluationCount"]

# Seconds after which due organisations are looked for again: another service may have noted due instants, and be gone.
_OTHER_SERVICES = 60.0
_PAGE = 10  # batches of ids that are read at once


@dataclass(frozen=True)
class EvaluationCount:
    """The number of organisations evaluated. `affects_others` is true if organisations outside the batches are affected."""

    count: int = 0
    affects_others: bool = False

    def __add__(self, other: EvaluationCount) -> EvaluationCount:
        """Return both together."""
        return EvaluationCount(self.count + other.count, self.affects_others or other.affects_others)


class Batches:
    """Evaluates batches of organisations of one graph, and of people without one.

    Where everything may have to be evaluated, batches are short, and stale organisations come in between.
    So neither midnight, when nearly everything may be due, nor a new definition keeps a fact from its effect.
    """

    def __init__(self, graph: Graph, clock: Clock, woken: asyncio.Event, batch: int, short_batch: int) -> None:
        """Take at most `batch` organisations at a time. `woken` is set where new facts were committed."""
        self.next_due = NextDue()
        self._graph = graph
        self._clock = clock
        self._woken = woken
        self._batch = batch
        self._short_batch = short_batch
        self._last_look = -math.inf  # when due organisations were last looked for, by the loop's own time

    # ---------------------------------------------------------------- what there is to do

    async def evaluate_changed(self, program: Program) -> int:
        """Evaluate what facts or time have changed, until no organisation is left. Instants that passed come first (J1)."""
        await self._evaluate_standalone(program)
        count = 0
        while True:
            looked_for_due = self._may_be_due()
            due = await self._evaluate_due(program) if looked_for_due else EvaluationCount()
            stale = await self._evaluate_found("stale", program)
            found = due.count + stale.count
            count += found
            if (looked_for_due and not found) or not (stale.affects_others or self._may_be_due()):
                return count

    async def evaluate_due(self, program: Program) -> int:
        """Evaluate what time has changed."""
        await self._evaluate_standalone(program)
        return (await self._evaluate_due(program)).count

    async def sweep(self, program: Program) -> int:
        """Evaluate every organisation and person, and what becomes due or stale on the way."""
        count = (await self._sweep("organisations", program)).count
        if program.reads_people_below:
            count += (await self._sweep("parents", program)).count
        await self._evaluate_standalone(program, everyone=True)
        return count + await self.evaluate_changed(program)

    async def look_ahead(self, program: Program) -> None:
        """Find out when the next organisation or person is due, where the last such instant has passed."""
        if self.next_due.is_reached(epoch_ms(self._clock.now())):
            rows = await self._graph.query(queries.text("rollups/next_due"), {"since": EVER})
            people_due = await next_due_standalone(self._graph, program)
            self.next_due.replace(least((rows[0]["due"] if rows else None, people_due)))

    def _may_be_due(self) -> bool:
        """Return whether an organisation may be due by now, by what this evaluator or another service noted."""
        if self.next_due.is_reached(epoch_ms(self._clock.now())):
            return True
        return asyncio.get_running_loop().time() > self._last_look + _OTHER_SERVICES

    async def _evaluate_standalone(self, program: Program, *, everyone: bool = False) -> None:
        self.next_due.note(await evaluate_standalone(self._graph, self._clock, program, self._batch, everyone=everyone))

    async def _evaluate_due(self, program: Program) -> EvaluationCount:
        return await (self._evaluate_instants(program) if program.ordered else self._evaluate_found("due", program))

    # ---------------------------------------------------------------- many batches

    async def _evaluate_instants(self, program: Program) -> EvaluationCount:
        """Evaluate the instants at which organisations were due, in time order, each as of then (T4)."""
        progress, page = EvaluationCount(), self._batch * _PAGE
        while True:
            now = epoch_ms(self._clock.now())
            found = await self._instants("due_instants", most=page)
            # A full page holds only the earliest.
            queue = DueQueue(found, now if len(found) < page else found[-1][1])
            page_progress = await self._evaluate_queue(queue, program)
            progress += page_progress
            if len(found) < page and not page_progress.affects_others:
                return progress

    async def _evaluate_queue(self, queue: DueQueue, program: Program) -> EvaluationCount:
        """Evaluate queued instants until one affects others, which then come before any later instant."""
        progress = EvaluationCount()
        while (first := queue.first) is not None:
            progress += await self.evaluate_between(program)
            work = partial(
                evaluate_instants,
                queue=queue,
                program=program,
                first=first,
                most=self._short_batch,
                batch=self._batch,
                affects_others=progress.affects_others,
            )
            done = await self._graph.write(work)
            for each in done.evaluated:
                progress += self._note(each)
            queue = done.left
            if progress.affects_others and queue.first != done.last:
                break
        return progress

    async def _sweep(self, which: Literal["organisations", "parents"], program: Program) -> EvaluationCount:
        progress = await self._evaluate_instants(program) if program.ordered else EvaluationCount()
        rows = await self._graph.query(queries.text(f"rollups/{which}"), {})
        ids = [id for row in rows for id in row["ids"]]
        return progress + await self._evaluate_many(ids, program, EvaluationMode.SWEEP)

    async def _evaluate_found(self, which: Literal["stale", "due"], program: Program) -> EvaluationCount:
        """Evaluate the organisations that a statement finds, page by page."""
        progress, page = EvaluationCount(), self._batch * _PAGE
        while True:
            ids = await self._found(which, page)
            page_progress = EvaluationCount()
            if which == "due":
                page_progress = await self._evaluate_many(ids, program, EvaluationMode.PENDING)
            else:
                for part in _split(ids, self._batch):
                    page_progress += await self._evaluate(part, program)
            progress += page_progress
            # Organisations that were found may have become due meanwhile: their instants come first.
            if len(ids) < page or not page_progress.count:
                return progress

    async def _evaluate_many(self, ids: Sequence[str], program: Program, mode: EvaluationMode) -> EvaluationCount:
        """Evaluate many organisations in short batches. Stale organisations come in between."""
        progress = EvaluationCount()
        for part in _split(ids, min(self._batch, self._short_batch)):
            progress += await self.evaluate_between(program)
            progress += await self._evaluate(part, program, mode)
        return progress

    async def evaluate_between(self, program: Program) -> EvaluationCount:
        """Evaluate a batch of stale organisations between two others, where new facts were committed."""
        if not self._woken.is_set():
            return EvaluationCount()
        self._woken.clear()
        ids = await self._found("stale", self._batch)
        if len(ids) == self._batch:
            self._woken.set()  # more may wait, for the next batch
        progress = EvaluationCount()
        if program.ordered:  # their own instants that passed come first (J1)
            while found := await self._instants("due_instants_of", ids=ids):
                due = found[0][1]
                due_ids = [id for id, at in found if at == due]
                progress += await self._evaluate(due_ids, program, EvaluationMode.INSTANT, from_epoch_ms(due))
        return progress + await self._evaluate(ids, program)

    # ---------------------------------------------------------------- one batch

    async def _evaluate(
        self,
        ids: Sequence[str],
        program: Program,
        mode: EvaluationMode = EvaluationMode.PENDING,
        now: datetime | None = None,
    ) -> EvaluationCount:
        async def work(transaction: Transaction) -> Evaluated:
            return await evaluate_batch(transaction, ids, program, now or self._clock.now(), mode)

        return self._note(await self._graph.write(work))

    def _note(self, evaluated: Evaluated) -> EvaluationCount:
        self.next_due.note(evaluated.due)
        return EvaluationCount(evaluated.organisations, evaluated.affects_others)

    # ---------------------------------------------------------------- queries

    async def _found(self, which: Literal["stale", "due"], most: int) -> list[str]:
        return sorted(id for row in await self._query(which, most=most) for id in row["ids"])

    async def _instants(
        self, which: Literal["due_instants", "due_instants_of"], **parameters: Any
    ) -> list[tuple[str, int]]:
        return [(id, due) for row in await self._query(which, **parameters) for id, due in row["rows"]]

    async def _query(self, which: str, **parameters: Any) -> list[dict[str, Any]]:
        if which in ("due", "due_instants"):
            self._last_look = asyncio.get_running_loop().time()
        given = {**parameters, "now": self._clock.now(), "since": EVER}
        return await self._graph.query(queries.text(f"rollups/{which}"), given)


def _split(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
