"""Start the measured service, in this process or as users start it."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from api.app import ApiSettings, create_app
from graph.clock import SystemClock
from graph.engine import Graph
from graph.writer import Writer

_ADDRESS = re.compile(r"at (http://\S+)")
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Served:
    """A server in another process; `seconds` is the time until it printed its address."""

    address: str
    pid: int
    seconds: float


@contextmanager
def started(command: Sequence[str], **settings: str) -> Iterator[Served]:
    """Run a server that prints `… at http://…` when it is ready.

    Raises RuntimeError with its output if it does not start.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MEMBERGRAPH_")}
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**plain, "PYTHONPATH": str(_ROOT), "NO_COLOR": "1", "COLUMNS": "200", **settings},
            stdout=output,
            stderr=output,
        )
        try:
            address = _address(process, output)
            yield Served(address, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def serving(data: Path, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run `membergraph serve` on a free port."""
    command = [sys.executable, "-m", "membergraph", "serve", "--port", "0", "--data-dir", str(data), *arguments]
    with started(command, **settings) as served:
        yield served


@asynccontextmanager
async def serving_here(graph: Graph, writer: Writer) -> AsyncIterator[str]:
    """Run the API over a graph of this process, on a free port. It has no evaluator, since nothing is to be evaluated."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as folder:
        app = create_app(graph, writer, None, SystemClock(), ApiSettings(Path(folder) / "keys.json"))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, http="httptools", ws="none", server_header=False
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the benchmark."""
        yield


def _address(process: subprocess.Popen[bytes], output: object) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        text = os.pread(output.fileno(), 100_000, 0).decode()  # type: ignore[attr-defined]
        if found := _ADDRESS.search(text):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise RuntimeError(f"{process.args!r} did not start:\n{text}")
