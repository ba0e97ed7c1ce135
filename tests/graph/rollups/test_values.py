"""Every roll-up, asked for ad hoc and stored, on organisations, hierarchies, memberships and people, against the oracle."""

from __future__ import annotations

import os
from typing import Any

import pytest

from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp
from tests.graph.rollups import graphs, oracle, reading, worlds
from tests.graph.rollups.worlds import ADMINS, FILTERS, NOW

PAGE = 40
LONG = os.environ.get("MEMBERGRAPH_LONG") == "1"


def some_of(graph: Graph, roll_ups: list[RollUp], first: int) -> list[RollUp]:
    """Half of them, beginning with the first or the second, and on Neo4j one in six, which plans each by itself. With MEMBERGRAPH_LONG all."""
    return roll_ups if LONG else roll_ups[first :: 6 if graph.kind == "neo4j" else 2]


def expected(world: oracle.World, roll_up: RollUp, node: str, deep: bool = False) -> Any:
    return oracle.value(world, roll_up, node, deep, NOW, FILTERS)


async def check_ad_hoc(graph: Graph, entity: str, roll_ups: list[RollUp], deep: bool) -> None:
    world = worlds.world()
    await graphs.build(graph, world, NOW)
    wrong = []
    for start in range(0, len(roll_ups), PAGE):
        page = roll_ups[start : start + PAGE]
        for node, values in (await reading.ad_hoc(graph, page, entity, NOW, deep)).items():
            for roll_up, found in zip(page, values, strict=True):
                right = expected(world, roll_up, node, deep)
                if not reading.same(found, right):
                    wrong.append((node, roll_up.to_json(), found, right))
    assert not wrong


@pytest.mark.grows
@pytest.mark.parametrize("deep", [False, True], ids=["own", "hierarchy"])
async def test_ad_hoc_on_organisations_is_what_the_oracle_says_r1_r2(graph: Graph, deep: bool) -> None:
    await check_ad_hoc(graph, "organisation", some_of(graph, worlds.every_roll_up(), int(deep)), deep)


@pytest.mark.grows
@pytest.mark.parametrize(("entity", "first"), [("membership", 0), ("person", 1)])
async def test_ad_hoc_on_memberships_and_people_is_what_the_oracle_says_r2(
    graph: Graph, entity: str, first: int
) -> None:
    await check_ad_hoc(graph, entity, some_of(graph, worlds.every_of_events(), first), False)


async def test_counters_say_the_same_whether_a_roll_up_is_asked_for_alone_or_with_others_r2(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    asked = [
        RollUp("COUNT", "EVENTS"),
        RollUp("COUNT", "EVENTS", event_name="Signed In", window_days=7),
        RollUp("ACTIVE_DAYS", "EVENTS", event_name="Signed In"),
        RollUp("FIRST", "EVENTS", window_days=7),
        RollUp("LAST", "EVENTS", event_name="Signed In", where=ADMINS),
        RollUp("COUNT", "EVENTS", where=ADMINS),
    ]
    single = [await reading.ad_hoc(graph, [each], "organisation", NOW) for each in asked]
    shared = await reading.ad_hoc(graph, asked, "organisation", NOW)
    assert shared == {node: [found[node][0] for found in single] for node in shared}
    assert any(value for values in shared.values() for value in values)


@pytest.mark.plans
async def test_stored_is_what_ad_hoc_is_r3(graph: Graph) -> None:
    world, clock = worlds.world(), FixedClock(NOW)
    await graphs.build(graph, world, NOW)
    event_roll_ups = worlds.every_of_events()
    kept = [
        *(StoredRollUp(f"own {i}", each) for i, each in enumerate(worlds.every_roll_up()[::2])),
        *(StoredRollUp(f"all {i}", e, include_descendants=True) for i, e in enumerate(worlds.every_roll_up()[1::2])),
        *(StoredRollUp(f"there {i}", each, "membership") for i, each in enumerate(event_roll_ups[::2])),
        *(StoredRollUp(f"anywhere {i}", each, "person") for i, each in enumerate(event_roll_ups[1::2])),
    ]
    for each in kept:
        await define_roll_up(graph, clock, each)
    await Evaluator(graph, clock).evaluate_stale()
    found = {id: values for entity in reading.LABELS for id, values in (await reading.stored(graph, entity)).items()}
    nodes = {
        "organisation": world.organisations,
        "membership": world.memberships,
        # Nothing is worked out for who was merged into another.
        "person": [id for id, person in world.people.items() if person.uncounted in (None, "shared")],
    }
    wrong = []
    for each in kept:
        for node in nodes[each.entity]:
            right = expected(world, each.roll_up, node, each.include_descendants)
            if not reading.same(found[node][each.property], right):
                wrong.append((node, each.name, each.roll_up.to_json(), found[node][each.property], right))
    assert not wrong


async def test_people_count_once_and_only_those_who_count_r1(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    people = RollUp("COUNT")
    own = await reading.ad_hoc(graph, [people, RollUp("COUNT", where=ADMINS)], "organisation", NOW)
    # West: Ada; Bob left, the kiosk is shared, the merged one is somebody else by now. East: Ada in her second spell
    # and Bob; Cyd begins in three hours.
    assert own == {"west": [1, 1], "east": [2, 1], "shop": [3, 1], "holding": [1, 0], "alone": [0, 0]}
    whole = await reading.ad_hoc(graph, [people], "organisation", NOW, deep=True)
    # Ada is in three of the four and counts once.
    assert whole == {"west": [3], "east": [2], "shop": [3], "holding": [5], "alone": [0]}


async def test_nothing_is_nought_for_sums_and_counts_and_unknown_otherwise_r1(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    zeros = [RollUp("COUNT"), RollUp("SUM", attribute="seats"), RollUp("ACTIVE_DAYS", "EVENTS")]
    nulls = [
        *(RollUp(each, attribute="seats") for each in ("AVERAGE", "MIN", "MAX", "FIRST", "LAST")),
        *(RollUp(each, "EVENTS", "amount") for each in ("AVERAGE", "MIN", "MAX", "FIRST", "LAST")),
        *(RollUp(each, "EVENTS") for each in ("FIRST", "LAST")),
    ]
    nulls += [RollUp("MOST_FREQUENT", attribute="seats"), RollUp("MOST_FREQUENT", "EVENTS", "channel")]
    none = [RollUp("UNIQUE_VALUES", attribute="seats"), RollUp("UNIQUE_VALUES", "EVENTS", "channel")]
    found = await reading.ad_hoc(graph, [*zeros, *nulls, *none], "organisation", NOW)
    assert found["alone"] == [0] * len(zeros) + [None] * len(nulls) + [[], []]
