"""Keyset pages hold every row once in both directions, even while rows are written."""

import pytest

from tests.api import world as worlds

LISTS = {
    "by id": "",
    "by a number with nulls": 'orderBy: {attribute: "arr"}',
    "by a number, downwards": 'orderBy: {attribute: "arr", direction: DESC}',
    "by text with nulls": 'orderBy: {attribute: "plan", direction: DESC}',
    "by an instant": 'orderBy: {attribute: "first_seen_at"}',
}


async def _all_pages(api, order: str, size: int, *, back: bool = False) -> list[str]:
    found: list[str] = []
    cursor = None
    count, end = ("last", "before") if back else ("first", "after")
    while True:
        document = (
            f"query($c: String) {{ organisations({count}: {size}, {end}: $c, {order}) {{ edges {{ cursor node {{ id }} }} "
            "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
        )
        page = (await api.data(document, c=cursor))["organisations"]
        ids = [edge["node"]["id"] for edge in page["edges"]]
        info = page["pageInfo"]
        if ids:
            assert info["startCursor"] == page["edges"][0]["cursor"]
            assert info["endCursor"] == page["edges"][-1]["cursor"]
        found = ids + found if back else found + ids
        if not info["hasPreviousPage" if back else "hasNextPage"]:
            return found
        cursor = info["startCursor" if back else "endCursor"]


@pytest.mark.parametrize("order", LISTS.values(), ids=LISTS)
async def test_pages_joined_are_the_whole_list_both_ways(filled, world, order):
    whole = await _all_pages(filled, order, 200)
    assert sorted(whole) == sorted(world.organisations)
    for size in (1, 5):
        assert await _all_pages(filled, order, size) == whole
        assert await _all_pages(filled, order, size, back=True) == whole


async def test_events_walk_newest_first_through_equal_instants(filled, world):
    expected = [e["id"] for e in sorted(world.events.values(), key=lambda e: (-e["occurredAt"], e["id"]))]
    found, cursor = [], None
    while True:
        page = (
            await filled.data(
                "query($c: String) { events(first: 17, after: $c) { edges { node { id } } pageInfo { hasNextPage endCursor } } }",
                c=cursor,
            )
        )["events"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == expected


async def test_what_is_written_while_paging_neither_repeats_nor_hides_a_row(filled, graph, world):
    document = (
        "query($c: String) { people(first: 7, after: $c) { edges { node { id } } pageInfo { hasNextPage endCursor } } }"
    )
    found, cursor, more, n = [], None, True, 0
    while more:
        page = (await filled.data(document, c=cursor))["people"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursor, more, n = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"], n + 1
        await graph.write(
            lambda tx, at=n: tx.execute(
                "CREATE (:Person {id: $before, words: []}) CREATE (:Person {id: $after, words: []})",
                {"before": f"p_!{at}", "after": f"p_~{at}"},
            )
        )
    counted = [id_ for id_, person in world.people.items() if "uncounted" not in person]
    assert len(set(found)) == len(found)
    assert set(counted) <= set(found)


async def test_twenty_edges_unless_told(api, graph):
    world = worlds.make(organisations=3, people=30)
    await worlds.write(graph, world)
    assert len((await api.data("{ people { edges { cursor } } }"))["people"]["edges"]) == 20


async def test_after_and_before_enclose(filled):
    page = (await filled.data("{ organisations(first: 6) { edges { cursor node { id } } } }"))["organisations"]["edges"]
    document = "query($a: String, $b: String) { organisations(after: $a, before: $b) { edges { node { id } } } }"
    found = await filled.data(document, a=page[0]["cursor"], b=page[5]["cursor"])
    assert [e["node"]["id"] for e in found["organisations"]["edges"]] == [e["node"]["id"] for e in page[1:5]]
