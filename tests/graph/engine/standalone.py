"""The embedded engine without its owner: its process alone, a graph through an address of ours, and a faulty wire."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase

from graph.engine import Graph, GraphSettings
from graph.engine.bolt import BoltPool, BoltServer

PASSWORD = "a-password-for-tests"
COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The whole COMMIT message of Bolt, as a client sends it."""


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@dataclass
class Child:
    process: subprocess.Popen[str]
    answer: dict

    @property
    def port(self) -> int:
        return self.answer["port"]

    def fence(self) -> None:
        """Ask it to end every connection, as its owner does, and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("fence\n")
        self.process.stdin.flush()
        assert json.loads(self.process.stdout.readline()) == {"fenced": True}

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        status = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


def start_child(directory: Path, owner: int | None = None) -> Child:
    """Start `python -m graph.engine.embedded_server` as its owner does, and wait for its answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "graph.engine.embedded_server"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    order = {"directory": str(directory), "password": PASSWORD, "heap": "256m", "owner": owner or os.getpid()}
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    return Child(process, json.loads(process.stdout.readline()))


class ByAddress:
    """An engine that is somewhere, reached through whatever stands between."""

    kind = "embedded"
    damage: tuple[str, ...] = ()

    def __init__(self, port: int, users: dict[bool, str], password: str, longest: float, child: Child | None) -> None:
        self._child, self._fencing = child, asyncio.Lock()
        self._bolt = {
            reading: BoltPool(BoltServer("127.0.0.1", port, user, password, answer_timeout=longest))
            for reading, user in users.items()
        }
        self._drivers = {
            reading: AsyncGraphDatabase.driver(f"bolt://127.0.0.1:{port}", auth=(user, password))
            for reading, user in users.items()
        }

    def driver(self, access: str) -> AsyncDriver:
        return self._drivers[access == READ_ACCESS]

    def bolt(self, access: str) -> BoltPool | None:
        return self._bolt[access == READ_ACCESS]

    async def end_overdue(self, text: str, seconds: float) -> None: ...

    async def revive(self) -> None: ...

    async def fence(self, attempts: frozenset[str]) -> None:
        if self._child is not None:
            async with self._fencing:
                await asyncio.to_thread(self._child.fence)

    def free_bytes(self) -> int | None:
        return None

    async def close(self) -> None:
        for pool in self._bolt.values():
            pool.close()
        for driver in self._drivers.values():
            await driver.close()


def graph_at(
    port: int, settings: GraphSettings, *, child: Child | None = None, user: str | None = None, password: str = PASSWORD
) -> Graph:
    """A graph at a port; what is given up in COMMIT is fenced where the process behind it is named."""
    users = {True: user or "reader", False: user or "root"}
    return Graph(ByAddress(port, users, password, settings.call_timeout, child), settings, writers=4)


class FaultyWire:
    """Stands between a driver and a server, and fails as it is told."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.port = 0
        self.cut_commits_before = 0
        """COMMITs to swallow: the server never sees them."""
        self.cut_commits_after = 0
        """COMMITs to pass on without bringing the answer back."""
        self.late_commits = 0
        """COMMITs to hold back, with all that comes with them: the driver's side is cut at once, the server's stays open."""
        self.late_unnoticed = False
        """Whether the driver's side of a COMMIT that is held back stays open, without an answer."""
        self.silent = False
        """Nothing passes, and nothing is closed."""
        self._held: list[asyncio.Event] = []
        self._late: set[asyncio.Task[None]] = set()
        self.seen_commits = 0
        self._open: set[asyncio.StreamWriter] = set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        both = {writer, server_writer}
        self._open |= both
        state = {"mute": False, "reader": server_reader}
        back = asyncio.create_task(self._back(server_reader, writer, state))
        with suppress(ConnectionError):
            await self._forth(reader, server_writer, state)
        if state["mute"]:
            await asyncio.sleep(0.5)  # the server commits meanwhile
        back.cancel()
        for end in {writer} if state.get("late") else both:
            end.close()
        self._open -= both

    async def _forth(self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, state: dict) -> None:
        while data := await reader.read(65536):
            while self.silent:
                await asyncio.sleep(0.05)
            if COMMIT in data:
                self.seen_commits += 1
                if self.cut_commits_before:
                    self.cut_commits_before -= 1
                    return
                if self.cut_commits_after:
                    self.cut_commits_after -= 1
                    state["mute"] = True
                    server.write(data)
                    await server.drain()
                    return
                if self.late_commits:
                    self.late_commits -= 1
                    self._hold(data, state["reader"], server, state)
                    while self.late_unnoticed and await reader.read(65536):
                        pass
                    return
            server.write(data)
            await server.drain()

    def _hold(self, data: bytes, back: asyncio.StreamReader, server: asyncio.StreamWriter, state: dict) -> None:
        """Keep the way to the server open, and bring these bytes there when they are released."""
        released = asyncio.Event()

        async def deliver() -> None:
            await released.wait()
            with suppress(ConnectionError, TimeoutError):
                server.write(data)
                await server.drain()
                async with asyncio.timeout(5):
                    await back.read(1)  # its answer, or its end
            server.close()

        self._held.append(released)
        state["late"] = True
        task = asyncio.create_task(deliver())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def release(self) -> None:
        """Deliver what was held back, and give the server time for it."""
        for released in self._held:
            released.set()
        self._held.clear()
        await asyncio.gather(*self._late)

    async def _back(self, server: asyncio.StreamReader, client: asyncio.StreamWriter, state: dict) -> None:
        with suppress(ConnectionError):
            while data := await server.read(65536):
                if state["mute"] or self.silent:
                    continue
                client.write(data)
                await client.drain()
        if not state["mute"]:
            client.close()  # the server has ended it

    def cut_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()


@asynccontextmanager
async def faulty_wire(server_port: int) -> AsyncIterator[FaultyWire]:
    wire = FaultyWire(server_port)
    server = await asyncio.start_server(wire._serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        wire.silent = False
        await wire.release()
        wire.cut_all()
        server.close()
        await asyncio.sleep(0.1)
