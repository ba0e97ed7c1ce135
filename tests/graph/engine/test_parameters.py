"""On Neo4j the lists of a statement travel in one map. Their lengths are then no part of the plan that Neo4j keeps."""

from __future__ import annotations

import pytest

from graph.engine import Graph
from graph.engine.parameters import gather_lists, pass_unchanged

EVERYWHERE = (
    "UNWIND $rows AS row // of $rows\n"
    "WITH row, '$rows' AS one, \"it's $rows\" AS two, 0 AS `$rows` /* not $rows */\n"
    "RETURN row, one, two, $rowsMore AS more"
)


def test_lists_move_into_one_map_and_single_values_stay() -> None:
    sent, values = gather_lists("UNWIND $rows AS r RETURN r + $more, $rows", {"rows": [1], "more": 2})
    assert sent == "UNWIND $lists.rows AS r RETURN r + $more, $lists.rows"
    assert values == {"more": 2, "lists": {"rows": [1]}}


def test_a_statement_is_the_same_text_however_long_its_lists_are() -> None:
    texts = {gather_lists("UNWIND $rows AS r RETURN r", {"rows": [1] * size})[0] for size in (0, 1, 10, 10_000)}
    assert len(texts) == 1


def test_what_only_looks_like_a_parameter_is_left_alone() -> None:
    sent, _ = gather_lists(EVERYWHERE, {"rows": [1], "rowsMore": 3})
    assert sent == EVERYWHERE.replace("UNWIND $rows", "UNWIND $lists.rows")


@pytest.mark.parametrize("sending", [pass_unchanged, gather_lists])
def test_a_long_list_says_little_of_itself(sending: object) -> None:
    _, values = sending("RETURN size($rows)", {"rows": list(range(10_000))})  # type: ignore[operator]
    assert len(repr(values)) < 50


async def test_lists_arrive_beside_texts_that_look_like_them(running_graph: Graph) -> None:
    found = await running_graph.query(EVERYWHERE.replace(", 0 AS `$rows`", ""), {"rows": [1, 2], "rowsMore": [3]})
    assert found == [{"row": row, "one": "$rows", "two": "it's $rows", "more": [3]} for row in (1, 2)]
