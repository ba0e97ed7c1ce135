"""Values that time alone changes, at exactly the instant of the change (R2, T3, M4, C5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.clock import FixedClock, epoch_ms
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp
from tests.graph.rollups import graphs, oracle, reading
from tests.graph.rollups.oracle import Event, Membership, Organisation, Person, World
from tests.graph.rollups.worlds import FILTERS, NEW, NOW, RECENT

MIDNIGHT = datetime(2026, 3, 11, tzinfo=UTC)


def small() -> World:
    """One person in one organisation."""
    made = World()
    made.organisations["o"] = Organisation("o")
    made.people["p"] = Person("p", first_seen=NOW - timedelta(days=20, hours=1))
    made.memberships["m"] = Membership("m", "p", "o", "user", NOW - timedelta(days=20))
    return made


def event(world: World, at: datetime, **properties: Any) -> None:
    id = f"e{len(world.events)}"
    world.events[id] = Event(id, "m", "Signed In", at, properties)


async def watched(graph: Graph, world: World, clock: FixedClock, roll_up: RollUp) -> Evaluator:
    await graphs.build(graph, world, clock.now())
    await define_roll_up(graph, clock, StoredRollUp("watched", roll_up))
    evaluator = Evaluator(graph, clock)
    await evaluator.evaluate_stale()
    return evaluator


async def now_stored(graph: Graph) -> tuple[Any, int | None]:
    rows = await graph.query("MATCH (o:Organisation) RETURN o.watched AS value, o.dueAt.epochMillis AS due", {})
    return reading.plain(rows[0]["value"]), rows[0]["due"]


async def test_a_window_of_days_loses_its_oldest_day_at_midnight_without_a_fact_r2(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    event(world, NOW - timedelta(days=6))
    event(world, NOW - timedelta(days=3))
    evaluator = await watched(graph, world, clock, RollUp("COUNT", "EVENTS", window_days=7))
    assert await now_stored(graph) == (2, epoch_ms(MIDNIGHT))
    clock.set(MIDNIGHT - timedelta(milliseconds=1))
    assert await evaluator.evaluate_due() == 0
    clock.set(MIDNIGHT)
    assert await evaluator.evaluate_due() == 1
    # Not tomorrow again: the day that is left leaves three midnights later, and then nothing is due any more.
    assert await now_stored(graph) == (1, epoch_ms(MIDNIGHT + timedelta(days=3)))
    clock.set(MIDNIGHT + timedelta(days=30))
    assert await evaluator.evaluate_due() == 1
    assert await now_stored(graph) == (0, None)


async def test_where_no_fact_has_come_only_what_time_changes_is_worked_out_t3(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    event(world, NOW - timedelta(days=6))
    event(world, NOW - timedelta(days=3))
    await graphs.build(graph, world, clock.now())
    await define_roll_up(graph, clock, StoredRollUp("ever", RollUp("COUNT", "EVENTS")))
    await define_roll_up(graph, clock, StoredRollUp("lately", RollUp("COUNT", "EVENTS", window_days=7)))
    evaluator = Evaluator(graph, clock)
    await evaluator.evaluate_stale()

    async def stored() -> list[Any]:
        rows = await graph.query("MATCH (o:Organisation) RETURN o.ever AS ever, o.lately AS lately", {})
        return [*rows[0].values()]

    assert await stored() == [2, 2]
    await graphs.run(graph, "MATCH (o:Organisation) SET o.ever = 99, o.lately = 99")
    clock.set(MIDNIGHT)
    assert await evaluator.evaluate_due() == 1
    assert await stored() == [99, 1], "what lasts is left as it is"
    await graphs.touch(graph, ["o"], clock.now())
    assert await evaluator.evaluate_stale() == 1
    assert await stored() == [2, 1]


@pytest.mark.parametrize("raw", [False, True], ids=["counters", "events"])
async def test_a_window_that_ended_some_days_ago_gains_and_loses_days_at_midnight_r2(graph: Graph, raw: bool) -> None:
    world, clock = small(), FixedClock(NOW)
    event(world, NOW - timedelta(days=2), amount=60)
    before_last = RollUp("COUNT", "EVENTS", window_days=3, end_days_ago=3, event_where="amount > 50" if raw else None)
    evaluator = await watched(graph, world, clock, before_last)
    # Of the last three days still; at the next midnight of the three days before them, until three midnights later.
    assert await now_stored(graph) == (0, epoch_ms(MIDNIGHT))
    clock.set(MIDNIGHT)
    assert await evaluator.evaluate_due() == 1
    assert await now_stored(graph) == (1, epoch_ms(MIDNIGHT + timedelta(days=3)))
    clock.set(MIDNIGHT + timedelta(days=3) - timedelta(milliseconds=1))
    assert await evaluator.evaluate_due() == 0
    clock.set(MIDNIGHT + timedelta(days=3))
    assert await evaluator.evaluate_due() == 1
    assert await now_stored(graph) == (0, None)


async def test_tomorrows_event_enters_the_window_at_midnight_f7_r2(graph: Graph) -> None:
    clock = FixedClock(MIDNIGHT - timedelta(minutes=3))
    world = small()
    event(world, MIDNIGHT + timedelta(minutes=1))
    evaluator = await watched(graph, world, clock, RollUp("COUNT", "EVENTS", window_days=1))
    assert await now_stored(graph) == (0, epoch_ms(MIDNIGHT))
    clock.set(MIDNIGHT)
    await evaluator.evaluate_due()
    assert await now_stored(graph) == (1, epoch_ms(MIDNIGHT + timedelta(days=1)))


@pytest.mark.parametrize("raw", [False, True], ids=["counters", "events"])
async def test_windows_over_counters_and_over_events_change_together_r3(graph: Graph, raw: bool) -> None:
    world, clock = small(), FixedClock(NOW)
    event(world, NOW - timedelta(days=1), amount=60)
    roll_up = RollUp("ACTIVE_DAYS", "EVENTS", window_days=2, event_where="amount > 50" if raw else None)
    evaluator = await watched(graph, world, clock, roll_up)
    assert await now_stored(graph) == (1, epoch_ms(MIDNIGHT))
    clock.set(MIDNIGHT)
    await evaluator.evaluate_due()
    assert await now_stored(graph) == (0, None)


async def test_a_membership_begins_and_ends_by_time_alone_m4_t3(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    world.memberships["m"].since = NOW + timedelta(hours=2)
    world.memberships["m"].until = NOW + timedelta(days=2)
    evaluator = await watched(graph, world, clock, RollUp("COUNT"))
    assert await now_stored(graph) == (0, epoch_ms(NOW + timedelta(hours=2)))
    clock.set(NOW + timedelta(hours=2))
    assert await evaluator.evaluate_due() == 1
    assert await now_stored(graph) == (1, epoch_ms(NOW + timedelta(days=2)))
    clock.set(NOW + timedelta(days=2))
    await evaluator.evaluate_due()
    assert await now_stored(graph) == (0, None)


async def test_a_filter_flips_at_its_own_instant_c5(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    evaluator = await watched(graph, world, clock, RollUp("COUNT", where=NEW))
    value, due = await now_stored(graph)
    assert value == 1
    assert due is not None
    clock.set(datetime.fromtimestamp(due / 1000, UTC) - timedelta(milliseconds=1))
    assert await evaluator.evaluate_due() == 0
    assert oracle.value(world, RollUp("COUNT", where=NEW), "o", False, clock.now(), FILTERS) == 1
    clock.advance(timedelta(milliseconds=1))
    assert await evaluator.evaluate_due() == 1
    assert await now_stored(graph) == (0, None)


async def test_a_filter_of_events_flips_too_c5(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    event(world, NOW - timedelta(days=2))
    evaluator = await watched(graph, world, clock, RollUp("COUNT", "EVENTS", event_where=RECENT))
    value, due = await now_stored(graph)
    assert value == 1
    assert due is not None
    clock.set(datetime.fromtimestamp(due / 1000, UTC))
    await evaluator.evaluate_due()
    assert await now_stored(graph) == (0, None)


async def test_what_is_due_below_is_evaluated_above_t2(graph: Graph) -> None:
    world, clock = small(), FixedClock(NOW)
    world.organisations = {"top": Organisation("top"), "o": Organisation("o", "top")}
    event(world, NOW)
    await graphs.build(graph, world, NOW)
    await define_roll_up(
        graph, clock, StoredRollUp("w", RollUp("COUNT", "EVENTS", window_days=1), include_descendants=True)
    )
    evaluator = Evaluator(graph, clock)
    await evaluator.evaluate_stale()
    assert {id: values["w"] for id, values in (await reading.stored(graph)).items()} == {"top": 1, "o": 1}
    clock.set(MIDNIGHT)
    assert await evaluator.evaluate_due() == 2
    assert {id: values["w"] for id, values in (await reading.stored(graph)).items()} == {"top": 0, "o": 0}
