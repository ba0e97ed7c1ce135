"""The embedded engine: started, private, stopped, alone in its directory, and back after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graph.engine import Graph, GraphSettings, Transaction, open_graph
from graph.errors import DataDirectoryInUse, EngineFull, EngineTimeout, EngineUnavailable
from tests.graph.engine.standalone import PASSWORD, environment, start_child

pytestmark = pytest.mark.embedded

OPEN_AND_WAIT = """
import asyncio, json, sys
from pathlib import Path
from graph.engine import GraphSettings, open_graph

async def main():
    graph = await open_graph(GraphSettings(data_dir=Path(sys.argv[1]), heap="256m"))
    print(json.dumps({"engine": graph._engine.pid}), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def settings(data_dir: Path) -> GraphSettings:
    return GraphSettings(data_dir=data_dir, heap="256m")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else True


async def put(graph: Graph, key: int) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute("MERGE (n:Rejected {id: $id}) ON CREATE SET n.code = 'PUT'", {"id": f"k{key:05}"})

    await graph.write(work)


async def keys(graph: Graph) -> list[str]:
    return [row["id"] for row in await graph.query("MATCH (n:Rejected) RETURN n.id AS id ORDER BY id", {})]


async def test_what_was_written_is_there_after_a_clean_stop(data_dir: Path):
    graph = await open_graph(settings(data_dir))
    await put(graph, 1)
    pid = graph._engine.pid
    await graph.close()
    assert not alive(pid)
    again = await open_graph(settings(data_dir))
    try:
        assert await keys(again) == ["k00001"]
    finally:
        await again.close()
    with pytest.raises(EngineUnavailable):
        await again.query("RETURN 1", {})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_listens_on_loopback_with_bolt_only_keeps_its_password_and_stops_when_its_input_ends(data_dir: Path):
    child = await asyncio.to_thread(start_child, data_dir)
    process = Path(f"/proc/{child.process.pid}")
    addresses = listening(process)
    visible = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    assert await asyncio.to_thread(child.end) == 0
    assert len(addresses) == 1
    assert addresses[0].endswith("0100007F")  # 127.0.0.1
    assert PASSWORD.encode() not in visible
    written = [path for path in data_dir.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert written == []


async def test_a_second_owner_is_refused_and_told_who_the_first_is(data_dir: Path):
    graph = await open_graph(settings(data_dir))
    try:
        with pytest.raises(DataDirectoryInUse, match=f"in use by process {os.getpid()}") as refusal:
            await open_graph(settings(data_dir))
        assert refusal.value.pid == os.getpid()
        await put(graph, 1)  # the first is not disturbed
    finally:
        await graph.close()


async def test_the_engine_stops_when_its_parent_is_killed_and_the_directory_is_free_again(data_dir: Path):
    parent = subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, str(data_dir)], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert parent.stdout is not None
    engine = json.loads(parent.stdout.readline())["engine"]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    graph = await open_graph(settings(data_dir))  # waits for the orphan, then takes over
    try:
        assert not alive(engine)
        await put(graph, 1)
    finally:
        await graph.close()


async def test_the_engine_stops_cleanly_on_sigterm(data_dir: Path):
    child = await asyncio.to_thread(start_child, data_dir)
    os.kill(child.process.pid, signal.SIGTERM)
    assert child.end() == 0


async def test_killed_while_idle_it_comes_back_by_itself(data_dir: Path):
    graph = await open_graph(settings(data_dir))
    try:
        await put(graph, 1)
        first = graph._engine.pid
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(60):
            while graph._engine.pid in (None, first):
                await asyncio.sleep(0.1)
        assert await keys(graph) == ["k00001"]
    finally:
        await graph.close()


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.long)])
async def test_killed_in_the_middle_of_writes_nothing_acknowledged_is_lost_or_doubled(data_dir: Path, kills: int):
    graph = await open_graph(settings(data_dir))
    acknowledged: list[int] = []
    stop = asyncio.Event()

    async def write(start: int) -> None:
        key = start
        while not stop.is_set():
            await put(graph, key)
            acknowledged.append(key)
            key += 4

    try:
        writers = [asyncio.create_task(write(start)) for start in range(4)]
        for _ in range(kills):
            done = len(acknowledged)
            async with asyncio.timeout(120):
                while len(acknowledged) < done + 40:
                    await asyncio.sleep(0.01)
                while graph._engine.pid is None:
                    await asyncio.sleep(0.01)
            os.kill(graph._engine.pid, signal.SIGKILL)
        stop.set()
        await asyncio.gather(*writers)
        found = await keys(graph)
        assert len(found) == len(set(found))
        assert set(found) == {f"k{key:05}" for key in acknowledged}
    finally:
        stop.set()
        await graph.close()


async def test_a_statement_nobody_waits_for_is_ended(running_graph: Graph):
    endless = "UNWIND range(1, 3000000) AS x UNWIND range(1, 1000) AS y WITH x + y AS z RETURN sum(z)"
    with pytest.raises(EngineTimeout):
        await running_graph.query(endless, {}, timeout=0.5)
    running = "SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery AS text"
    async with asyncio.timeout(20):  # on a busy machine it takes the engine a while to see that it is to end
        while endless in [row["text"] for row in await running_graph.query(running, {}, timeout=20)]:
            await asyncio.sleep(0.05)


@pytest.mark.root
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
async def test_a_full_disk_is_said_and_writing_goes_on_when_there_is_space(tmp_path: Path):
    disk = tmp_path / "small"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("may not mount a tmpfs here")
    try:
        await fill_and_free(disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


async def fill_and_free(disk: Path) -> None:
    graph = await open_graph(settings(disk))
    try:
        await put(graph, 1)
        ballast = disk / "ballast"
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1024 * 1024))
        with pytest.raises(EngineFull, match="no space left"):
            await put_many(graph)
        acknowledged = await keys(graph)  # reading goes on
        ballast.unlink()
        await put(graph, 9999)
        assert await keys(graph) == [*acknowledged, "k09999"]
    finally:
        await graph.close()
        shutil.rmtree(disk / "graph", ignore_errors=True)


async def put_many(graph: Graph) -> None:
    for key in range(2, 4000):
        await put_large(graph, key)


async def put_large(graph: Graph, key: int) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(
            "CREATE (n:Rejected {id: $id, row: $row})", {"id": f"k{key:05}", "row": os.urandom(50_000).hex()}
        )

    await graph.write(work)


def listening(process: Path) -> list[str]:
    """Local addresses, in hexadecimal, on which a process listens."""
    sockets = set()
    for descriptor in (process / "fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(str(descriptor.readlink()))
    rows = []
    for table in ("tcp", "tcp6"):
        lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        rows += [line.split() for line in lines]
    return [row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]


@pytest.mark.long
async def test_F10_a_fence_that_a_statement_holds_up_starts_the_engine_again(data_dir: Path):
    """The thread of a connection ends only with its statement; ten seconds are enough to wait for that."""
    graph = await open_graph(settings(data_dir))
    try:
        await put(graph, 1)
        first = graph._engine.pid
        endless = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x + y AS z RETURN sum(z) AS sum"
        asking = asyncio.create_task(graph.query(endless, {}))
        await asyncio.sleep(1)
        await graph._engine.fence(frozenset({"given up"}))
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        assert graph._engine.pid not in (None, first)
        assert await keys(graph) == ["k00001"]
        await put(graph, 2)
        assert await keys(graph) == ["k00001", "k00002"]
    finally:
        await graph.close()
