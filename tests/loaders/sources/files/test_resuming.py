"""An interrupted load goes on where it was acknowledged; a complete one begins anew and changes nothing (F2, F10)."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.engine import Graph
from graph.sources.catalogue import known_sources
from graph.sources.runs import RunState
from graph.writer import Origin, SubmitResult, Writer
from loaders import DryRun, LoadOptions, Progress, Summary, Watcher, load
from loaders import Mapping as FileMapping
from loaders.mapping import mapping_from
from loaders.sources.files.load import ledger_of
from loaders.sources.files.place import fingerprint_of
from loaders.sync import GraphLedger
from tests.graph.writer.company import CLOCK, telling
from tests.loaders.files import write

MAPPING = {"source": "crm", "kind": "person", "identities": {"email": "email"}}


class Continued(Watcher):
    """Remembers which files went on after how many entries."""

    def __init__(self) -> None:
        self.files: list[tuple[str, int]] = []

    def continued(self, name: str, entries: int) -> None:
        self.files.append((name, entries))


class Stopping(Writer):
    """The writer, which stops after so many pages."""

    left = 2

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
        if origin is not None and self.left == 0:
            raise ConnectionError("gone")
        self.left -= 1
        return await super().submit(rows, origin)


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    async with telling(graph) as writer:
        yield writer


@pytest.fixture
async def stopping(graph: Graph) -> AsyncIterator[Stopping]:
    async with telling(graph) as writer:
        stopping = Stopping(graph, CLOCK, writer.settings)
        stopping.start()
        yield stopping
        await stopping.close()


def people(folder: Path, count: int = 9, name: str = "people.csv") -> Path:
    lines = [f"p{n}@x.test,{'pro' if n % 2 else 'free'}" for n in range(count)]
    lines[1] = "no address,pro"
    lines[count - 2] = "neither,pro,and a cell too many"
    return write(folder, name, "email,plan\n" + "\n".join(lines) + "\n")


async def loaded(
    path: Path, writer: Writer, mapping: Any = None, **options: Any
) -> tuple[Summary, list[tuple[str, int]]]:
    watcher = Continued()
    found: FileMapping = mapping or mapping_from(MAPPING)
    options = {"mapping": found, "refused": path.parent, "batch_rows": 2, "in_flight": 1, "watcher": watcher} | options
    return await load([path], writer, LoadOptions(**options)), watcher.files


async def interrupted(path: Path, stopping: Stopping) -> None:
    with pytest.raises(ConnectionError):
        await loaded(path, stopping)


async def counted(graph: Graph) -> int:
    return int((await graph.query("MATCH (p:Person) RETURN count(p) AS n", {}))[0]["n"])


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
async def test_an_interrupted_load_goes_on_and_keeps_what_was_refused_before(
    graph: Graph, writer: Writer, stopping: Stopping, tmp_path: Path, name: str
):
    path = people(tmp_path, name=name)
    await interrupted(path, stopping)
    assert await counted(graph) == 3
    summary, continued = await loaded(path, writer)
    assert (continued, summary.read, summary.files[0].unchanged, await counted(graph)) == ([(name, 4)], 5, 0, 7)
    refused = [orjson.loads(line) for line in (tmp_path / f"{name}.refused.jsonl").read_bytes().splitlines()]
    assert [each["refused"]["line"] for each in refused] == [3, 9]
    rows = await graph.query(
        "MATCH (r:Rejected) RETURN r.stream AS stream, r.place AS place, r.source AS source, r.code AS code ORDER BY place",
        {},
    )
    assert [(row["stream"], row["place"], row["source"]) for row in rows] == [
        (name, "line 3", "crm"),
        (name, "line 9", "crm"),
    ]
    assert rows[1]["code"] == "WRONG_NUMBER_OF_CELLS"


async def test_a_complete_load_begins_anew_and_changes_nothing(writer: Writer, tmp_path: Path):
    path = people(tmp_path)
    first, _ = await loaded(path, writer)
    again, continued = await loaded(path, writer)
    assert (continued, again.read, again.files[0].unchanged) == ([], first.read, first.files[0].created)


async def test_from_start_begins_anew_at_once(writer: Writer, stopping: Stopping, tmp_path: Path):
    path = people(tmp_path)
    await interrupted(path, stopping)
    summary, continued = await loaded(path, writer, from_start=True)
    assert (continued, summary.read) == ([], 9)


async def test_another_content_or_another_mapping_begins_anew(writer: Writer, stopping: Stopping, tmp_path: Path):
    path = people(tmp_path)
    await interrupted(path, stopping)
    other = mapping_from(MAPPING | {"absent": ["free"]})
    assert (await loaded(path, writer, other))[1] == []
    stopping.left = 2
    await interrupted(path, stopping)
    path.write_text(path.read_text().replace("p8", "q8"))
    assert (await loaded(path, writer))[1] == []


async def test_json_lines_and_parquet_go_on_too(writer: Writer, stopping: Stopping, tmp_path: Path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = write(tmp_path, "people.jsonl", "".join(f'{{"email": "j{n}@x.test"}}\n\n' for n in range(7)))
    pq.write_table(pa.table({"email": [f"q{n}@x.test" for n in range(7)]}), tmp_path / "people.parquet")
    for path in (lines, tmp_path / "people.parquet"):
        stopping.left = 2
        await interrupted(path, stopping)
        summary, continued = await loaded(path, writer)
        assert (continued, summary.files[0].created) == ([(path.name, 4)], 3)


async def test_a_load_is_a_run_with_its_counts_and_its_error(
    graph: Graph, writer: Writer, stopping: Stopping, tmp_path: Path
):
    path = people(tmp_path)
    await interrupted(path, stopping)
    await loaded(path, writer)
    (source,) = await known_sources(graph, CLOCK, first=5)
    assert (source.name, source.kind, source.streams[0].cursor["done"]) == ("crm", "files", True)
    states = {each.run.state: each.run.streams[0] for each in source.runs}
    assert (states[RunState.COMPLETE].read, states[RunState.COMPLETE].refused) == (5, 1)
    assert (states[RunState.FAILED].read, "gone" in (states[RunState.FAILED].error or "")) == (4, True)


async def test_a_dry_run_leaves_neither_cursor_nor_run(graph: Graph, writer: Writer, tmp_path: Path):
    path = people(tmp_path)
    options = LoadOptions(mapping_from(MAPPING), refused=tmp_path, dry_run=True)
    assert (await load([path], DryRun(writer), options)).read == 9
    assert await known_sources(graph, CLOCK) == []


async def test_standard_input_has_no_cursor(
    graph: Graph, writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"email\na@x.test\n")))
    await load([Path("-")], writer, LoadOptions(refused=tmp_path))
    (source,) = await known_sources(graph, CLOCK)
    assert (source.streams, source.runs[0].run.streams[0].name, await counted(graph)) == ([], "standard input", 1)


async def test_files_of_several_sources_are_runs_of_each(graph: Graph, writer: Writer, tmp_path: Path):
    mapping = mapping_from({"file": [MAPPING | {"name": "a*"}, MAPPING | {"name": "b*", "source": "product"}]})
    paths = [people(tmp_path, name=name) for name in ("a1.csv", "a2.csv", "b.csv")]
    await load(paths, writer, LoadOptions(mapping, refused=tmp_path))
    found = await known_sources(graph, CLOCK)
    assert [(each.name, [one.name for one in each.runs[0].run.streams]) for each in found] == [
        ("crm", ["a1.csv", "a2.csv"]),
        ("product", ["b.csv"]),
    ]


def test_a_fingerprint_is_of_content_and_mapping_whatever_the_name(tmp_path: Path):
    section = mapping_from(MAPPING | {"absent": ["a", "b", "c"], "zone": "Europe/Amsterdam"}).sections[0]
    one, two = people(tmp_path), people(tmp_path, name="other.csv")
    assert fingerprint_of(one, section) == fingerprint_of(two, section)
    assert fingerprint_of(one, section) != fingerprint_of(one, mapping_from(MAPPING).sections[0])
    assert fingerprint_of(one, section) != fingerprint_of(people(tmp_path, 10), section)


async def test_a_load_of_refused_rows_that_fails_leaves_their_file_as_it_was(
    writer: Writer, stopping: Stopping, tmp_path: Path
):
    path = people(tmp_path, name="people.csv.refused.jsonl")
    content = "".join(f'{{"refused": {{}}, "row": {{"email": "no address {n}"}}}}\n' for n in range(9))
    path.write_text(content)
    await interrupted(path, stopping)
    assert path.read_text() == content
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("left", ["", '{"refused": 1}\n', '{"refused": 1}\n{"cut'])
async def test_refused_rows_that_a_killed_load_left_stay_but_for_an_unfinished_line(
    writer: Writer, stopping: Stopping, tmp_path: Path, left: str
):
    path = people(tmp_path)
    await interrupted(path, stopping)
    (tmp_path / "people.csv.refused.jsonl").unlink()
    (tmp_path / "people.csv.refused.jsonl.part").write_text(left)
    await loaded(path, writer)
    lines = (tmp_path / "people.csv.refused.jsonl").read_text().splitlines()
    assert (len(lines), left == "" or lines[0] == '{"refused": 1}') == (1 + (left != ""), True)


async def test_a_load_of_refused_rows_that_is_cancelled_leaves_their_file_as_it_was(writer: Writer, tmp_path: Path):
    path = write(tmp_path, "people.csv.refused.jsonl", '{"refused": {}, "row": {"email": "no address"}}\n' * 50)
    content = path.read_text()

    class Cancelling(Watcher):
        def progress(self, progress: Progress) -> None:
            running.cancel()

    options = LoadOptions(mapping_from(MAPPING), refused=tmp_path, batch_rows=2, in_flight=1, watcher=Cancelling())
    running = asyncio.create_task(load([path], writer, options))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (path.read_text(), list(tmp_path.glob("*.part"))) == (content, [])


async def test_the_ledger_of_a_writer_is_in_its_graph(writer: Writer):
    assert isinstance(ledger_of(writer), GraphLedger)
