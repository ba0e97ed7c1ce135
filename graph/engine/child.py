"""The child process of the embedded engine: start, fence, stop.

This module does not import the driver, so that the engine can start before that import.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from graph.engine.settings import FENCE, GraphSettings
from graph.errors import DataDirectoryInUse, EngineUnavailable, GraphDamaged

START_LIMIT = 120.0
_FENCE_LIMIT = 10.0
_STOP_LIMIT = 20.0


class Child:
    """One engine process of a data directory, with a password that only it and its parent know."""

    def __init__(self, process: Process, password: str, settings: GraphSettings) -> None:
        """Use `spawn`."""
        self.process = process
        self.password = password
        self.damage: tuple[str, ...] = ()
        """Damage to the engine's files since a clean stop; a damaged engine only reads. Set by `port`."""
        self._settings = settings

    async def port(self) -> int:
        """Wait until it serves and return its port.

        Raises DataDirectoryInUse, GraphDamaged, EngineUnavailable; the process has then ended.
        """
        try:
            async with asyncio.timeout(START_LIMIT):
                return self._port(await self._read_answer())
        except TimeoutError:
            await self.kill()
            raise EngineUnavailable("The embedded engine did not start in time.", hint=self._log_hint()) from None
        except BaseException:
            await self.kill()
            raise

    async def has_ended(self) -> bool:
        """Return whether the process is dead. The system may report its end late, so this waits for 0.3 seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await self.process.wait()
        return self.process.returncode is not None

    async def fence(self) -> bool:
        """Make it end every connection and transaction; return whether it did. Otherwise it is killed."""
        assert self.process.stdin is not None
        try:
            async with asyncio.timeout(_FENCE_LIMIT):
                self.process.stdin.write(FENCE.encode() + b"\n")
                await self.process.stdin.drain()
                if (await self._read_answer()).get("fenced") is True:
                    return True
        except (TimeoutError, OSError):
            pass
        await self.kill()
        return False

    async def stop(self) -> None:
        """Close its input, which asks it to stop; kill it if it does not stop in time."""
        if self.process.returncode is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            try:
                async with asyncio.timeout(_STOP_LIMIT):
                    await self.process.wait()
            except TimeoutError:
                await self.kill()

    async def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def _read_answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "start", "message": "it ended without a word"}
        return answer

    def _port(self, answer: dict[str, Any]) -> int:
        self.damage = tuple(answer.get("damage", ()))
        if "port" in answer:
            return int(answer["port"])
        if answer["error"] == "in_use":
            raise DataDirectoryInUse(
                f"The data directory {self._settings.data_dir} is in use by process {answer['pid'] or 'unknown'}.",
                pid=answer["pid"],
                hint="Stop that process, or choose another directory with MEMBERGRAPH_DATA_DIR.",
            )
        if self.damage:
            raise GraphDamaged(self.damage, f"The engine does not open its files. {self._log_hint()}.")
        raise EngineUnavailable(f"The embedded engine did not start: {answer['message']}.", hint=self._log_hint())

    def _log_hint(self) -> str:
        return f"Its log: {graph_directory(self._settings) / 'engine.log'}"


def graph_directory(settings: GraphSettings) -> Path:
    """Return the folder of the engine's files."""
    return Path(settings.data_dir) / "graph"


async def spawn(settings: GraphSettings) -> Child:
    """Start an engine on the data directory, without waiting until it serves."""
    directory = graph_directory(settings)
    directory.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(24)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "graph.engine.embedded_server",
        stdin=PIPE,
        stdout=PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    order = {"directory": str(directory), "password": password, "heap": settings.heap, "owner": os.getpid()}
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode() + b"\n")
    with contextlib.suppress(ConnectionError):
        await process.stdin.drain()
    return Child(process, password, settings)
