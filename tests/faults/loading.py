"""A process that loads rows and says what was acknowledged, to be killed in the middle of it: `python -m tests.faults.loading`.

It reads one line of JSON (settings of the graph, and batches of rows), prints `{"ready": true}`, waits for a second line,
and then prints one line for each batch as soon as the writer has acknowledged it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.engine import GraphSettings, open_graph
from graph.schema import migrate
from graph.writer import open_writer
from tests.faults.rows import CLOCK, Row

ROOT = Path(__file__).parents[2]


@dataclass
class Loader:
    """The process, as the test sees it."""

    process: subprocess.Popen[str]

    def go(self) -> None:
        """Let it begin to load."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def acknowledged(self) -> dict[str, Any] | None:
        """What it says of the next batch; None when it is dead or done."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else None

    def kill(self) -> None:
        """SIGKILL: nothing is said or closed."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        self.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def start_loader(settings: GraphSettings, batches: list[list[Row]]) -> Loader:
    """Start the process and wait until its graph is open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.loading"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])},
    )  # fmt: skip
    assert process.stdin is not None
    given = {"data_dir": str(settings.data_dir), "uri": settings.uri, "password": settings.password}
    process.stdin.write(json.dumps({"settings": given | {"heap": "512m"}, "batches": batches}) + "\n")
    process.stdin.flush()
    loader = Loader(process)
    assert loader.acknowledged() == {"ready": True}
    return loader


async def main() -> None:
    order = json.loads(sys.stdin.readline())
    given = order["settings"]
    graph = await open_graph(GraphSettings(**given | {"data_dir": Path(given["data_dir"])}))
    await migrate(graph, CLOCK)
    writer = await open_writer(graph, CLOCK)
    _say({"ready": True})
    sys.stdin.readline()
    for number, rows in enumerate(order["batches"]):
        outcome = await writer.submit(rows)
        _say({"batch": number, "ids": outcome.ids, "rejected": [each.code for each in outcome.rejected]})
    await writer.close()
    await graph.close()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
