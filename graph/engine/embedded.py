"""The embedded engine as its owner sees it: started, watched, started again when it dies, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase
from neo4j.exceptions import ServiceUnavailable

import queries
from graph.engine.graph import Kind
from graph.engine.settings import READER, WRITER, GraphSettings
from graph.engine.transaction import rows_of
from graph.errors import DataDirectoryInUse, EngineUnavailable

_START_LIMIT = 120.0
_STOP_LIMIT = 20.0
_log = logging.getLogger("membergraph.engine")


class EmbeddedEngine:
    """An ArcadeDB in a child process on a loopback port, with a password that only parent and child know."""

    kind: Kind = "embedded"

    def __init__(self, settings: GraphSettings) -> None:
        """Name the data directory; `start` does the work."""
        self._settings = settings
        self._directory = Path(settings.data_dir) / "graph"
        self._process: Process | None = None
        self._drivers: dict[str, AsyncDriver] = {}
        self._starting = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id, while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def driver(self, access: str) -> AsyncDriver:
        """Return the driver of the child that runs now: as a user that may read only, or one that may write."""
        if access not in self._drivers:
            raise ServiceUnavailable("the embedded engine is not running")
        return self._drivers[access]

    async def end_overdue(self, text: str, seconds: float) -> None:
        """End a statement whose caller stopped waiting: this engine ignores the limit sent with it."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5), self.driver(WRITE_ACCESS).session() as session:
                running = await rows_of(await session.run(queries.text("engine/running")))
                for row in running:
                    if row["text"] == text and row["milliseconds"] >= seconds * 900:
                        await (await session.run(queries.text("engine/terminate"), {"id": row["id"]})).consume()

    def free_bytes(self) -> int | None:
        """Return the bytes left on the disk of the data directory."""
        with contextlib.suppress(OSError):
            return shutil.disk_usage(self._directory).free
        return None

    async def start(self) -> None:
        """Start the child and wait until it answers; raises DataDirectoryInUse or EngineUnavailable."""
        process, password = await self._spawn()
        try:
            async with asyncio.timeout(_START_LIMIT):
                port = self._port(await self._answer(process))
        except TimeoutError:
            await _kill(process)
            raise EngineUnavailable("The embedded engine did not start in time.", hint=self._see_log()) from None
        except BaseException:
            await _kill(process)
            raise
        self._process = process
        self._drivers = {
            WRITE_ACCESS: _connect(port, (WRITER, password), self._settings),
            READ_ACCESS: _connect(port, (READER, password), self._settings),
        }
        self._watch = asyncio.create_task(self._watch_over(process))

    async def revive(self) -> None:
        """Start the child again if it is dead; returns at once if it lives."""
        async with self._starting:
            if self._closed:
                raise EngineUnavailable("The embedded engine was closed.")
            if self._process is not None and not await _ended(self._process):
                return
            _log.warning("the embedded engine died (status %s); starting it again", self._status())
            await self._forget_drivers()
            await self.start()

    async def close(self) -> None:
        """Close connections and stop the child cleanly."""
        self._closed = True
        async with self._starting:
            if self._watch is not None:
                self._watch.cancel()
            await self._forget_drivers()
            if self._process is not None:
                await _stop(self._process)

    async def _spawn(self) -> tuple[Process, str]:
        self._directory.mkdir(parents=True, exist_ok=True)
        password = secrets.token_urlsafe(24)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "graph.engine.embedded_server",
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        order = {
            "directory": str(self._directory),
            "password": password,
            "heap": self._settings.heap,
            "owner": os.getpid(),
        }
        assert process.stdin is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await process.stdin.drain()
        return process, password

    @staticmethod
    async def _answer(process: Process) -> dict[str, Any]:
        assert process.stdout is not None
        line = await process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "start", "message": "it ended without a word"}
        return answer

    def _port(self, answer: dict[str, Any]) -> int:
        if "port" in answer:
            return int(answer["port"])
        if answer["error"] == "in_use":
            raise DataDirectoryInUse(
                f"The data directory {self._settings.data_dir} is in use by process {answer['pid'] or 'unknown'}.",
                pid=answer["pid"],
                hint="Stop that process, or choose another directory with MEMBERGRAPH_DATA_DIR.",
            )
        raise EngineUnavailable(f"The embedded engine did not start: {answer['message']}.", hint=self._see_log())

    async def _watch_over(self, process: Process) -> None:
        await process.wait()
        if not self._closed and self._process is process:
            try:
                await self.revive()
            except Exception:  # noqa: BLE001 - told to the log; the next caller gets its own
                _log.exception("the embedded engine could not be started again; the next call tries once more")

    async def _forget_drivers(self) -> None:
        drivers, self._drivers = self._drivers, {}
        for driver in drivers.values():
            with contextlib.suppress(Exception):
                async with asyncio.timeout(5):
                    await driver.close()

    def _status(self) -> int | None:
        return self._process.returncode if self._process else None

    def _see_log(self) -> str:
        return f"Its log: {self._directory / 'engine.log'}"


def _connect(port: int, auth: tuple[str, str], settings: GraphSettings) -> AsyncDriver:
    return AsyncGraphDatabase.driver(
        f"bolt://127.0.0.1:{port}",
        auth=auth,
        connection_timeout=settings.connect_timeout,
        user_agent="membergraph",
    )


async def _ended(process: Process) -> bool:
    """Whether the child is dead; a moment is given for its end to be noticed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await process.wait()
    return process.returncode is not None


async def _stop(process: Process) -> None:
    """End the child's input, which asks it to stop; kill it when it does not."""
    if process.returncode is None:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_LIMIT):
                await process.wait()
        except TimeoutError:
            await _kill(process)


async def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
