"""Every benchmark runs, at a size at which its figures mean nothing, and its peers give the same answers."""

from __future__ import annotations

import shutil

import pytest

from benchmarks import bulk, effects, facts, journeys, reads, rollups, service
from benchmarks.figures import Figure, FigureTable
from benchmarks.options import Options

TINY = Options(scale=10, rounds=1, warm=0)


def _whats(table: FigureTable) -> str:
    assert all(figure.value >= 0 for figure in table.figures)
    return table.text()


@pytest.mark.long
async def test_facts_are_measured_and_both_ways_leave_the_same_graph(engine_kind: str) -> None:
    shown = _whats(await facts.run(engine_kind, TINY))
    assert "| events, batches of 2,000" in shown
    assert "Segment endpoint" in shown


@pytest.mark.long
@pytest.mark.neo4j
async def test_reads_are_measured_and_every_server_gives_the_same_answer(engine_kind: str) -> None:
    if shutil.which("npm") is None:
        pytest.skip("@neo4j/graphql comes from npm, which is not here")
    shown = _whats(await reads.run(engine_kind, TINY))
    assert "| nested: latency, bare driver" in shown
    assert "one row: API CPU" in shown


@pytest.mark.long
async def test_roll_ups_are_measured(engine_kind: str) -> None:
    shown = _whats(await rollups.run(engine_kind, Options(scale=20, rounds=1, warm=0)))
    assert "| 20 organisations: 1 % changed" in shown


@pytest.mark.long
async def test_journeys_are_measured(engine_kind: str) -> None:
    shown = _whats(await journeys.run(engine_kind, Options(scale=20, rounds=1, warm=0)))
    assert "| 20 organisations: 1 % changed" in shown


@pytest.mark.long
async def test_effects_are_measured_idle_and_at_midnight(engine_kind: str) -> None:
    shown = _whats(await effects.run(engine_kind, TINY))
    assert "| idle: effect of an event, median" in shown
    assert "| midnight: effect of an event, median" in shown


@pytest.mark.long
async def test_the_service_is_measured() -> None:
    shown = _whats(await service.run("embedded", TINY))
    assert "first answer" in shown
    assert "CPU of the idle service" in shown


def test_bulk_owners_act_once_a_day() -> None:
    keys = [row["key"] for row in bulk._bursts(0, 2_000, 0)]
    assert len(keys) == 2_000 * bulk.EVENTS // 5 == len(set(keys))


def test_a_target_is_of_the_ratio_or_of_the_value() -> None:
    assert Figure("x", 8, "rows/s", 10, 0.7).is_met is True
    assert Figure("x", 6, "rows/s", 10, 0.7).is_met is False
    assert Figure("x", 280, "MB", None, 300, "at most", absolute=True).is_met is True
    assert Figure("x", 8, "rows/s", 10).is_met is None
