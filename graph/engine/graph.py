"""The graph as all other code uses it: units of work that read or write, and single statements."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncSession, Query
from neo4j.api import AsyncBookmarkManager

from graph.engine.attempts import ATTEMPT, Attempts
from graph.engine.bolt import BoltPool, Reason, Unsupported
from graph.engine.failures import Recovery, as_engine_error, recovery_for
from graph.engine.fallbacks import Fallbacks
from graph.engine.idle import IdleSessions
from graph.engine.parameters import gather_lists, pass_unchanged
from graph.engine.settings import GraphSettings
from graph.engine.transaction import DriverTransaction, OpenTransaction, Row, Transaction, rows_of
from graph.errors import EngineError, EngineTimeout

T = TypeVar("T")
Kind = Literal["embedded", "neo4j"]
Work = Callable[[Transaction], Awaitable[T]]

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_SAME_KEY_ATTEMPTS = 4


class Engine(Protocol):
    """The interface of both engines."""

    kind: Kind

    def driver(self, access: str) -> AsyncDriver:
        """Return the driver for reading or writing; a new one after a restart of the engine."""
        ...

    def bolt(self, access: str) -> BoltPool | None:
        """Return own Bolt's connections for reading or writing; None if only the driver may be used. Raises Unsupported."""
        ...

    async def end_overdue(self, text: str, seconds: float) -> None:
        """End a statement that has run for so many seconds and whose caller has given up."""
        ...

    async def revive(self) -> None:
        """Check the engine after a lost connection; start a dead embedded engine again."""
        ...

    async def fence(self, attempts: frozenset[str]) -> None:
        """End attempts whose COMMIT was not answered; return when none of them can still commit."""
        ...

    @property
    def damage(self) -> tuple[str, ...]:
        """Damage to the engine's files, one text for each file; while there is any, nothing is written."""
        ...

    def free_bytes(self) -> int | None:
        """Return the free bytes on the engine's disk; None if the disk is a server's."""
        ...

    async def close(self) -> None:
        """Close connections, and stop the embedded engine."""
        ...


