"""The seam: two verbs that take a retryable unit of work, and one for a single statement that only reads."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncSession, Query
from neo4j.api import AsyncBookmarkManager

from graph.engine.attempts import ATTEMPT, Attempts
from graph.engine.bolt import BoltPool, LeftToDriver
from graph.engine.failures import Verdict, explained, verdict
from graph.engine.idle import IdleSessions
from graph.engine.sent import as_it_is, with_lists_in_a_map
from graph.engine.settings import GraphSettings
from graph.engine.transaction import Begun, DriverTransaction, Row, Transaction, rows_of
from graph.errors import EngineError, EngineTimeout

T = TypeVar("T")
Kind = Literal["embedded", "neo4j"]
Work = Callable[[Transaction], Awaitable[T]]

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_SAME_KEY_ATTEMPTS = 4


class Engine(Protocol):
    """What a `Graph` needs of either engine."""

    kind: Kind

    def driver(self, access: str) -> AsyncDriver:
        """Return the driver to use now for reading or writing; another one after the engine was started again."""
        ...

    def bolt(self, access: str) -> BoltPool | None:
        """Return what is faster than the driver for reading or writing now; None where only the driver knows the way."""
        ...

    async def end_overdue(self, text: str, seconds: float) -> None:
        """End a statement that has run for so long and that nobody waits for any more."""
        ...

    async def revive(self) -> None:
        """See that the engine lives after a connection was lost; starts a dead embedded one again."""
        ...

    async def fence(self, attempts: frozenset[str]) -> None:
        """End these attempts, whose COMMIT was not answered; return once none of them can still commit."""
        ...

    @property
    def damage(self) -> tuple[str, ...]:
        """What happened to files of the engine that are ours to look at; while there is any, nothing is written."""
        ...

    def free_bytes(self) -> int | None:
        """Return what is left on the engine's disk, where it is ours to look at."""
        ...

    async def close(self) -> None:
        """Close connections, and stop what was started."""
        ...


