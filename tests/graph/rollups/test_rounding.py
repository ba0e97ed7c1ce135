"""Sums and averages leave as people add them, alike on both engines, ad hoc and stored, in any order (R3)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from graph.attributes.rounding import mean, rounded, total
from graph.calculated.definition import Calculated
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp
from tests.graph.rollups.reading import ad_hoc
from tests.graph.writer.company import CLOCK, NOW, Row, event, membership, organisation, telling

PEOPLE = {
    name: RollUp(aggregation, attribute="membership.amount")
    for name, aggregation in (("added", "SUM"), ("mean", "AVERAGE"))
}  # type: ignore[arg-type]
EVENTS = {
    f"events_{name}": RollUp(aggregation, "EVENTS", "amount")  # type: ignore[arg-type]
    for name, aggregation in (("added", "SUM"), ("mean", "AVERAGE"))
}
CASES: list[tuple[list[Any], Any, Any]] = [
    ([0.1, 0.2, 12], 12.3, 4.1),
    ([0.1] * 10, 1.0, 0.1),
    ([0.1] * 700, 70.0, 0.1),
    ([1.005, 2.675, -0.01], 3.67, 1.22333333333333),
    ([1e-20, 2e-20], 3e-20, 1.5e-20),
    ([3_000_000_000.1, 0.2], 3000000000.3, 1500000000.15),
    ([0.5, -0.5], 0.0, 0.0),
    ([1, 2, 5], 8, 2.66666666666667),
    ([9_007_199_254_740_993, 1], 9_007_199_254_740_994, 4.5035996273705e15),
    ([1e308, 1e308], None, None),
    ([2**63 - 1, 2**63 - 1, 3], 1.84467440737096e19, 6.14891469123652e18),
    ([-(2**63), -1], -9.22337203685478e18, -4.61168601842739e18),
    ([2**62, 2**62, -(2**62), 5], 2**62 + 5, 1.15292150460685e18),
]


def facts(values: list[Any], seed: int) -> list[Row]:
    """A member and an event of one organisation for each value, in an order of their own; the child has half of them."""
    rows: list[Row] = [organisation("organisation_id:beta", parent={"kind": "organisation_id", "value": "acme"})]
    for number, value in enumerate(values):
        where = "organisation_id:acme" if number % 2 else "organisation_id:beta"
        rows.append(membership(f"user_id:u{number}", where, attributes={"amount": value}))
        rows.append(event("Paid", "2026-11-01", None, where, id=str(number), properties={"amount": value}))
    return random.Random(seed).sample(rows, len(rows))


@pytest.mark.parametrize(("values", "added", "mean_of"), CASES)
async def test_a_sum_and_an_average_are_those_of_decimals_ad_hoc_and_stored(
    graph: Graph, values: list[Any], added: Any, mean_of: Any
) -> None:
    async with telling(graph, facts(values, 1)):
        pass
    roll_ups = {**PEOPLE, **EVENTS}
    for name, roll_up in roll_ups.items():
        await define_roll_up(graph, CLOCK, StoredRollUp(name, roll_up, include_descendants=True))
    await Evaluator(graph, CLOCK).evaluate_stale()
    (acme,) = await graph.query(
        "MATCH (o:Organisation)-[:IDENTIFIED_BY]->(:Identity {key: 'organisation_id:acme'}) RETURN o.id AS id, properties(o) AS held",
        {},
    )
    asked = await ad_hoc(graph, list(roll_ups.values()), "organisation", NOW, True)
    expected = [added, mean_of] * 2
    assert [rounded(each) for each in asked[acme["id"]]] == expected
    found = [acme["held"].get(name) for name in roll_ups]
    assert [(type(each), each) for each in found] == [
        (type(rounded(each)), rounded(each)) for each in asked[acme["id"]]
    ]
    assert (total(values), mean(values)) == (added, mean_of)


async def test_the_order_of_arrival_plays_no_part(graph: Graph) -> None:
    dice = random.Random(7)
    values = [round(dice.uniform(-1_000, 1_000), 3) for _ in range(300)]
    async with telling(graph, facts(values, 3)):
        pass
    for name, roll_up in EVENTS.items():
        await define_roll_up(graph, CLOCK, StoredRollUp(name, roll_up, include_descendants=True))
    await Evaluator(graph, CLOCK).evaluate_stale()
    rows = await graph.query(
        "MATCH (o:Organisation)-[:IDENTIFIED_BY]->(:Identity {key: 'organisation_id:acme'}) RETURN o.events_added AS added, o.events_mean AS mean",
        {},
    )
    assert rows == [{"added": total(values), "mean": mean(values)}]


async def test_a_formula_leaves_with_fifteen_digits_and_never_as_no_number(graph: Graph) -> None:
    async with telling(
        graph, [organisation("organisation_id:acme", attributes={"one": 0.1, "two": 0.2, "large": 1e308})]
    ):
        pass
    await define_calculated(graph, CLOCK, Calculated("three", "one + two"))
    await define_calculated(graph, CLOCK, Calculated("third", "1 / 3"))
    await define_calculated(graph, CLOCK, Calculated("too_large", "large * large"))
    await Evaluator(graph, CLOCK).evaluate_stale()
    rows = await graph.query(
        "MATCH (o:Organisation) RETURN o.three AS three, o.third AS third, o.too_large AS large", {}
    )
    assert rows == [{"three": 0.3, "third": 0.333333333333333, "large": None}]
