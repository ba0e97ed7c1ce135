"""A cursor moves in the transaction of its page, page after page, and never over one that failed (F10, F12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from graph.engine import Graph
from graph.errors import EngineUnavailable
from graph.sources import cursors
from graph.sources.cursors import Move, Standing, advance, open_stream
from graph.writer import Origin, Writer
from graph.writer.origins import origins_of
from tests.graph.writer.company import person, telling

RUN = "run-1"


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    async with telling(graph) as writer:
        yield writer


def move(page: int, run: str = RUN) -> Move:
    return Move("crm", "people", run, page, f'"after {page}"')


def page(number: int, run: str = RUN) -> tuple[list[dict[str, Any]], Origin]:
    """Page `number` of the stream: two people, and the cursor behind them."""
    rows = [person(f"user_id:{number}-{n}") for n in range(2)]
    return rows, Origin("people", "crm", [f"line {number}", f"line {number} too"], move(number, run))


async def cursor_of(graph: Graph) -> str | None:
    rows = await graph.query("MATCH (c:SyncCursor {key: 'crm|people'}) RETURN c.cursor AS cursor", {})
    return rows[0]["cursor"] if rows else None


async def people(graph: Graph) -> int:
    return int((await graph.query("MATCH (p:Person) RETURN count(p) AS n", {}))[0]["n"])


def test_pages_committed_in_any_order_move_a_cursor_over_all_that_have_none_missing_before_them():
    for seed in range(20):
        dice = Random(seed)
        pages = dice.sample(range(1, 9), 8)
        missing = pages.pop()
        standing = Standing(RUN)
        for number in pages:
            standing = advance(standing, move(number))
            done = set(pages[: pages.index(number) + 1])
            reached = next(n for n in range(1, 10) if n not in done) - 1
            assert standing.page == reached
            assert standing.cursor == (f'"after {reached}"' if reached else None)
        standing = advance(standing, move(missing))
        assert (standing.page, standing.cursor, standing.ahead) == (8, '"after 8"', {})


def test_a_page_of_a_run_whose_stream_was_taken_over_moves_nothing():
    standing = Standing("run-2", 1, '"x"')
    assert advance(standing, move(2)) is standing


def test_cursors_of_pages_that_run_far_ahead_are_not_kept():
    standing = Standing(RUN)
    for number in range(2, 1_000):
        standing = advance(standing, move(number))
    assert (standing.page, len(standing.ahead)) == (0, 99)
    assert advance(standing, move(2**53)) is standing
    assert advance(standing, move(1)).cursor == '"after 100"'


def test_a_page_committed_twice_moves_once():
    standing = advance(advance(Standing(RUN), move(1)), move(2))
    assert advance(standing, move(1)) is standing


def test_a_cursor_goes_with_the_part_that_holds_the_last_row_of_its_page():
    origins = origins_of([(2, page(1)[1]), (3, None), (2, page(2)[1]), (0, page(3)[1])])
    assert [one.page for one in origins.moves] == [1, 2, 3]
    assert [one.page for one in origins.within(0, 1).moves] == []
    assert [one.page for one in origins.within(1, 6).moves] == [1]
    assert [one.page for one in origins.within(6, 7).moves] == [2, 3]
    assert origins.within(1, 6).row_origin(0)[1] == "line 1 too"
    assert origins.within(1, 6).row_origin(4)[1] == "line 2"
    assert origins.within(1, 6).row_origin(2) == (None, None)


async def test_a_page_and_its_cursor_are_committed_together(graph: Graph, writer: Writer):
    assert await open_stream(graph, "crm", "people", RUN) is None
    await writer.submit(*page(1))
    assert await cursor_of(graph) == '"after 1"'
    await writer.submit([], page(2)[1])
    assert await open_stream(graph, "crm", "people", "run-2") == "after 2"


async def test_neither_is_written_where_the_transaction_fails(
    graph: Graph, writer: Writer, monkeypatch: pytest.MonkeyPatch
):
    await open_stream(graph, "crm", "people", RUN)

    async def fail_after_the_move(*arguments: Any) -> None:
        await cursors.move_cursors(*arguments)
        raise EngineUnavailable("gone before the commit")

    monkeypatch.setattr("graph.writer.commit.move_cursors", fail_after_the_move)
    with pytest.raises(EngineUnavailable):
        await writer.submit(*page(1))
    assert (await cursor_of(graph), await people(graph)) == (None, 0)


async def test_of_two_pages_in_flight_the_second_moves_nothing_while_the_first_has_failed(graph: Graph, writer: Writer):
    await open_stream(graph, "crm", "people", RUN)
    await writer.submit(*page(2))
    assert (await cursor_of(graph), await people(graph)) == (None, 2)
    await writer.submit(*page(1))
    assert (await cursor_of(graph), await people(graph)) == ('"after 2"', 4)


async def test_many_pages_in_flight_leave_the_cursor_behind_the_last(graph: Graph, writer: Writer):
    await open_stream(graph, "crm", "people", RUN)
    numbers = Random(3).sample(range(1, 13), 12)
    await asyncio.gather(*(writer.submit(*page(number)) for number in numbers))
    assert (await cursor_of(graph), await people(graph)) == ('"after 12"', 24)


async def test_a_page_of_several_parts_moves_its_cursor_with_the_last_of_them(graph: Graph, writer: Writer):
    await open_stream(graph, "crm", "people", RUN)
    rows = [person(f"user_id:{n}") for n in range(writer.settings.batch + 1)]
    seen = []

    async def note(tx: Any, moves: Any, now: int) -> None:
        seen.append([one.page for one in moves])
        await cursors.move_cursors(tx, moves, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graph.writer.commit.move_cursors", note)
        await writer.submit(rows, Origin("people", "crm", (), move(1)))
    assert (seen, await cursor_of(graph)) == ([[], [1]], '"after 1"')


async def test_F12_a_row_that_no_transaction_can_write_is_kept_with_its_place_and_holds_no_cursor_back(
    graph: Graph, writer: Writer
):
    await writer.submit([person("user_id:broken", attributes={"a": 1})])
    await graph.write(lambda tx: tx.execute("MATCH (n:Person) SET n.provenance = 7", {}))
    writer.cache.clear()
    await open_stream(graph, "crm", "people", RUN)
    rows, origin = page(1)
    rows[1] = person("user_id:broken", attributes={"a": 2}, observedAt="2026-11-02")
    outcome = await writer.submit(rows, origin)
    assert (outcome.created, len(outcome.rejected)) == (1, 1)
    kept = await graph.query("MATCH (r:Rejected) RETURN r.stream AS stream, r.place AS place, r.source AS source", {})
    assert kept == [{"stream": "people", "place": "line 1 too", "source": "crm"}]
    assert await cursor_of(graph) == '"after 1"'
