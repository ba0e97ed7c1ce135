"""Real people, their employers over time and their commits, loaded in any order, come to a plain count (E1, F3, M2)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import queries
from graph.clock import SystemClock
from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from loaders import LoadOptions, Summary, load, read_mapping
from tests.loaders.openstack import FILES, FOLDER, backward_memberships, commits_by_organisation

ORDERS = [
    ("people.csv", "organisations.csv", "memberships.csv", "events.jsonl"),
    ("events.jsonl", "people.csv", "memberships.csv", "organisations.csv"),
    ("memberships.csv", "events.jsonl", "organisations.csv", "people.csv"),
    ("events.jsonl", "memberships.csv", "people.csv", "organisations.csv"),
]
_BY_ORGANISATION = """
MATCH (e:Event)
OPTIONAL MATCH (m:Membership)-[:PERFORMED]->(e)
OPTIONAL MATCH (m)-[:IN_ORGANISATION]->(:Organisation)-[:IDENTIFIED_BY]->(i:Identity {kind: 'organisation_id'})
RETURN i.value AS organisation, count(e) AS commits
"""


async def loaded(graph: Graph, files: tuple[str, ...], folder: Path) -> Summary:
    writer = await open_writer(graph, SystemClock())
    try:
        options = LoadOptions(mapping=read_mapping(FOLDER / "mapping.toml"), refused=folder)
        return await load([FOLDER / name for name in files], writer, options)
    finally:
        await writer.close()


async def counted(graph: Graph) -> Counter[str | None]:
    rows = await graph.query(_BY_ORGANISATION, {})
    return Counter({row["organisation"]: row["commits"] for row in rows})


def test_the_plain_count_is_what_it_was_known_to_be():
    found = commits_by_organisation()
    assert found.total() == 1_826
    assert backward_memberships() == 3
    assert (found[None], found["red-hat"]) == (1_146, 253)


@pytest.mark.parametrize("files", ORDERS, ids=lambda files: " ".join(name.split(".")[0] for name in files))
async def test_commits_loaded_in_any_order_come_to_the_plain_count(
    graph: Graph, files: tuple[str, ...], tmp_path: Path
):
    assert set(files) == set(FILES)
    summary = await loaded(graph, files, tmp_path)
    assert summary.codes.total() == summary.refused == backward_memberships()
    assert await counted(graph) == commits_by_organisation()
    assert await check(graph) == []


async def test_loading_again_changes_nothing(graph: Graph, tmp_path: Path):
    await loaded(graph, FILES, tmp_path)
    again = await loaded(graph, FILES, tmp_path)
    assert sum(file.created + file.updated for file in again.files) == 0
    assert sum(file.unchanged for file in again.files) == again.read - again.refused
    assert await counted(graph) == commits_by_organisation()


async def test_a_dry_run_tells_the_same_and_changes_nothing(graph: Graph, tmp_path: Path):
    from loaders import DryRun

    writer = await open_writer(graph, SystemClock())
    options = LoadOptions(mapping=read_mapping(FOLDER / "mapping.toml"), refused=tmp_path, dry_run=True)
    summary = await load([FOLDER / name for name in FILES], DryRun(writer), options)
    await writer.close()
    assert (summary.read, summary.refused) == (2_209, backward_memberships())
    assert await graph.query(queries.text("sample/any_organisation"), {}) == []
