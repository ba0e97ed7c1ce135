"""An alias joins a former user id with the new one, in any order. A public key's alias joins nothing (I9, V2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine import Graph
from graph.schema.doctor import check
from tests.engines.wiping import wipe
from tests.graph.writer.company import Row, event, identity, membership, person, telling
from tests.graph.writer.shuffling import few_examples, same_in_any_order

PUBLIC = "public:web"
_PEOPLE = "MATCH (p:Person)-[:IDENTIFIED_BY]->(i:Identity {kind: 'user_id'}) RETURN p.id AS id, i.value AS value"
_CONFLICTS = "MATCH (c:IdentityConflict) RETURN c.identities AS identities, c.reason AS reason"


def alias(previous: str, user: str, **more: Any) -> Row:
    """Return the row of an alias as the tracking endpoint writes it: `previous` became `user`."""
    both = [identity(f"user_id:{user}"), identity(f"anonymous_id:{previous}")]
    return {"type": "person", "identities": both, "formerUserId": previous, "observedAt": "2026-11-02"} | more


async def _people(graph: Graph) -> list[list[str]]:
    """Return the user ids of each person."""
    found: dict[str, list[str]] = {}
    for row in await graph.query(_PEOPLE, {}):
        found.setdefault(row["id"], []).append(row["value"])
    return sorted(sorted(each) for each in found.values())


async def _conflicts(graph: Graph) -> list[list[str]]:
    return sorted(sorted(row["identities"]) for row in await graph.query(_CONFLICTS, {}))


async def test_I9_an_alias_joins_the_old_user_id_with_its_events_and_memberships(graph: Graph) -> None:
    facts = [
        person("user_id:kim@mail.example", attributes={"plan": "pro"}),
        membership("user_id:kim@mail.example", "organisation_id:acme", since="2026-01-01"),
        event("Signed In", "2026-11-01T09:00:00Z", "user_id:kim@mail.example"),
    ]
    async with telling(graph, facts) as writer:
        outcome = await writer.submit([alias("kim@mail.example", "usr_501")])
        assert (outcome.rejected, outcome.updated) == ([], 1)
        late = event("Signed In", "2026-11-02T09:00:00Z", "user_id:usr_501")
        old = event("Signed In", "2026-11-03T09:00:00Z", "user_id:kim@mail.example")
        await writer.submit([late, old])
        assert (await writer.submit([alias("kim@mail.example", "usr_501")])).unchanged == 1
    assert await _people(graph) == [["kim@mail.example", "usr_501"]]
    rows = await graph.query("MATCH (m:Membership)-[:PERFORMED]->(e:Event) RETURN count(e) AS events", {})
    assert rows[0]["events"] == 3
    rows = await graph.query("MATCH (p:Person) WHERE p.mergedInto IS NULL RETURN p.plan AS plan", {})
    assert [row["plan"] for row in rows] == ["pro"]
    assert await check(graph) == []


async def test_I9_an_alias_whose_old_id_nobody_told_yet_resolves_it_when_somebody_does(graph: Graph) -> None:
    async with telling(graph, [alias("old", "new")]) as writer:
        outcome = await writer.submit([event("Late", "2026-11-01T09:00:00Z", "user_id:old", id="e1")])
    assert outcome.rejected == []
    assert await _people(graph) == [["new", "old"]]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "b"), ("b", "c"), ("c", "d")],
        [("c", "d"), ("b", "c"), ("a", "b")],
        [("a", "b"), ("c", "d"), ("b", "c")],
        [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")],
        [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d")],
    ],
    ids=["chain", "chain backwards", "two chains joined", "circle", "there and back"],
)
async def test_I9_chains_and_circles_stay_one_person(graph: Graph, pairs: list[tuple[str, str]]) -> None:
    async with telling(graph, [person(f"user_id:{each}") for each in "abcd"]) as writer:
        for pair in pairs:
            await writer.submit([alias(*pair)])
    assert await _people(graph) == [["a", "b", "c", "d"]]
    assert await _conflicts(graph) == []
    assert await check(graph) == []


async def test_I9_former_ids_count_towards_no_limit_and_another_user_id_still_does(graph: Graph) -> None:
    facts = [
        alias("a", "b"),
        alias("b", "a"),
        person("user_id:a", "email:kim@x.test"),
        person("user_id:stranger", "email:kim@x.test"),
    ]
    async with telling(graph, facts):
        pass
    assert await _people(graph) == [["a", "b"], ["stranger"]]
    assert await _conflicts(graph) == [["email:kim@x.test", "user_id:stranger"]]


async def test_V2_an_alias_told_by_a_public_key_is_a_conflict_between_two_user_ids(graph: Graph) -> None:
    facts = [person("user_id:a"), alias("a", "b", source=PUBLIC), event("Seen", "2026-11-01T09:00:00Z", "user_id:b")]
    async with telling(graph, facts) as writer:
        assert await _people(graph) == [["a"], ["b"]]
        assert await _conflicts(graph) == [["user_id:a", "user_id:b"]]
        await writer.submit([alias("a", "b", source="segment:server")])
    assert await _people(graph) == [["a", "b"]]
    assert await _conflicts(graph) == []


async def test_V2_a_visitors_cookie_that_a_public_key_aliases_makes_no_second_person_and_no_conflict(
    graph: Graph,
) -> None:
    cookie = event("Viewed", "2026-11-01T09:00:00Z", "anonymous_id:cookie")
    async with telling(graph, [cookie, alias("cookie", "ann", source=PUBLIC)]) as writer:
        assert (await writer.submit([alias("cookie", "ann", source=PUBLIC)])).unchanged == 1
    assert await _people(graph) == [["ann"]]
    rows = await graph.query("MATCH (p:Person)-[:PERFORMED]->(e:Event) RETURN count(DISTINCT p) AS people", {})
    assert rows[0]["people"] == 1
    assert await _conflicts(graph) == []
    assert await check(graph) == []


@pytest.mark.parametrize("first", ["alias", "person"])
async def test_V2_whoever_turns_out_to_be_the_old_id_is_somebody_else_and_a_conflict(graph: Graph, first: str) -> None:
    alias_row, known = alias("a", "b", source=PUBLIC), person("user_id:a", "email:a@x.test")
    async with telling(graph, [alias_row] if first == "alias" else [known]) as writer:
        await writer.submit([known] if first == "alias" else [alias_row])
    assert await _people(graph) == [["a"], ["b"]]
    assert await _conflicts(graph) == [["user_id:a", "user_id:b"]]
    assert await check(graph) == []


async def test_V2_no_limit_that_is_set_lets_a_public_key_join_two_user_ids(graph: Graph) -> None:
    async with telling(graph) as writer:
        writer.settings = replace(writer.settings, limits={"user_id": 5})
        await writer.submit([person("user_id:a"), person("user_id:b"), alias("a", "b", source=PUBLIC)])
    assert await _people(graph) == [["a"], ["b"]]


async def test_I4_an_unmerge_outranks_an_alias(graph: Graph) -> None:
    async with telling(graph, [person("user_id:a"), person("user_id:b")]) as writer:
        ids = (await writer.submit([person("user_id:a"), person("user_id:b")])).ids
        kept = (await writer.submit([alias("a", "b")])).ids[0]
        merged = next(id for id in ids if id != kept)
        await writer.unmerge("person", str(kept), str(merged))
        assert await _people(graph) == [["a"], ["b"]]
        await writer.submit([alias("a", "b"), alias("b", "a"), alias("a", "b", observedAt="2026-11-05")])
    assert await _people(graph) == [["a"], ["b"]]
    assert await check(graph) == []


async def test_I8_who_is_erased_takes_along_the_old_ids_that_a_public_key_told(graph: Graph) -> None:
    async with telling(graph, [alias("kim@mail.example", "kim", source=PUBLIC)]) as writer:
        id = (await writer.submit([person("user_id:kim")])).ids[0]
        await writer.erase_person(str(id))
        assert [each.code for each in (await writer.submit([alias("x", "kim")])).rejected] == ["ERASED"]
    rows = await graph.query("MATCH (i:Identity) WHERE i.value CONTAINS 'kim' RETURN count(i) AS left", {})
    assert rows[0]["left"] == 0


async def test_I8_an_alias_does_not_bring_an_erased_person_back(graph: Graph) -> None:
    async with telling(graph, [person("user_id:old", name="Ann")]) as writer:
        await writer.erase_person(str((await writer.submit([person("user_id:old")])).ids[0]))
        assert [each.code for each in (await writer.submit([alias("old", "new")])).rejected] == ["ERASED"]


_IDS = st.sampled_from("abcde")
_SOURCES = st.sampled_from(["app", "app", PUBLIC])


@st.composite
def _fact(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(["alias", "alias", "person", "event"]))
    user, source = draw(_IDS), draw(_SOURCES)
    if kind == "alias":
        return alias(draw(_IDS), user, source=source, observedAt=f"2026-11-{draw(st.integers(1, 9)):02d}")
    if kind == "person":
        also = draw(st.sampled_from(["email:k@x.test", "email:l@x.test", "anonymous_id:a", "hubspot_contact:1"]))
        return person(f"user_id:{user}", also, source=source)
    day = draw(st.integers(1, 9))
    return event("Seen", f"2026-11-{day:02d}T09:00:00Z", f"user_id:{user}", source=source)


@few_examples(15)
@given(rows=st.lists(_fact(), min_size=1, max_size=10), seed=st.integers(0, 1_000))
async def test_F3_aliases_among_other_facts_in_any_order_and_batching_give_the_same_graph(
    graph: Graph, rows: list[Row], seed: int
) -> None:
    await same_in_any_order(graph, rows, seed)


@few_examples(15)
@given(pairs=st.lists(st.tuples(_IDS, _IDS), min_size=1, max_size=7), dice=st.randoms(use_true_random=False))
async def test_I9_whoever_aliases_lead_to_are_one_person_and_nobody_else_is(
    graph: Graph, pairs: list[tuple[str, str]], dice: Any
) -> None:
    await wipe(graph)
    rows = [alias(*pair) for pair in pairs] + [event("Seen", "2026-11-01T09:00:00Z", f"user_id:{id}") for id in "abcde"]
    dice.shuffle(rows)
    async with telling(graph) as writer:
        while rows:
            size = dice.randint(1, 4)
            await writer.submit(rows[:size])
            rows = rows[size:]
    assert await _people(graph) == _joined(pairs)


def _joined(pairs: list[tuple[str, str]]) -> list[list[str]]:
    groups = [{id} for id in "abcde"]
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if not group & set(pair)] + [set().union(*touched)]
    return sorted(sorted(group) for group in groups)
