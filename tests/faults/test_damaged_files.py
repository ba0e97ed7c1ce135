"""A file of the embedded engine is damaged while the service is down. The doctor names it, and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.clock import SystemClock
from graph.engine import GraphSettings, open_graph
from graph.errors import GraphDamaged
from graph.schema import check, migrate
from graph.writer import open_writer
from tests.sdks.services import ROOT, environment, serving

pytestmark = pytest.mark.embedded

ROWS = [
    {
        "type": "organisation",
        "identities": [{"kind": "domain", "value": f"o{n}.test"}],
        "name": f"O{n}",
        "source": "crm",
    }
    for n in range(300)
]


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"\xfe\x13" * 4000)


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


DAMAGE = {
    "records emptied": ("Organisation_0.*.bucket", _empty),
    "records cut": ("Organisation_0.*.bucket", _cut),
    "records overwritten": ("Organisation_0.*.bucket", _overwrite),
    "records zeroed": ("Organisation_0.*.bucket", _zero),
    "records gone": ("Organisation_0.*.bucket", Path.unlink),
    "an index overwritten": ("Organisation_0_*.umtidx", _overwrite),
    "the dictionary gone": ("dictionary.*", Path.unlink),
    "the schema emptied": ("schema.json", _empty),
}


@pytest.fixture(scope="module")
async def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose service was stopped cleanly."""
    folder = tmp_path_factory.mktemp("sound")
    graph = await open_graph(GraphSettings(data_dir=folder, heap="256m"))
    await migrate(graph, SystemClock())
    writer = await open_writer(graph, SystemClock())
    await writer.submit(ROWS)
    await writer.close()
    await graph.close()
    return folder


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    shutil.copytree(sound, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def damage(folder: Path, pattern: str, how: Callable[[Path], Any]) -> str:
    path = next(iter(sorted((folder / "graph" / "databases" / "membergraph").glob(pattern))))
    how(path)
    return path.name


async def damage_of(folder: Path) -> tuple[str, ...]:
    """Return the damage that the doctor names, or the error of an engine that does not open the files."""
    try:
        graph = await open_graph(GraphSettings(data_dir=folder, heap="256m"))
    except GraphDamaged as error:
        return error.damage
    try:
        findings = {finding.rule: finding for finding in await check(graph)}
    finally:
        await graph.close()
    return findings["engine_files"].where


def doctor(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "membergraph", "doctor", "--data-dir", str(folder)]
    done = subprocess.run(
        command, env=environment(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


async def test_a_copy_of_a_sound_directory_is_sound(copy: Path) -> None:
    graph = await open_graph(GraphSettings(data_dir=copy, heap="256m"))
    try:
        assert graph.damage == ()
        assert await check(graph) == []
    finally:
        await graph.close()


@pytest.mark.parametrize("kind", DAMAGE)
async def test_every_damage_is_a_finding_that_stays_until_the_file_is_put_back(copy: Path, kind: str) -> None:
    name = damage(copy, *DAMAGE[kind])
    for _ in range(2):
        assert any(name in each for each in await damage_of(copy))


async def test_nothing_is_written_to_damaged_files(copy: Path) -> None:
    damage(copy, *DAMAGE["records cut"])
    folder = copy / "graph" / "databases" / "membergraph"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    graph = await open_graph(GraphSettings(data_dir=copy, heap="256m"))
    writer = await open_writer(graph, SystemClock())
    try:
        with pytest.raises(GraphDamaged):
            await writer.submit(ROWS)
        assert await graph.query("MATCH (m:Migration) RETURN count(*) AS n", {})
    finally:
        await writer.close()
        await graph.close()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_doctor_goes_on_and_names_the_file_without_the_engines_words(copy: Path) -> None:
    name = damage(copy, *DAMAGE["records overwritten"])
    status, output = doctor(copy)
    assert status == 3
    assert name in output
    assert "unreadable" in output
    assert "com.arcadedb" not in output
    assert "newPosition" not in output


def test_the_doctor_names_a_file_without_which_the_engine_does_not_open(copy: Path) -> None:
    name = damage(copy, *DAMAGE["the dictionary gone"])
    status, output = doctor(copy)
    assert (status, name in output, "com.arcadedb" in output) == (3, True, False)


def _ask(address: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(
        address + path, json.dumps(body).encode() if body else None, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_service_over_damaged_files_reads_is_not_ready_and_takes_no_writes(copy: Path) -> None:
    damage(copy, *DAMAGE["records cut"])
    upsert = 'mutation { upsertPeople(people: [{identities: [{kind: "email", value: "a@b.test"}]}]) { created } }'
    with serving(MEMBERGRAPH_DATA_DIR=str(copy)) as service:
        assert _ask(service.address, "/health")[0] == 200
        assert _ask(service.address, "/ready") == (503, {"status": "files of the graph are damaged"})
        assert _ask(service.address, "/graphql", {"query": "{ dataQuality { people } }"})[0] == 200
        status, answer = _ask(service.address, "/graphql", {"query": upsert})
        assert (status, answer["errors"][0]["extensions"]["code"]) == (503, "GRAPH_DAMAGED")
        call = {"batch": [{"type": "track", "userId": "u", "event": "E", "messageId": "1"}]}
        status, answer = _ask(service.address, "/v1/batch", call)
        assert (status, answer["code"]) == (503, "GRAPH_DAMAGED")
