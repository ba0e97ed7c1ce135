"""The one door for facts: rows wait a moment for company, are committed together, and every caller is answered after its own commit (F10)."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from graph.clock import Clock
from graph.engine import Graph, Transaction
from graph.errors import StatementError, UserMistake
from graph.facts import Row
from graph.sources.cursors import move_cursors
from graph.times import milliseconds
from graph.writer.commit import Batch, Prepare
from graph.writer.definitions import Definitions
from graph.writer.halving import write_or_halve
from graph.writer.handwork import Handwork
from graph.writer.locks import Escalate, Locks
from graph.writer.memory import Memory
from graph.writer.origins import NO_ORIGINS, Origin, Origins, origins_of
from graph.writer.outcome import Outcome, Report
from graph.writer.parts import parts
from graph.writer.rejected import keep_rejected
from graph.writer.settings import WriterSettings
from graph.writer.settling import Wishes
from graph.writer.stored import StoredValueBroken
from graph.writer.waiting import Caller, Waiting
from graph.writer.world import World

Entity = Literal["person", "organisation"]


class _Undo(Exception):
    def __init__(self, report: Report) -> None:
        self.report = report


async def open_writer(graph: Graph, clock: Clock, *, settings: WriterSettings | None = None) -> "Writer":
    """A writer at work on a migrated graph. Close it to drain what waits."""
    writer = Writer(graph, clock, settings or WriterSettings())
    writer.start()
    return writer


class Writer:
    """Writes facts. Safe to call from many tasks of one event loop."""

    def __init__(self, graph: Graph, clock: Clock, settings: WriterSettings) -> None:
        """Use `open_writer`."""
        self.graph = graph
        self.clock = clock
        self.settings = settings
        self.memory = Memory()
        self.handwork = Handwork(self)
        self._waiting = Waiting(settings)
        self._tasks: list[asyncio.Task[None]] = []
        self._listeners: list[Callable[[], None]] = []
        self._catalogue_listeners: list[Callable[[], None]] = []
        self._definitions = Definitions(())

    @property
    def shared(self) -> bool:
        """Whether other services, or other tasks of this one, write to the same graph at the same time."""
        return self.graph.kind == "neo4j"

    def start(self) -> None:
        """Begin to take rows: one task per writer that the engine allows."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self.graph.writers)]

    async def close(self) -> None:
        """Commit what waits, then stop."""
        for _ in self._tasks:
            self._waiting.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Have a function called after every commit; it must not block."""
        self._listeners.append(listener)

    def on_definitions(self, listener: Callable[[], None]) -> None:
        """Have a function called after a commit that changed the catalogue, before its caller is answered; it must not block."""
        self._catalogue_listeners.append(listener)

    async def submit(self, rows: Sequence[Row], origin: Origin | None = None) -> Outcome:
        """Write rows and answer after their commit. More than a batch is written batch by batch.

        The cursor of an origin moves with the transaction of the last row. A page without rows may move it too.
        Raises QueueFull where too many rows wait, EngineError where the engine is out of reach.
        """
        of = parts(rows, self.settings)
        if len(of) == 1:
            return await self._waiting.answer(of[0], origin)
        if not of and origin is not None:
            return await self._waiting.answer((), origin)
        outcome = Outcome()
        start = 0
        for part in of:
            stop = start + len(part)
            where = origin and origin.part(start, stop, last=stop == len(rows))
            outcome.add(await self._waiting.answer(part, where))
            start = stop
        return outcome

    async def dry_run(self, rows: Sequence[Row]) -> Outcome:
        """Answer as `submit` would, and write nothing."""
        outcome = Outcome()
        for part in parts(rows, self.settings):
            outcome.add((await self._write(part, dry=True)).slice(0, len(part)))
        return outcome

    async def merge(self, entity: Entity, into: str, source: str) -> str:
        """Make two people or organisations one by hand; returns the id that stays (I4). Raises UserMistake."""
        return await self.handwork.merge(entity, into, source)

    async def unmerge(self, entity: Entity, into: str, source: str) -> str:
        """Give back what a merge took, and keep the two apart from now on (I4). Raises UserMistake."""
        return await self.handwork.unmerge(entity, into, source)

    async def erase_person(self, id: str) -> bool:
        """Forget a person; what they did stays counted, namelessly (I8). Raises UserMistake."""
        erased = await self.handwork.erase_person(id)
        self.memory.clear()
        return erased

    async def delete_organisation(self, id: str) -> bool:
        """End an organisation's memberships and take it out of lists; people stay. Raises UserMistake."""
        deleted = await self.handwork.delete_organisation(id)
        self.memory.clear()
        return deleted

    async def replay(self, ids: Sequence[str]) -> Outcome:
        """Write rejected rows again; those that are good now are rejected no more (F9)."""
        return await self.handwork.replay(ids)

    async def set_precedence(self, entity: str, attribute: str, sources: Sequence[str]) -> None:
        """Say which source wins for an attribute, and apply it to what is known (F4). Raises UserMistake."""
        await self.handwork.set_precedence(entity, attribute, sources)

    async def apply(self, rows: Sequence[Row], wishes: Mapping[str, Wishes], again: Mapping[str, set[str]] | None = None,
                    prepare: Prepare | None = None) -> Report:  # fmt: skip
        """One transaction outside the queue, for work by hand. Raises UserMistake where what is stored cannot be read."""
        try:
            report = await self._transaction(rows, wishes=wishes, again=again, prepare=prepare)
        except StoredValueBroken as broken:
            raise UserMistake(broken.code, broken.message, hint=broken.hint) from broken
        self.tell()
        return report

    async def _transaction(
        self,
        rows: Sequence[Row],
        *,
        dry: bool = False,
        wishes: Mapping[str, Wishes] | None = None,
        again: Mapping[str, set[str]] | None = None,
        prepare: Prepare | None = None,
        origins: Origins = NO_ORIGINS,
    ) -> Report:
        now = milliseconds(self.clock.now())
        everything = bool(wishes or again)
        remembering = not (everything or self.shared)
        begun = False

        uncertain = False

        async def work(tx: Transaction) -> tuple[Report, Batch]:
            nonlocal begun, uncertain
            if begun:
                # an attempt before this one may have been committed without our hearing of it
                self.memory.clear()
                uncertain = True
            begun = True
            report = Report(len(rows))
            locks = Locks(self.shared, everything)
            known = self._definitions.copy()
            memory = self.memory if remembering else None
            batch = Batch(tx, self.settings, now, locks, known, self._recent, wishes or {}, prepare, memory, origins)
            await batch.run(rows, report, again)
            if dry:
                raise _Undo(report)
            return report, batch

        try:
            try:
                report, batch = await self.graph.write(work)
            except Escalate:
                everything = True
                report, batch = await self.graph.write(work)
        except _Undo as undo:
            self.memory.clear()
            return undo.report
        except BaseException:
            self.memory.clear()
            self.tell_of_definitions()  # it may have been committed nevertheless
            raise
        if batch.defines or uncertain:
            self.tell_of_definitions()
        if remembering:
            self.memory.learn(batch.world)
        else:
            self.memory.clear()
        return report

    def _recent(self, found: Sequence[Sequence[Any]]) -> Definitions:
        if found != self._definitions.rows:
            self._definitions = Definitions(found)
        return self._definitions.copy()

    async def _work(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = await self._waiting.together()
            if group:
                await self._commit(group)

    async def _commit(self, group: Sequence[Caller]) -> None:
        try:
            rows = [row for each in group for row in each.rows]
            origins = origins_of([(len(each.rows), each.origin) for each in group])
            report = await self._write(rows, origins)
            self.tell()
        except Exception as failure:  # noqa: BLE001 - whatever it is, each caller waits for an answer
            for each in group:
                if not each.done.done():
                    each.done.set_exception(failure)
            return
        start = 0
        for each in group:
            if not each.done.done():
                each.done.set_result(report.slice(start, start + len(each.rows)))
            start += len(each.rows)

    def tell(self) -> None:
        """Call everyone who wants to know of commits."""
        for listener in self._listeners:
            listener()

    def tell_of_definitions(self) -> None:
        """Call everyone who keeps what the catalogue says."""
        for listener in self._catalogue_listeners:
            listener()

    async def _write(self, rows: Sequence[Row], origins: Origins = NO_ORIGINS, *, dry: bool = False) -> Report:
        async def attempt(part: Sequence[Row], first: int) -> Report:
            return await self._transaction(part, dry=dry, origins=origins.within(first, first + len(part)))

        async def refuse(refused: Sequence[Row], report: Report, first: int) -> None:
            if not dry:
                await self._keep(refused, report, origins.within(first, first + len(refused)))

        return await write_or_halve(rows, attempt, refuse)

    async def _keep(self, refused: Sequence[Row], report: Report, origins: Origins) -> None:
        """Keep rows that no transaction could write, and move the cursors behind them: they are done with (F9)."""
        now = milliseconds(self.clock.now())

        async def keep(tx: Transaction) -> None:
            await keep_rejected(World(tx, now), refused, report, origins)
            await move_cursors(tx, origins.moves, now)

        async def move(tx: Transaction) -> None:
            await move_cursors(tx, origins.moves, now)

        try:
            await self.graph.write(keep)
        except StatementError:
            with contextlib.suppress(StatementError):
                await self.graph.write(move)
