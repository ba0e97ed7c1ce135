"""The writer: the one way for facts into the graph.

It commits rows in groups and answers each caller afterwards (F10).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.clock import Clock
from graph.engine import Graph, Transaction
from graph.errors import StatementError, UserMistake
from graph.facts import Row
from graph.identity.kinds import Entity
from graph.sources.cursors import move_cursors
from graph.times import milliseconds
from graph.writer.batching import split_rows
from graph.writer.cache import WriterCache
from graph.writer.commit import Job, Prepare
from graph.writer.definitions import Definitions
from graph.writer.graph_state import GraphState
from graph.writer.group_commit import CommitQueue, Submission
from graph.writer.halving import write_or_halve
from graph.writer.manual_changes import ManualChanges
from graph.writer.origins import NO_ORIGINS, Origin, Origins, origins_of
from graph.writer.rejected import keep_rejected
from graph.writer.results import RowResults, SubmitResult
from graph.writer.settings import WriterSettings
from graph.writer.settlement import Overrides
from graph.writer.stored import StoredValueBroken
from graph.writer.unit_of_work import Mode, RollBack, UnitOfWork


async def open_writer(graph: Graph, clock: Clock, *, settings: WriterSettings | None = None) -> "Writer":
    """Return a running writer on a migrated graph. Close it to commit all queued rows."""
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
        self.cache = WriterCache()
        self.definitions = Definitions(())
        self._manual = ManualChanges(self)
        self._queue = CommitQueue(settings)
        self._tasks: list[asyncio.Task[None]] = []
        self._listeners: list[Callable[[], None]] = []
        self._catalogue_listeners: list[Callable[[], None]] = []

    @property
    def shared(self) -> bool:
        """Return whether other services, or other tasks of this one, write to the same graph at the same time."""
        return self.graph.kind == "neo4j"

    def start(self) -> None:
        """Start one task for each writer that the engine allows."""
        self._tasks = [asyncio.create_task(self._commit_groups()) for _ in range(self.graph.writers)]

    async def close(self) -> None:
        """Commit all queued rows, then stop."""
        for _ in self._tasks:
            self._queue.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call a function after every commit. It must not block."""
        self._listeners.append(listener)

    def on_definitions(self, listener: Callable[[], None]) -> None:
        """Call a function after each commit that changes the catalogue, before callers get their answer.

        It must not block.
        """
        self._catalogue_listeners.append(listener)

    # ------------------------------------------------------------ rows

    async def submit(self, rows: Sequence[Row], origin: Origin | None = None) -> SubmitResult:
        """Write rows and return their results after the commit. More rows than a batch holds take several commits.

        The cursor of an origin moves with the transaction of the last row. A page without rows may move it too.
        Raises QueueFull where too many rows are queued, EngineError where the engine is out of reach.
        """
        batches = split_rows(rows, self.settings)
        if len(batches) == 1:
            return await self._queue.submit(batches[0], origin)
        if not batches and origin is not None:
            return await self._queue.submit((), origin)
        result = SubmitResult()
        start = 0
        for batch in batches:
            stop = start + len(batch)
            part = origin and origin.part(start, stop, last=stop == len(rows))
            result.add(await self._queue.submit(batch, part))
            start = stop
        return result

    async def dry_run(self, rows: Sequence[Row]) -> SubmitResult:
        """Return the results that `submit` would return, and write nothing."""
        result = SubmitResult()
        for batch in split_rows(rows, self.settings):
            result.add((await self._write(batch, mode=Mode.DRY_RUN)).slice(0, len(batch)))
        return result

    # ------------------------------------------------------------ changes by hand

    async def merge(self, entity: Entity, into: str, source: str) -> str:
        """Merge two people or organisations and return the id that stays (I4). Raises UserMistake."""
        return await self._manual.merge(entity, into, source)

    async def unmerge(self, entity: Entity, into: str, source: str) -> str:
        """Undo a merge, and keep the two separate from now on (I4). Raises UserMistake."""
        return await self._manual.unmerge(entity, into, source)

    async def erase_person(self, id: str) -> bool:
        """Erase a person. Their events stay counted, without a name (I8). Raises UserMistake."""
        erased = await self._manual.erase_person(id)
        self.cache.clear()
        return erased

    async def delete_organisation(self, id: str) -> bool:
        """End an organisation's memberships and take it out of lists. Its people stay. Raises UserMistake."""
        deleted = await self._manual.delete_organisation(id)
        self.cache.clear()
        return deleted

    async def replay(self, ids: Sequence[str]) -> SubmitResult:
        """Write rejected rows again, and forget the rejections of those that are written (F9)."""
        return await self._manual.replay(ids)

    async def set_precedence(self, entity: str, attribute: str, sources: Sequence[str]) -> None:
        """Set the order of an attribute's sources, and apply it to stored values (F4). Raises UserMistake."""
        await self._manual.set_precedence(entity, attribute, sources)

    async def apply(
        self,
        rows: Sequence[Row],
        overrides: Mapping[Entity, Overrides],
        recompute: Mapping[Entity, set[str]] | None = None,
        prepare: Prepare | None = None,
    ) -> RowResults:
        """Commit a change by hand in a transaction outside the queue.

        Raises UserMistake for an unreadable stored value.
        """
        job = Job(rows, overrides=overrides, recompute=recompute or {}, prepare=prepare)
        try:
            results = await self._transact(job, Mode.BY_HAND)
        except StoredValueBroken as broken:
            raise UserMistake(broken.code, broken.message, hint=broken.hint) from broken
        self.announce_commit()
        return results

    # ------------------------------------------------------------ transactions

    async def _transact(self, job: Job, mode: Mode) -> RowResults:
        unit = UnitOfWork(self, job, mode)
        try:
            await unit.write()
        except RollBack:
            self.cache.clear()
            return unit.results
        except BaseException:
            self.cache.clear()
            self.announce_definitions()  # the transaction may have been committed nevertheless
            raise
        if unit.may_have_changed_catalogue:
            self.announce_definitions()
        unit.fill_cache()
        return unit.results

    def refresh_definitions(self, rows: Sequence[Sequence[Any]]) -> Definitions:
        """Keep the definitions that the catalogue holds now, and return a copy for a transaction."""
        if rows != self.definitions.rows:
            self.definitions = Definitions(rows)
        return self.definitions.copy()

    async def _commit_groups(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = await self._queue.next_group()
            if group:
                await self._commit(group)

    async def _commit(self, group: Sequence[Submission]) -> None:
        try:
            rows = [row for each in group for row in each.rows]
            origins = origins_of([(len(each.rows), each.origin) for each in group])
            results = await self._write(rows, origins)
            self.announce_commit()
        except Exception as failure:  # noqa: BLE001 - every caller waits for an answer
            for each in group:
                if not each.answer.done():
                    each.answer.set_exception(failure)
            return
        start = 0
        for each in group:
            if not each.answer.done():
                each.answer.set_result(results.slice(start, start + len(each.rows)))
            start += len(each.rows)

    def announce_commit(self) -> None:
        """Call the listeners of commits."""
        for listener in self._listeners:
            listener()

    def announce_definitions(self) -> None:
        """Call the listeners of the catalogue."""
        for listener in self._catalogue_listeners:
            listener()

    async def _write(self, rows: Sequence[Row], origins: Origins = NO_ORIGINS, mode: Mode = Mode.COMMIT) -> RowResults:
        async def attempt(part: Sequence[Row], first: int) -> RowResults:
            return await self._transact(Job(part, origins.within(first, first + len(part))), mode)

        async def refuse(refused: Sequence[Row], results: RowResults, first: int) -> None:
            if mode is not Mode.DRY_RUN:
                await self._keep_refused(refused, results, origins.within(first, first + len(refused)))

        return await write_or_halve(rows, attempt, refuse)

    async def _keep_refused(self, refused: Sequence[Row], results: RowResults, origins: Origins) -> None:
        """Keep rows that no transaction could write, and move the cursors past them (F9)."""
        now = milliseconds(self.clock.now())

        async def keep(tx: Transaction) -> None:
            await keep_rejected(GraphState(tx, now), refused, results, origins)
            await move_cursors(tx, origins.moves, now)

        async def move(tx: Transaction) -> None:
            await move_cursors(tx, origins.moves, now)

        try:
            await self.graph.write(keep)
        except StatementError:
            with contextlib.suppress(StatementError):
                await self.graph.write(move)
