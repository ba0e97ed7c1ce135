"""The embedded engine, run by this process: start, watch, restart after a crash, stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase
from neo4j.exceptions import ServiceUnavailable

import queries
from graph.engine.bolt import BoltPool, BoltServer, Reason, Unsupported
from graph.engine.child import Child, graph_directory, spawn
from graph.engine.graph import Kind
from graph.engine.settings import READER, WRITER, GraphSettings
from graph.engine.transaction import rows_of
from graph.errors import EngineUnavailable, GraphDamaged

_log = logging.getLogger("membergraph.engine")


class EmbeddedEngine:
    """An ArcadeDB in a child process on a loopback port. Only parent and child know its password."""

    kind: Kind = "embedded"

    def __init__(self, settings: GraphSettings) -> None:
        """Keep the settings; `start` connects."""
        self._settings = settings
        self._child: Child | None = None
        self._drivers: dict[str, AsyncDriver] = {}
        self._bolt: dict[str, BoltPool] = {}
        self._starting = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, while it runs."""
        return self._child.process.pid if self._child and self._status() is None else None

    @property
    def damage(self) -> tuple[str, ...]:
        """Damage to the engine's files since a clean stop, one text for each; while there is any, nothing is written."""
        return self._child.damage if self._child is not None else ()

    def driver(self, access: str) -> AsyncDriver:
        """Return the driver of the running child, with the user that only reads or the one that writes."""
        self._refuse_to_write(access)
        if access not in self._drivers:
            raise ServiceUnavailable("the embedded engine is not running")
        return self._drivers[access]

    def bolt(self, access: str) -> BoltPool | None:
        """Return own Bolt's connections to the running child, with the same users. Raises Unsupported while none runs."""
        self._refuse_to_write(access)
        if not self._settings.own_bolt:
            return None
        if access not in self._bolt:
            raise Unsupported(Reason.ENGINE_STOPPED, "the embedded engine is not running")
        return self._bolt[access]

    async def end_overdue(self, text: str, seconds: float) -> None:
        """End a statement whose caller has given up. This engine ignores the time limit that a statement carries."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5), self._drivers[WRITE_ACCESS].session() as session:
                running = await rows_of(await session.run(queries.text("engine/running")))
                for row in running:
                    if row["text"] == text and row["milliseconds"] >= seconds * 900:
                        await (await session.run(queries.text("engine/terminate"), {"id": row["id"]})).consume()

    def free_bytes(self) -> int | None:
        """Return the free bytes on the disk of the data directory."""
        with contextlib.suppress(OSError):
            return shutil.disk_usage(graph_directory(self._settings)).free
        return None

    async def start(self, child: Child) -> None:
        """Wait until a spawned child answers, and connect. Raises DataDirectoryInUse, GraphDamaged, EngineUnavailable."""
        port = await child.port()
        self._child = child
        if child.damage:
            _log.error("the graph only reads, since files of the engine are damaged: %s", "; ".join(child.damage[:5]))
        self._drivers = {
            WRITE_ACCESS: _connect(port, (WRITER, child.password), self._settings),
            READ_ACCESS: _connect(port, (READER, child.password), self._settings),
        }
        limit = self._settings.call_timeout
        self._bolt = {
            access: BoltPool(BoltServer("127.0.0.1", port, user, child.password, answer_timeout=limit))
            for access, user in ((WRITE_ACCESS, WRITER), (READ_ACCESS, READER))
        }
        self._watch = asyncio.create_task(self._watch_over(child))

    async def revive(self) -> None:
        """Start the child again if it is dead."""
        async with self._starting:
            if self._closed:
                raise EngineUnavailable("The embedded engine was closed.")
            if self._child is not None and not await self._child.has_ended():
                return
            _log.warning("the embedded engine died (status %s); starting it again", self._status())
            await self._forget_drivers()
            await self.start(await spawn(self._settings))

    async def fence(self, attempts: frozenset[str]) -> None:  # noqa: ARG002 - it ends every connection there is
        """End every connection, and wait until each transaction is committed or undone. This engine has no locks for that.

        A child that does not answer in time is killed and started again.
        """
        async with self._starting:
            if self._child is not None and await self._child.fence():
                return
        await self.revive()

    async def close(self) -> None:
        """Close connections and stop the child cleanly."""
        self._closed = True
        async with self._starting:
            if self._watch is not None:
                self._watch.cancel()
            await self._forget_drivers()
            if self._child is not None:
                await self._child.stop()

    async def _watch_over(self, child: Child) -> None:
        await child.process.wait()
        if not self._closed and self._child is child:
            try:
                await self.revive()
            except Exception:  # noqa: BLE001 - it is logged, and the next caller gets an error of its own
                _log.exception("the embedded engine could not be started again; the next call tries once more")

    def _refuse_to_write(self, access: str) -> None:
        if access == WRITE_ACCESS and self.damage:
            raise GraphDamaged(self.damage)

    async def _forget_drivers(self) -> None:
        drivers, self._drivers = self._drivers, {}
        bolt, self._bolt = self._bolt, {}
        for pool in bolt.values():
            pool.close()
        for driver in drivers.values():
            with contextlib.suppress(Exception):
                async with asyncio.timeout(5):
                    await driver.close()

    def _status(self) -> int | None:
        return self._child.process.returncode if self._child else None


def _connect(port: int, auth: tuple[str, str], settings: GraphSettings) -> AsyncDriver:
    return AsyncGraphDatabase.driver(
        f"bolt://127.0.0.1:{port}",
        auth=auth,
        connection_timeout=settings.connect_timeout,
        user_agent="membergraph",
    )
