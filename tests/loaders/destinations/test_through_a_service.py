"""A load through a running service says and writes what one without it does, dry or not (F5, F9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.app import ApiSettings, create_app
from api.limits import Limits
from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import Writer, open_writer
from loaders import Destination, DryRun, LoadOptions, RemoteService, ServiceClient, Summary, load
from tests.api.conftest import serving
from tests.loaders.files import write

CLOCK = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
FILES: dict[str, str | bytes] = {
    "people.csv": "email,company\nx@w.example,\n,Acme\ny@w.example,Beta\n",
    "organisations.csv": "organisation_id,name,domain\noo1,O1,o1.example\n,NoId,\n",
    "memberships.csv": "email,organisation_id,role\nk1@w.example,oo1,admin\n,oo1,admin\nk3@w.example,oo2,user\n",
    "events.csv": "email,event,timestamp\nk1@w.example,Ev,2026-11-01T00:00:00Z\nk1@w.example,,2026-11-01T00:00:00Z\n",
    "ragged.csv": b"email,name\na@w.example,A\nb@w.example\n\xff@w.example,C\nd@w.example,D\n",
    "rows.jsonl": "".join(
        line + "\n"
        for line in (
            '{"type": "person", "identities": [{"kind": "email", "value": "m@w.example"}], "attributes": {"a": "cut \\ud83d"}}',
            '{"type": "person", "identities": [{"kind": "email", "value": "n@w.example"}], "colour": "red"}',
            '{"type": "merge", "entity": "person", "identities": [{"kind": "email", "value": "m@w.example"}]}',
            '{"type": "nothing"}',
            '{"type": "event", "name": 5, "occurredAt": "2026-11-01"}',
            '{"type": "person", "identities": "m@w.example"}',
            '{"type": "person", "identities": [{"kind": "email", "value": "o@w.example"}], "attributes": {"n": 123456789012345678901234567890}}',
            "{broken}",
        )
    ),
}


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    opened = await open_writer(graph, CLOCK)
    yield opened
    await opened.close()


@pytest.fixture
async def service(graph: Graph, writer: Writer, tmp_path: Path) -> AsyncIterator[ServiceClient]:
    settings = ApiSettings(keys=tmp_path / "keys.json", limits=Limits(body=20_000))
    app = create_app(graph, writer, None, CLOCK, settings)
    async with serving(app) as port, ServiceClient(f"http://127.0.0.1:{port}") as client:
        yield client


async def loaded(path: Path, destination: Destination, folder: Path, *, dry_run: bool = False) -> list[Any]:
    folder.mkdir(exist_ok=True)
    summary: Summary = await load([path], destination, LoadOptions(refused=folder, dry_run=dry_run))
    (file,) = summary.files
    left = file.refused_file.read_bytes().splitlines() if file.refused_file else []
    refused = sorted(
        (orjson.loads(line) for line in left), key=lambda one: (one["refused"]["line"], one["refused"]["code"])
    )
    return [
        file.read,
        file.created,
        file.updated,
        file.unchanged,
        file.refused,
        file.trimmed,
        file.codes,
        file.warnings,
        refused,
    ]


@pytest.mark.parametrize("name", FILES)
async def test_a_load_through_a_service_says_what_one_without_says(
    writer: Writer, service: ServiceClient, tmp_path: Path, name: str
):
    path = write(tmp_path, name, FILES[name])
    dry = await loaded(path, DryRun(writer), tmp_path / "dry", dry_run=True)
    remote = RemoteService(service, dry_run=True)
    assert await loaded(path, remote, tmp_path / "dry_remote", dry_run=True) == dry
    assert await loaded(path, remote, tmp_path / "dry_again", dry_run=True) == dry
    assert await loaded(path, RemoteService(service), tmp_path / "remote") == dry
    again = await loaded(path, writer, tmp_path / "again")
    assert again[1:3] == [0, 0]
    assert again[3] == dry[1] + dry[2] + dry[3]
    assert again[8] == dry[8]
    assert dry[4] >= 1


async def test_a_number_that_is_none_is_refused_of_its_row_through_a_service_too(
    writer: Writer, service: ServiceClient, tmp_path: Path
):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"email": ["p1@w.example", "p2@w.example"], "score": [float("nan"), 1.5]})
    pq.write_table(table, tmp_path / "people.parquet")
    dry = await loaded(tmp_path / "people.parquet", DryRun(writer), tmp_path / "dry", dry_run=True)
    assert await loaded(tmp_path / "people.parquet", RemoteService(service), tmp_path / "remote") == dry
    assert dry[:6] == [2, 2, 0, 0, 0, 1]


async def test_rows_that_are_too_many_bytes_together_are_sent_in_parts_and_one_too_large_is_refused(
    service: ServiceClient, tmp_path: Path
):
    rows = "".join(f"p{n}@w.example,{'x' * (30_000 if n == 7 else 500)}\n" for n in range(100))
    path = write(tmp_path, "people.csv", "email,note\n" + rows)
    read, created, *_, codes, _, refused = await loaded(path, RemoteService(service), tmp_path / "remote")
    assert (read, created, codes) == (100, 99, {"ROW_TOO_LARGE": 1})
    assert [one["refused"]["line"] for one in refused] == [9]
