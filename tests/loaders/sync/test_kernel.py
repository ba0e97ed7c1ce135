"""The kernel goes on from where a stream was acknowledged, retries what may pass, and stops a failing stream alone (F10)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest

from graph.engine import Graph
from graph.sources.catalogue import KnownSource, known_sources
from graph.sources.runs import RunState
from graph.writer import Origin, QueueFull, SubmitResult, Writer
from loaders.errors import SourceError
from loaders.sync import Backoff, GraphLedger, NoLedger, SyncOptions, sync
from tests.graph.writer.company import CLOCK, telling
from tests.loaders.files import Remembering
from tests.loaders.sync.reading import Crm, Listed

QUICK = Backoff(first=0.001)
OPTIONS = SyncOptions(backoff=QUICK)


class Killed(BaseException):
    """Ends a process where it stands: nothing of ours may catch it and write."""


class Disturbed:
    """A destination that fails at submissions of these numbers, before or after the writer has committed."""

    def __init__(self, writer: Writer, failures: Mapping[int, BaseException], *, committed: bool = False) -> None:
        self._writer = writer
        self._failures = failures
        self._committed = committed
        self._submitted = 0

    async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
        self._submitted += 1
        failure = self._failures.get(self._submitted)
        if failure is not None and not self._committed:
            raise failure
        outcome = await self._writer.submit(rows, origin)
        if failure is not None:
            raise failure
        return outcome


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    async with telling(graph) as writer:
        yield writer


async def known(graph: Graph) -> KnownSource:
    (source,) = await known_sources(graph, CLOCK, first=10)
    return source


async def people(graph: Graph) -> int:
    return int((await graph.query("MATCH (p:Person) RETURN count(p) AS n", {}))[0]["n"])


async def test_every_stream_is_read_and_a_second_run_goes_on_behind_it(graph: Graph, writer: Writer):
    ledger = GraphLedger(graph, CLOCK)
    run = await sync(Crm(Listed("people", 5), Listed("owners", 2)), writer, ledger, options=OPTIONS)
    assert [(each.name, each.read, each.total, each.created) for each in run.streams] == [
        ("people", 5, 5, 5),
        ("owners", 2, 2, 2),
    ]
    again = Listed("people", 7)
    run = await sync(Crm(again), writer, ledger, options=OPTIONS)
    assert (again.cursors, run.streams[0].read) == ([{"next": 5}], 2)
    source = await known(graph)
    assert [(each.name, each.cursor) for each in source.streams] == [("owners", {"next": 2}), ("people", {"next": 7})]
    assert [each.run.state for each in source.runs] == [RunState.COMPLETE, RunState.COMPLETE]
    whole = Listed("people", 7)
    await sync(Crm(whole), writer, ledger, options=SyncOptions(from_start=True))
    assert (whole.cursors, await people(graph)) == ([None], 9)


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
@pytest.mark.parametrize("page", [1, 3, 5])
async def test_F10_a_kill_at_any_page_loses_nothing_and_doubles_nothing(
    graph: Graph, writer: Writer, page: int, committed: bool
):
    """Pages one at a time, so that the page of the kill is the one that the test names."""
    ledger = GraphLedger(graph, CLOCK)
    killed = Disturbed(writer, {page: Killed()}, committed=committed)
    with pytest.raises(Killed):
        await sync(Crm(Listed("people", 9)), killed, ledger, options=SyncOptions(in_flight=1))
    again = Listed("people", 9)
    run = await sync(Crm(again), writer, ledger, options=OPTIONS)
    acknowledged = 2 * (page if committed else page - 1)
    assert again.cursors == [{"next": min(9, acknowledged)} if acknowledged else None]
    assert (run.streams[0].created, run.streams[0].unchanged) == (max(0, 9 - acknowledged), 0)
    assert await people(graph) == 9


async def test_F10_of_pages_in_flight_the_first_fails_and_none_behind_it_moves_the_cursor(graph: Graph, writer: Writer):
    ledger = GraphLedger(graph, CLOCK)
    failing = Disturbed(writer, {2: ConnectionError("gone")})
    run = await sync(Crm(Listed("people", 12)), failing, ledger, options=SyncOptions(in_flight=4))
    assert "gone" in (run.streams[0].error or "")
    assert (run.state, (await known(graph)).streams[0].cursor) == (RunState.FAILED, {"next": 2})
    again = Listed("people", 12)
    run = await sync(Crm(again), writer, ledger, options=OPTIONS)
    assert (again.cursors, run.streams[0].unchanged > 0, await people(graph)) == ([{"next": 2}], True, 12)
    assert (await known(graph)).streams[0].cursor == {"next": 12}


async def test_a_retryable_error_is_tried_again_from_the_last_page_that_was_read():
    first = SourceError("busy", retryable=True)
    stream = Listed("people", 8, failures={1: first, 3: SourceError("later", retryable=True, retry_after=0.001)})
    destination = Remembering()
    run = await sync(Crm(stream), destination, NoLedger(), options=OPTIONS)
    assert (run.state, stream.cursors) == (RunState.COMPLETE, [None, None, {"next": 4}])
    assert [row["identities"][0]["value"] for row in destination.rows] == [f"people-{n}" for n in range(8)]


async def test_a_stream_that_fails_stops_alone_and_says_why(graph: Graph, writer: Writer):
    broken = Listed("people", 6, failures={2: SourceError("the token lacks a permission", hint="Add it.")})
    run = await sync(Crm(broken, Listed("owners", 2)), writer, GraphLedger(graph, CLOCK), options=OPTIONS)
    assert [(each.read, each.error) for each in run.streams] == [
        (2, "the token lacks a permission. Add it."),
        (2, None),
    ]
    source = await known(graph)
    assert (source.runs[0].run.state, source.runs[0].run.streams) == (RunState.FAILED, run.streams)
    assert [each.cursor for each in source.streams] == [{"next": 2}, {"next": 2}]


async def test_an_error_that_never_passes_ends_the_stream_after_so_many_tries():
    class Busy(Listed):
        async def pages(self, cursor: Any) -> Any:
            self.cursors.append(cursor)
            raise SourceError("busy", retryable=True)
            yield

    stream = Busy("people", 1)
    run = await sync(Crm(stream), Remembering(), NoLedger(), options=SyncOptions(backoff=Backoff(0.0001, tries=3)))
    assert (len(stream.cursors), run.streams[0].error) == (3, "busy")


async def test_a_destination_with_too_much_to_do_is_asked_again(graph: Graph, writer: Writer):
    busy = Disturbed(writer, {1: QueueFull("too many rows"), 2: QueueFull("too many rows")})
    run = await sync(Crm(Listed("people", 2)), busy, GraphLedger(graph, CLOCK), options=OPTIONS)
    assert (run.state, run.streams[0].created) == (RunState.COMPLETE, 2)


async def test_a_run_that_is_cancelled_was_interrupted(graph: Graph, writer: Writer):
    class Endless(Listed):
        async def pages(self, cursor: Any) -> Any:
            async for page in super().pages(cursor):
                yield page
            await asyncio.Event().wait()

    running = asyncio.create_task(sync(Crm(Endless("people", 2)), writer, GraphLedger(graph, CLOCK)))
    async with asyncio.timeout(60):
        while not await people(graph):
            await asyncio.sleep(0.01)
    assert (await known(graph)).runs[0].run.state == RunState.RUNNING
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await known(graph)).runs[0].run.state == RunState.INTERRUPTED


async def test_pages_without_a_cursor_leave_it_and_are_counted(graph: Graph, writer: Writer):
    class Windows(Listed):
        """Has a cursor behind every second page alone."""

        async def pages(self, cursor: Any) -> Any:
            number = 0
            async for page in super().pages(cursor):
                number += 1
                page.cursor = page.cursor if number % 2 == 0 else None
                yield page

    run = await sync(Crm(Windows("people", 6)), writer, GraphLedger(graph, CLOCK), options=OPTIONS)
    assert (run.streams[0].read, (await known(graph)).streams[0].cursor) == (6, {"next": 4})


def test_waits_grow_and_the_sources_own_is_kept_to():
    dice = Random(1)
    waits = [Backoff(1, 5, 9).wait(failures, None, dice) or 0 for failures in range(1, 9)]
    assert all(half / 2 <= wait <= half for wait, half in zip(waits, [1, 2, 4, 5, 5, 5, 5, 5], strict=True))
    assert Backoff().wait(3, 17.0, dice) == 17.0
    assert Backoff(tries=3).wait(3, 17.0, dice) is None