class Graph:
    """One graph on one engine. Tasks of one event loop may share it."""

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
        self.fallbacks = Fallbacks()
        self._engine = engine
        self._bookmarks = bookmarks
        self._writing = asyncio.Semaphore(writers)
        self._attempts = Attempts()
        self._idle = IdleSessions()
        self._prepare = gather_lists if engine.kind == "neo4j" else pass_unchanged

    @property
    def damage(self) -> tuple[str, ...]:
        """Damage that the engine's files took while it was stopped; while there is any, nothing is written."""
        return self._engine.damage

    @property
    def has_own_bolt(self) -> bool:
        """True if own Bolt is on, and the address is one that it can use."""
        try:
            return self._engine.bolt(READ_ACCESS) is not None
        except Unsupported:
            return True

    async def read(self, work: Work[T]) -> T:
        """Run a unit of work in a transaction that reads, with retries after temporary failures. Raises an EngineError."""
        return await self._unit_of_work(READ_ACCESS, work)

    async def write(self, work: Work[T]) -> T:
        """Run a unit of work in a transaction and commit it; at most `writers` at once.

        The work may run several times, so it must be idempotent: it is replayed after a connection lost in COMMIT.
        The next attempt waits until the one before can no longer commit. So its reads stay true.
        Raises an EngineError. Any other error of `work` passes through after a rollback.
        """
        async with self._writing:
            return await self._unit_of_work(WRITE_ACCESS, work)

    async def query(self, text: str, parameters: Mapping[str, Any], *, timeout: float | None = None) -> list[Row]:
        """Run one statement that only reads; `timeout` is in seconds. Raises an EngineError."""
        prepared, values = self._prepare(text, parameters)
        limit = timeout or self.settings.call_timeout
        try:
            try:
                bolt = self._engine.bolt(READ_ACCESS)
                if bolt is not None:
                    return await bolt.rows(prepared, values, timeout)
            except Unsupported as unsupported:
                self.fallbacks.record(unsupported)
            except TimeoutError as late:
                raise as_engine_error(late) from late
            return await self._retry_until_done(
                lambda: self._by_driver(Query(prepared, timeout=timeout), values, limit)
            )
        except EngineTimeout:
            await self._engine.end_overdue(prepared, limit)
            raise

    async def command(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one statement outside any transaction, such as one that creates a constraint. Raises an EngineError."""

        async def once() -> list[Row]:
            async with asyncio.timeout(self.settings.call_timeout), self._session(WRITE_ACCESS) as session:
                return await rows_of(await session.run(*self._prepare(text, parameters or {})))

        async with self._writing:
            return await self._retry_until_done(once)

    async def close(self) -> None:
        """Close connections; the embedded engine stops cleanly."""
        await _ignore_failure(self._idle.clear())
        await self._engine.close()

    async def _by_driver(self, query: Query, values: dict[str, Any], limit: float) -> list[Row]:
        driver = self._engine.driver(READ_ACCESS)
        session = self._idle.take(driver) or self._new_session(driver, READ_ACCESS)
        try:
            async with asyncio.timeout(limit):
                rows = await rows_of(await session.run(query, values))
        except BaseException:
            await _ignore_failure(session.close())
            await _ignore_failure(self._idle.clear())
            raise
        await self._idle.keep(driver, session)
        return rows

    async def _unit_of_work(self, access: str, work: Work[T]) -> T:
        """Attempt it once by own Bolt, if possible. The driver makes every attempt after a failure."""
        try:
            bolt = self._bolt_for(access)
            if bolt is not None:
                name = self._attempt_name(access)
                transaction = await bolt.begin("w" if name else "r", name)
                return await self._attempt(name, transaction, work)
        except Unsupported as unsupported:
            self.fallbacks.record(unsupported)
        except TimeoutError as late:
            raise as_engine_error(late) from late
        return await self._retry_until_done(lambda: self._attempt_by_driver(access, work))

    def _bolt_for(self, access: str) -> BoltPool | None:
        bolt = self._engine.bolt(access)
        if bolt is not None and self._attempts.in_doubt and access == WRITE_ACCESS:
            raise Unsupported(Reason.COMMIT_IN_DOUBT, "an attempt without an answer to COMMIT is fenced first")
        return bolt

    async def _attempt_by_driver(self, access: str, work: Work[T]) -> T:
        limit, name = self.settings.call_timeout, self._attempt_name(access)
        if name:
            await self._fence()
        async with self._session(access) as session:
            async with asyncio.timeout(limit):
                transaction = await session.begin_transaction(metadata={ATTEMPT: name} if name else None)
            return await self._attempt(name, DriverTransaction(transaction, limit), work)

    def _attempt_name(self, access: str) -> str | None:
        """Return a name for an attempt that writes. One that reads needs none: it may overlap its own retry."""
        return self._attempts.name() if access == WRITE_ACCESS else None

    async def _attempt(self, name: str | None, transaction: OpenTransaction, work: Work[T]) -> T:
        try:
            outcome = await work(Transaction(transaction, self._prepare))
            await transaction.commit()
        except BaseException:
            if name and transaction.in_doubt:
                self._attempts.doubt(name)
            await _ignore_failure(transaction.rollback())
            raise
        return outcome

    async def _fence(self) -> None:
        """End the attempts in doubt, so that the next attempt reads their final state (F10)."""
        if in_doubt := self._attempts.in_doubt:
            await self._engine.fence(in_doubt)
            self._attempts.clear(in_doubt)

    @contextlib.asynccontextmanager
    async def _session(self, access: str) -> AsyncIterator[AsyncSession]:
        session = self._new_session(self._engine.driver(access), access)
        try:
            yield session
        finally:
            await _ignore_failure(session.close())

    def _new_session(self, driver: AsyncDriver, access: str) -> AsyncSession:
        return driver.session(
            database=self.settings.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            fetch_size=-1,
        )

    async def _retry_until_done(self, once: Callable[[], Awaitable[T]]) -> T:
        deadline = asyncio.get_running_loop().time() + self.settings.retry_for
        pause, same_key_failures = _FIRST_PAUSE, 0
        while True:
            try:
                return await once()
            except (EngineError, asyncio.CancelledError):
                raise
            except Exception as failure:
                if not _from_engine(failure):
                    raise
                recovery = recovery_for(failure)
                same_key_failures += recovery is Recovery.RETRY_FOR_KEY
                late = asyncio.get_running_loop().time() > deadline
                if recovery is Recovery.FAIL or late or same_key_failures == _SAME_KEY_ATTEMPTS:
                    raise as_engine_error(failure, free_bytes=self._engine.free_bytes()) from failure
                if recovery is Recovery.RECONNECT:
                    await self._engine.revive()
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads attempts
            pause = min(pause * 2, _LONGEST_PAUSE)


def _from_engine(failure: Exception) -> bool:
    return isinstance(failure, OSError) or type(failure).__module__.startswith("neo4j")


async def _ignore_failure(closing: Awaitable[None]) -> None:
    """Close something that may be broken already. Its failure would hide the first one."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(5):
            await closing
