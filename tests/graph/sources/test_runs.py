"""The ledger keeps what each run of a source did, and tells a killed run from one that goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.errors import UserMistake
from graph.sources.catalogue import known_sources
from graph.sources.cursors import open_stream
from graph.sources.runs import KEPT, LOST_AFTER, Run, RunState, StreamRun, new_run, recorded_runs, save_run

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def starting_clock() -> FixedClock:
    return FixedClock(START)


async def test_a_run_is_kept_from_its_beginning_to_its_end(graph: Graph):
    clock = starting_clock()
    run = new_run("crm", "files")
    await save_run(graph, clock, run)
    run.streams.append(
        StreamRun("people", read=7, total=9, created=3, updated=2, unchanged=1, refused=1, error="cut off")
    )
    run.state, run.error = RunState.FAILED, "cut off"
    clock.advance(timedelta(seconds=3))
    await save_run(graph, clock, run)
    (found,) = (await recorded_runs(graph, clock, "crm", 5))["crm"]
    assert found.run == run
    assert (found.started, found.ended) == (_ms(START), _ms(START) + 3_000)


async def test_a_run_without_a_recent_entry_was_interrupted_when_it_was_last_seen(graph: Graph):
    clock = starting_clock()
    await save_run(graph, clock, new_run("crm", "files"))
    clock.advance(timedelta(milliseconds=LOST_AFTER))
    (found,) = (await recorded_runs(graph, clock, None, 1))["crm"]
    assert (found.run.state, found.ended) == (RunState.RUNNING, None)
    clock.advance(timedelta(milliseconds=1))
    (found,) = (await recorded_runs(graph, clock, None, 1))["crm"]
    assert (found.run.state, found.ended) == (RunState.INTERRUPTED, _ms(START))


async def test_only_the_newest_runs_of_a_source_are_kept(graph: Graph):
    clock = starting_clock()
    await save_run(graph, clock, Run("other", "product", "files"))
    for number in range(KEPT + 3):
        clock.advance(timedelta(seconds=1))
        await save_run(graph, clock, Run(f"run {number}", "crm", "files", RunState.COMPLETE))
    found = await recorded_runs(graph, clock, None, KEPT + 3)
    assert [each.run.id for each in found["crm"]] == [f"run {number}" for number in range(KEPT + 2, 2, -1)]
    assert len(found["product"]) == 1


async def test_a_run_of_another_source_is_not_written_over(graph: Graph):
    clock = starting_clock()
    await save_run(graph, clock, Run("same", "crm", "files"))
    with pytest.raises(UserMistake, match="'same'"):
        await save_run(graph, clock, Run("same", "product", "files", RunState.FAILED))
    found = await recorded_runs(graph, clock, None, 5)
    assert [(name, [each.run.state for each in runs]) for name, runs in found.items()] == [("crm", [RunState.RUNNING])]


async def test_a_late_entry_does_not_make_a_run_go_on_that_has_ended(graph: Graph):
    clock = starting_clock()
    run = new_run("crm", "files")
    for state in (RunState.RUNNING, RunState.COMPLETE, RunState.RUNNING):
        run.state = state
        await save_run(graph, clock, run)
    (found,) = (await recorded_runs(graph, clock, "crm", 1))["crm"]
    assert (found.run.state, found.ended) == (RunState.COMPLETE, _ms(START))


async def test_sources_are_known_by_their_runs_and_by_their_streams(graph: Graph):
    clock = starting_clock()
    await open_stream(graph, "crm", "people", "r1")
    await save_run(graph, clock, Run("r1", "crm", "files"))
    await open_stream(graph, "old", "events", "r0")
    crm, old = await known_sources(graph, clock)
    assert (crm.name, crm.kind, [each.name for each in crm.streams]) == ("crm", "files", ["people"])
    assert (old.name, old.kind, old.runs) == ("old", None, [])
    assert [each.name for each in await known_sources(graph, clock, "old")] == ["old"]


async def test_what_is_more_than_one_answer_may_hold_is_refused(graph: Graph, monkeypatch: pytest.MonkeyPatch):
    clock = starting_clock()
    for number in range(3):
        await save_run(graph, clock, Run(f"run {number}", "crm", "files", streams=[StreamRun("x" * 400)]))
    await open_stream(graph, "old", "y" * 400, "r0")
    for module in ("runs", "catalogue"):
        monkeypatch.setattr(f"graph.sources.{module}.SHOWN", 1_100)
    assert [each.name for each in await known_sources(graph, clock, first=2)] == ["crm", "old"]
    with pytest.raises(UserMistake, match="these runs hold"):
        await known_sources(graph, clock, first=3)
    for name in ("a", "b"):
        await open_stream(graph, "old", name + "y" * 400, "r0")
    with pytest.raises(UserMistake, match="these streams hold"):
        await known_sources(graph, clock)


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
