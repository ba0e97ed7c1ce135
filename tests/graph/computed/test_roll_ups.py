"""Stored roll-ups are attributes of ours: defined, changed, removed, each safe to repeat (R3)."""

from __future__ import annotations

import pytest

from graph.attributes.catalogue import load_catalogue
from graph.clock import FixedClock
from graph.computed import define_roll_up, remove_roll_up
from graph.engine import Graph
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp, list_stored
from tests.graph.rollups import graphs, reading, worlds
from tests.graph.rollups.worlds import NOW

CLOCK = FixedClock(NOW)


async def values(graph: Graph, name: str) -> dict[str, object]:
    return {id: found[name] for id, found in (await reading.stored(graph)).items()}


async def test_a_new_roll_up_is_worked_out_for_every_organisation_and_listed_r3(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    evaluator = Evaluator(graph, CLOCK, batch=2)
    await evaluator.evaluate_stale()
    await define_roll_up(graph, CLOCK, StoredRollUp("Team Size", RollUp("COUNT"), description="Who is there now."))
    assert await evaluator.evaluate_stale() == 5
    assert await values(graph, "team_size") == {"west": 1, "east": 2, "shop": 3, "holding": 1, "alone": 0}
    known = (await load_catalogue(graph)).find("organisation", "team size")
    assert known is not None
    assert (known.origin, known.type, known.description) == ("rolled_up", "integer", "Who is there now.")
    assert [each.stale_since for each in await list_stored(graph)] == [None]
    assert await evaluator.evaluate_stale() == 0


async def test_another_definition_of_the_name_replaces_every_value_r3(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    evaluator = Evaluator(graph, CLOCK)
    for roll_up in (RollUp("COUNT"), RollUp("COUNT", where=worlds.ADMINS)):
        await define_roll_up(graph, CLOCK, StoredRollUp("size", roll_up))
        await evaluator.evaluate_stale()
    assert await values(graph, "size") == {"west": 1, "east": 1, "shop": 1, "holding": 0, "alone": 0}


async def test_removing_takes_definition_and_values_and_repeats(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    evaluator = Evaluator(graph, CLOCK)
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    await define_roll_up(graph, CLOCK, StoredRollUp("acts", RollUp("COUNT", "EVENTS"), "membership"))
    await evaluator.evaluate_stale()
    assert await remove_roll_up(graph, CLOCK, "organisation", "Size")
    assert await remove_roll_up(graph, CLOCK, "membership", "acts")
    assert not await remove_roll_up(graph, CLOCK, "membership", "acts")
    await evaluator.evaluate_all()
    left = "MATCH (n) WHERE n.size IS NOT NULL OR n.acts IS NOT NULL RETURN count(n) AS n"
    assert await graph.query(left, {}) == [{"n": 0}]
    assert await list_stored(graph) == []


async def test_a_removal_that_was_cut_short_is_finished_by_the_evaluator(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    evaluator = Evaluator(graph, CLOCK)
    await define_roll_up(graph, CLOCK, StoredRollUp("size", RollUp("COUNT")))
    await evaluator.evaluate_stale()
    await graphs.run(graph, "MATCH (d:AttributeDefinition {name: 'size'}) SET d.removedAt = datetime({epochMillis: 1})")
    await evaluator.evaluate_stale()
    assert await list_stored(graph) == []
    assert await graph.query("MATCH (o:Organisation) WHERE o.size IS NOT NULL RETURN count(o) AS n", {}) == [{"n": 0}]


async def test_the_name_of_a_sources_attribute_is_refused_r3(graph: Graph) -> None:
    await graphs.run(
        graph,
        "CREATE (:AttributeDefinition {key: 'organisation:arr', entity: 'organisation', name: 'arr', type: 'float', "
        "origin: 'ingested'})",
    )
    with pytest.raises(UserMistake) as caught:
        await define_roll_up(graph, CLOCK, StoredRollUp("ARR", RollUp("COUNT")))
    assert (caught.value.code, caught.value.field) == ("NAME_TAKEN", "name")


async def test_a_roll_up_whose_attribute_became_text_has_no_value_f5(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    evaluator = Evaluator(graph, CLOCK)
    await define_roll_up(graph, CLOCK, StoredRollUp("seats there", RollUp("SUM", attribute="seats")))
    await evaluator.evaluate_stale()
    assert (await values(graph, "seats_there"))["west"] == 3
    await graphs.run(graph, "MATCH (d:AttributeDefinition {key: 'person:seats'}) SET d.type = 'text'")
    await evaluator.evaluate_all()
    assert set((await values(graph, "seats_there")).values()) == {None}


async def test_a_membership_roll_up_may_not_read_another(graph: Graph) -> None:
    await graphs.known(graph)
    await define_roll_up(graph, CLOCK, StoredRollUp("acts", RollUp("COUNT", "EVENTS"), "membership"))
    with pytest.raises(UserMistake, match="may not be worked out before"):
        await define_roll_up(graph, CLOCK, StoredRollUp("n", RollUp("COUNT", "EVENTS", where="acts > 1"), "membership"))
    await define_roll_up(graph, CLOCK, StoredRollUp("n", RollUp("COUNT", where="membership.acts > 1")))
