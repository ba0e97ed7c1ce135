"""Long criteria: both engines answer them, and as the shorter ones that say the same."""

from __future__ import annotations

import pytest

from graph.clock import epoch_ms
from graph.criteria import ParameterBag, compile_explanation, compile_predicate, explain, parse
from graph.engine import Graph
from tests.graph.criteria.world import CATALOGUE, NOW, build, load

pytestmark = pytest.mark.grows

NUMBERS = range(300)
LONG = {
    "the same values one by one": (
        " or ".join(f"arr = {number}" for number in NUMBERS),
        f"arr in ({', '.join(str(number) for number in NUMBERS)})",
    ),
    "values of several attributes": (
        " or ".join(f"arr = {number} or plan = 'p{number}'" for number in range(150)) + " or plan = 'pro'",
        f"arr in ({', '.join(str(number) for number in range(150))}) or plan = 'pro'",
    ),
    "bounds": (
        " or ".join(f"arr > {number}" for number in NUMBERS),
        "arr > 0",
    ),
    "all of many": (
        " and ".join(f"not arr > {number}" for number in reversed(NUMBERS)),
        "not arr > 0",
    ),
    "a long list": (
        f"arr in ({', '.join(str(number) for number in range(2000))})",
        " or ".join(["arr in (0)", *(f"arr = {number}" for number in range(1, 5))])
        + f" or arr in ({', '.join(str(number) for number in range(5, 2000))})",
    ),
    "an unknown value under not": (
        f"not ({' or '.join(f'arr = {number}' for number in NUMBERS)})",
        f"not arr in ({', '.join(str(number) for number in NUMBERS)})",
    ),
}


async def _found(graph: Graph, text: str) -> list[str]:
    bag = ParameterBag()
    holds = compile_predicate(parse(text, subject="organisation", catalogue=CATALOGUE), "o", bag)
    asked = f"MATCH (o:Organisation) WHERE {holds} RETURN o.id AS id ORDER BY id"
    return [row["id"] for row in await graph.query(asked, {**bag.values, "now": epoch_ms(NOW)})]


@pytest.mark.parametrize("what", LONG)
async def test_a_long_criterion_is_answered_as_the_short_one_that_says_the_same(graph: Graph, what: str) -> None:
    await load(graph, build(seed=7))
    long, short = LONG[what]
    assert await _found(graph, long) == await _found(graph, short)


async def test_a_long_criterion_is_explained(graph: Graph) -> None:
    await load(graph, build(seed=7))
    criterion = parse(LONG["bounds"][0], subject="organisation", catalogue=CATALOGUE)
    bag = ParameterBag()
    asked = f"MATCH (o:Organisation) RETURN {compile_explanation(criterion, 'o', bag)} AS fetched LIMIT 1"
    (row,) = await graph.query(asked, {**bag.values, "now": epoch_ms(NOW)})
    assert len(explain(criterion, row["fetched"], NOW).nodes) == len(NUMBERS) + 1
