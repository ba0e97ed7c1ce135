"""One job as a unit of work, which the engine may attempt several times."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from graph.engine import Transaction
from graph.times import milliseconds
from graph.writer.commit import FactTransaction, Job
from graph.writer.locks import Locks, LockScope, MoreLocksNeeded
from graph.writer.results import RowResults

if TYPE_CHECKING:
    from graph.writer.writer import Writer


class Mode(Enum):
    """What a transaction does with its job."""

    COMMIT = "commit"
    """Rows of sources: commit them, and keep the cache in step."""
    DRY_RUN = "dry run"
    """Rows to try: report on them, and roll back."""
    BY_HAND = "by hand"
    """A change by hand: commit it under every lock, without the cache."""


class RollBack(Exception):
    """Raised to roll back the transaction of a dry run."""


class UnitOfWork:
    """A job on its way to the graph. After `write` it holds the results of the last attempt."""

    def __init__(self, writer: Writer, job: Job, mode: Mode) -> None:
        self.results = RowResults(len(job.rows))
        self._writer = writer
        self._job = job
        self._mode = mode
        self._now = milliseconds(writer.clock.now())
        self._attempts = 0
        self._transaction: FactTransaction | None = None
        self._scope = LockScope.NONE
        if writer.shared:
            self._scope = LockScope.ALL if mode is Mode.BY_HAND else LockScope.NAMED

    @property
    def uses_cache(self) -> bool:
        """Return whether the transaction uses the writer's cache: only where nobody else writes."""
        return self._mode is not Mode.BY_HAND and not self._writer.shared

    @property
    def may_have_changed_catalogue(self) -> bool:
        """Return whether the catalogue changed, or a lost attempt may have changed it."""
        return self._attempts > 1 or (self._transaction is not None and self._transaction.changes_catalogue)

    async def write(self) -> None:
        """Run the transaction. Where it reaches further than its rows, run it once more, with every lock. Raises RollBack."""
        try:
            await self._writer.graph.write(self._attempt)
        except MoreLocksNeeded:
            self._scope = LockScope.ALL
            await self._writer.graph.write(self._attempt)

    def fill_cache(self) -> None:
        """Store what the committed transaction read and wrote in the cache. Clear the cache if the transaction did not use it."""
        if self.uses_cache and self._transaction is not None:
            self._writer.cache.store(self._transaction.state)
        else:
            self._writer.cache.clear()

    async def _attempt(self, tx: Transaction) -> None:
        if self._attempts:  # an earlier attempt may have been committed, and its answer lost: the cache may be wrong
            self._writer.cache.clear()
        self._attempts += 1
        self.results = RowResults(len(self._job.rows))
        self._transaction = FactTransaction(
            tx,
            self._job,
            self._writer.settings,
            self._now,
            Locks(self._scope),
            self._writer.definitions.copy(),
            self._writer.refresh_definitions,
            self._writer.cache if self.uses_cache else None,
        )
        await self._transaction.run(self.results)
        if self._mode is Mode.DRY_RUN:
            raise RollBack
