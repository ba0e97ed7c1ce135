"""Keeps what is worked out right: after every fact, and at the instant time alone changes it (T2, T3). Nothing is polled.

The evaluator sleeps until it is woken, by a commit, or until the least instant at which an organisation is due.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.computed.removal import finish_removal
from graph.criteria.snapshots import least
from graph.errors import MembergraphError
from graph.evaluation.batch import Evaluated, Outdated, evaluate_batch
from graph.evaluation.due_instants import Agenda, take_instants
from graph.evaluation.program import Program, compile_program
from graph.evaluation.standalone_people import EVER, evaluate_alone, next_due_alone
from graph.evaluation.state import State, read_state
from graph.journey.decisions.journey_program import compile_journey_program
from graph.journey.definitions.stored import load_library

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["Evaluator"]

_log = logging.getLogger(__name__)

_LINGER = 0.005  # seconds in which wakes are collected
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0  # seconds, after the engine failed
_LONGEST_SLEEP = 3600.0  # seconds: a machine that was suspended wakes up with a late timer
_OTHERS = 60.0  # seconds after which it is asked again what is due: another service may have said of some when they are, and be gone
_AT_ONCE = 10  # batches of ids asked for together
_IN_TURN = 50  # organisations between which others get their turn: a tenth of a second


class Evaluator:
    """Evaluates the organisations of one graph with their people, and people who have none, a batch to a transaction."""

    def __init__(self, graph: Graph, clock: Clock, *, batch: int = 500, in_turn: int = _IN_TURN) -> None:
        """Work on `graph` by `clock`, `batch` organisations at a time; at most `in_turn` where facts are to get in between."""
        self._graph = graph
        self._clock = clock
        self._batch = batch
        self._turn = in_turn
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._due: int | None = 0  # no organisation is due before; None: none will ever be; 0: not known yet
        self._asked = -math.inf  # when it was last asked what is due, by the loop's own time
        self._reached = False  # whether what was evaluated last concerns others
        self._compiled: tuple[State, Program] | None = None

    # in the service

    async def start(self) -> None:
        """Start evaluating in the background, first of all what was left stale."""
        if self._task is None:
            self._woken.set()
            self._task = asyncio.create_task(self._run(), name="membergraph-evaluator")

    async def stop(self) -> None:
        """Stop; a batch in the middle of its transaction is undone and stays stale."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def wake(self, *_: object) -> None:
        """Say that something was committed; costs nothing. Whatever is passed is ignored."""
        self._woken.set()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await self._sleep()
            try:
                await self.evaluate_stale()
                pause = _FIRST_PAUSE
            except MembergraphError as error:
                _log.warning("evaluation failed, tried again in %.1f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                self._woken.set()

    async def _sleep(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self._until_due())
        await asyncio.sleep(_LINGER)
        self._woken.clear()

    def _until_due(self) -> float:
        if self._due is None:
            return _LONGEST_SLEEP
        left = (self._due - epoch_ms(self._clock.now())) / 1000
        return min(max(left, 0.0), _LONGEST_SLEEP)

    # one after the other

    async def evaluate_stale(self) -> int:
        """Evaluate every organisation that is stale or due, and all of them for a definition that is new.

        Returns how many were evaluated; the same one may count more than once.
        """
        return await self._with_program(self._stale)

    async def evaluate_due(self) -> int:
        """Evaluate the organisations whose values time alone may have changed by now; returns how many."""
        return await self._with_program(self._due_now)

    async def evaluate_all(self) -> int:
        """Evaluate every organisation, stale or not; returns how many. What went stale meanwhile comes first."""
        return await self._with_program(self._everything)

    async def _with_program(self, work: Callable[[Program], Awaitable[int]]) -> int:
        """Work by the definitions as they are; from the start again if they change meanwhile."""
        while True:
            try:
                return await work(await self._program())
            except Outdated:
                continue

    async def _stale(self, program: Program) -> int:
        done = await self._changed(program)
        await self._look_ahead(program)
        if program.unsettled:
            done += await self._everything(program)
        return done

    async def _everything(self, program: Program) -> int:
        """Evaluate every organisation, also what fell due on the way, and say so of what was new or changed."""
        done = await self._sweep("organisations", program)
        if program.twice:
            done += await self._sweep("parents", program)
        await self._alone(program, everyone=True)
        done += await self._changed(program)
        await self._settle(program)
        return done

    async def _changed(self, program: Program) -> int:
        """Evaluate what facts or time have changed, until nobody is left whom that concerns. Instants that passed come first (J1)."""
        await self._alone(program)
        done = 0
        while True:
            due = self._may_be_due()
            fresh = await self._timely(program) if due else 0
            self._reached = False
            fresh += await self._evaluate_found("stale", program)
            done += fresh
            if (due and not fresh) or not (self._reached or self._may_be_due()):
                return done

    def _may_be_due(self) -> bool:
        """Whether an organisation may be due by now: one that we know of, or of which nobody told us."""
        return self._until_due() == 0 or asyncio.get_running_loop().time() > self._asked + _OTHERS

    async def _due_now(self, program: Program) -> int:
        await self._alone(program)
        done = await self._timely(program)
        await self._look_ahead(program)
        return done

    async def _timely(self, program: Program) -> int:
        return await (self._take_instants(program) if program.ordered else self._evaluate_found("due", program))

    async def _take_instants(self, program: Program) -> int:
        """Take the instants at which organisations were due, in their order, each as what it was (T4)."""
        done, page = 0, self._batch * _AT_ONCE
        while True:
            now = epoch_ms(self._clock.now())
            found = await self._instants("due_at", most=page)
            self._reached = False
            # Of more than that only the earliest are known.
            agenda = Agenda(found, now if len(found) < page else found[-1][1])
            while (first := agenda.first) is not None:
                done += await self._between(program)
                take = partial(
                    take_instants,
                    agenda=agenda,
                    program=program,
                    first=first,
                    most=self._turn,
                    batch=self._batch,
                    reached=self._reached,
                )
                taken = await self._graph.write(take)
                done += sum([self._noted(each) for each in taken.evaluated])
                agenda = taken.left
                if self._reached and agenda.first != taken.last:
                    break  # what changed then concerns others, whose turn comes before any later instant
            if len(found) < page and not self._reached:
                return done

    async def _alone(self, program: Program, *, everyone: bool = False) -> None:
        """Evaluate people who belong to no organisation."""
        due = await evaluate_alone(self._graph, self._clock, program, self._batch, everyone=everyone)
        self._due = least((due, self._due))

    async def _look_ahead(self, program: Program) -> None:
        """Find out when the next organisation or person is due, where the last such instant has passed."""
        if self._due is not None and self._due <= epoch_ms(self._clock.now()):
            rows = await self._graph.query(queries.text("rollups/next_due"), {"since": EVER})
            self._due = least((rows[0]["due"] if rows else None, await next_due_alone(self._graph, program)))

    async def _sweep(self, which: str, program: Program) -> int:
        done = await self._take_instants(program) if program.ordered else 0
        rows = await self._graph.query(queries.text(f"rollups/{which}"), {})
        return done + await self._in_turn([id for row in rows for id in row["ids"]], program, forced=True)

    async def _evaluate_found(self, which: str, program: Program) -> int:
        """Evaluate what a statement finds, page by page. What goes stale meanwhile wakes us again."""
        done, most = 0, self._batch * _AT_ONCE
        while True:
            ids = await self._found(which, most)
            fresh = await self._in_turn(ids, program) if which == "due" else await self._each(ids, program)
            done += fresh
            if len(ids) < most or not fresh:  # what was found may have fallen due meanwhile: its instants come first
                return done

    async def _each(self, ids: Sequence[str], program: Program) -> int:
        return sum([await self._evaluate(part, program) for part in _batches(ids, self._batch)])

    async def _in_turn(self, ids: Sequence[str], program: Program, **how: Any) -> int:
        """Evaluate many organisations. Those that facts touch meanwhile come in between, and wait for no more than a batch.

        At midnight nearly everything may be due, and a new definition concerns everything: neither keeps a fact from its effect.
        """
        done = 0
        for part in _batches(ids, min(self._batch, self._turn)):
            done += await self._between(program)
            done += await self._evaluate(part, program, **how)
        return done

    async def _between(self, program: Program) -> int:
        """Let those that facts touched meanwhile have their turn."""
        if not self._woken.is_set():
            return 0
        self._woken.clear()
        return await self._touched(program)

    async def _touched(self, program: Program) -> int:
        """Evaluate a batch of what facts touched, each after the instants of its own that passed (J1)."""
        ids = await self._found("stale", self._batch)
        if len(ids) == self._batch:
            self._woken.set()  # more may wait: after the next batch
        done = 0
        if program.ordered:
            while found := await self._instants("due_of", ids=ids):
                due = found[0][1]
                now = [id for id, at in found if at == due]
                done += await self._evaluate(now, program, now=from_epoch_ms(due), by_time=True)
        return done + await self._evaluate(ids, program)

    async def _found(self, which: str, most: int) -> list[str]:
        return sorted(id for row in await self._ask(which, most=most) for id in row["ids"])

    async def _instants(self, which: str, **given: Any) -> list[tuple[str, int]]:
        return [(id, due) for row in await self._ask(which, **given) for id, due in row["rows"]]

    async def _ask(self, which: str, **given: Any) -> list[dict[str, Any]]:
        if which in ("due", "due_at"):
            self._asked = asyncio.get_running_loop().time()
        parameters = {**given, "now": self._clock.now(), "since": EVER}
        return await self._graph.query(queries.text(f"rollups/{which}"), parameters)

    async def _evaluate(
        self,
        ids: Sequence[str],
        program: Program,
        *,
        now: datetime | None = None,
        forced: bool = False,
        by_time: bool = False,
    ) -> int:
        async def work(transaction: Transaction) -> Evaluated:
            at = now or self._clock.now()
            return await evaluate_batch(transaction, ids, program, at, forced=forced, by_time=by_time)

        return self._noted(await self._graph.write(work))

    def _noted(self, evaluated: Evaluated) -> int:
        self._reached |= evaluated.reached
        self._due = least((evaluated.due, self._due))
        return evaluated.organisations

    # definitions

    async def _program(self) -> Program:
        """The program for the definitions as they are. Removals that were cut short are finished first."""
        state = await read_state(self._graph, self._compiled and self._compiled[0])
        for gone in state.removed:
            await finish_removal(self._graph, gone)
        if self._compiled is None or self._compiled[0] is not state:
            journeys = compile_journey_program(await load_library(self._graph), state.catalogue, state.calculated)
            program = compile_program(state.stored, state.catalogue, state.version, journeys, state.calculated)
            self._compiled = (state, program)
        return self._compiled[1]

    async def _settle(self, program: Program) -> None:
        """Say of what was new or changed that everyone was looked at."""
        for statement, key, stale_since in program.unsettled:
            await self._graph.write(partial(_settle, statement, {"key": key, "stale_since": stale_since}))
            self._compiled = None


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


async def _settle(statement: str, given: Mapping[str, object], transaction: Transaction) -> None:
    await transaction.execute(queries.text(statement), given)