class Graph:
    """One graph on one engine. Safe to share between tasks of one event loop."""

    def __init__(
        self,
        engine: Engine,
        settings: GraphSettings,
        *,
        writers: int,
        bookmarks: AsyncBookmarkManager | None = None,
    ) -> None:
        """Use `open_graph`; it connects and checks."""
        self.kind: Kind = engine.kind
        self.settings = settings
        self.writers = writers
        self._engine = engine
        self._bookmarks = bookmarks
        self._writing = asyncio.Semaphore(writers)
        self._attempts = Attempts()
        self._idle = IdleSessions()
        self._sent = with_lists_in_a_map if engine.kind == "neo4j" else as_it_is

    @property
    def damage(self) -> tuple[str, ...]:
        """What happened to the engine's files while it was stopped; while there is any, nothing is written."""
        return self._engine.damage

    async def read(self, work: Work[T]) -> T:
        """Run a unit of work in a transaction that reads; tried again when it fails for a passing reason."""
        return await self._unit_of_work(READ_ACCESS, work)

    async def write(self, work: Work[T]) -> T:
        """Run a unit of work in a transaction and commit it; at most `writers` at once.

        The work may run several times and must be idempotent: a connection lost in COMMIT is replayed.
        An attempt begins only when the one before it, if given up in COMMIT, can no longer commit: what it reads stays true.
        Raises an EngineError; whatever else `work` raises passes through after a rollback.
        """
        async with self._writing:
            return await self._unit_of_work(WRITE_ACCESS, work)

    async def query(self, text: str, parameters: Mapping[str, Any], *, timeout: float | None = None) -> list[Row]:
        """Run one statement that reads, on its own; `timeout` is in seconds. Raises an EngineError."""
        sent, values = self._sent(text, parameters)
        bolt = self._engine.bolt(READ_ACCESS)
        limit = timeout or self.settings.call_timeout
        try:
            if bolt is not None:
                try:
                    return await bolt.rows(sent, values, timeout)
                except LeftToDriver:
                    pass  # it says what is wrong, or does it
                except TimeoutError as late:
                    raise explained(late) from late
            return await self._until_done(lambda: self._by_driver(Query(sent, timeout=timeout), values, limit))
        except EngineTimeout:
            await self._engine.end_overdue(sent, limit)
            raise

    async def command(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one statement that must stand alone, such as one that makes a constraint. Raises an EngineError."""

        async def once() -> list[Row]:
            async with asyncio.timeout(self.settings.call_timeout), self._session(WRITE_ACCESS) as session:
                return await rows_of(await session.run(*self._sent(text, parameters or {})))

        async with self._writing:
            return await self._until_done(once)

    async def close(self) -> None:
        """Close connections; the embedded engine stops cleanly."""
        await _abandon(self._idle.forget())
        await self._engine.close()

    async def _by_driver(self, query: Query, values: dict[str, Any], limit: float) -> list[Row]:
        driver = self._engine.driver(READ_ACCESS)
        session = self._idle.take(driver) or self._opened(driver, READ_ACCESS)
        try:
            async with asyncio.timeout(limit):
                rows = await rows_of(await session.run(query, values))
        except BaseException:
            await _abandon(session.close())
            await _abandon(self._idle.forget())
            raise
        await self._idle.keep(driver, session)
        return rows

    async def _unit_of_work(self, access: str, work: Work[T]) -> T:
        """Attempt it over Bolt of our own once; whatever comes after a failure is the driver's."""
        bolt = self._engine.bolt(access)
        if bolt is not None and not (self._attempts.in_doubt and access == WRITE_ACCESS):
            with contextlib.suppress(LeftToDriver):
                try:
                    name = self._named(access)
                    begun = await bolt.begin("w" if name else "r", name)
                    return await self._attempt(name, begun, work)
                except TimeoutError as late:
                    raise explained(late) from late
        return await self._until_done(lambda: self._attempt_by_driver(access, work))

    async def _attempt_by_driver(self, access: str, work: Work[T]) -> T:
        limit, name = self.settings.call_timeout, self._named(access)
        if name:
            await self._fence()
        async with self._session(access) as session:
            async with asyncio.timeout(limit):
                transaction = await session.begin_transaction(metadata={ATTEMPT: name} if name else None)
            return await self._attempt(name, DriverTransaction(transaction, limit), work)

    def _named(self, access: str) -> str | None:
        """Return a name for an attempt that writes; one that reads may run beside itself."""
        return self._attempts.name() if access == WRITE_ACCESS else None

    async def _attempt(self, name: str | None, begun: Begun, work: Work[T]) -> T:
        try:
            outcome = await work(Transaction(begun, self._sent))
            await begun.commit()
        except BaseException:
            if name and begun.in_doubt:
                self._attempts.doubt(name)
            await _abandon(begun.rollback())
            raise
        return outcome

    async def _fence(self) -> None:
        """End what was given up in COMMIT, so that the next attempt reads what came of it (F10)."""
        if ended := self._attempts.in_doubt:
            await self._engine.fence(ended)
            self._attempts.clear(ended)

    @contextlib.asynccontextmanager
    async def _session(self, access: str) -> AsyncIterator[AsyncSession]:
        session = self._opened(self._engine.driver(access), access)
        try:
            yield session
        finally:
            await _abandon(session.close())

    def _opened(self, driver: AsyncDriver, access: str) -> AsyncSession:
        return driver.session(
            database=self.settings.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            fetch_size=-1,
        )

    async def _until_done(self, once: Callable[[], Awaitable[T]]) -> T:
        deadline = asyncio.get_running_loop().time() + self.settings.retry_for
        pause, same_key = _FIRST_PAUSE, 0
        while True:
            try:
                return await once()
            except (EngineError, asyncio.CancelledError):
                raise
            except Exception as failure:
                decision = self._decide(failure)
                same_key += decision is Verdict.ONCE
                late = asyncio.get_running_loop().time() > deadline
                if decision is Verdict.FAIL or late or same_key == _SAME_KEY_ATTEMPTS:
                    raise explained(failure, free_bytes=self._engine.free_bytes()) from failure
                if decision is Verdict.RECONNECT:
                    await self._engine.revive()
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads attempts
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _decide(self, failure: Exception) -> Verdict:
        """Return how to go on; raises what is not the engine's."""
        if not _from_engine(failure):
            raise failure
        return verdict(failure)


def _from_engine(failure: Exception) -> bool:
    return isinstance(failure, OSError) or type(failure).__module__.startswith("neo4j")


async def _abandon(closing: Awaitable[None]) -> None:
    """Close what may already be broken: its own failure would hide the first one."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(5):
            await closing
