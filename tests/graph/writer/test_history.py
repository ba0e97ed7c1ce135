"""Superseded values are kept with records, in any order and through merges, until a person is erased."""

from __future__ import annotations

import random
from typing import Any

import pytest

from graph.calculated.attribute_history import attribute_history
from graph.engine import Graph
from graph.errors import UserMistake
from graph.schema.doctor import check
from graph.times import iso
from graph.writer import Writer
from tests.engines.wiping import wipe
from tests.graph.writer.company import membership, organisation, person

ANN, ACME, BETA = "user_id:ann", "organisation_id:acme", "organisation_id:beta"


async def _id(graph: Graph, key: str) -> str:
    rows = await graph.query("MATCH (i:Identity {key: $key})<-[:IDENTIFIED_BY]-(n) RETURN n.id AS id", {"key": key})
    return str(rows[0]["id"])


async def _history(graph: Graph, key: str, name: str) -> list[tuple[str, Any, str | None]]:
    entity = "person" if key.startswith("user_id") else "organisation"
    found = await attribute_history(graph, entity, await _id(graph, key), name)
    return [(iso(step.since)[:10], step.value, step.source) for step in found.values]


async def _past(graph: Graph) -> list[str]:
    rows = await graph.query("MATCH (r:SourceRecord) WHERE r.past IS NOT NULL RETURN r.past AS past", {})
    return [text for row in rows for text in row["past"]]


def _plan(day: int, plan: Any, source: str = "crm", key: str = ACME) -> dict[str, Any]:
    return organisation(key, attributes={"plan": plan}, source=source, observedAt=f"2026-03-{day:02}")


async def test_F3_words_of_several_sources_in_any_order_and_batching_give_the_same_history(
    graph: Graph, writer: Writer
) -> None:
    rows = [_plan(day, plan) for day, plan in ((1, "free"), (3, "pro"), (5, None), (8, "pro"), (9, "plus"))]
    rows += [_plan(2, "trial", "product"), _plan(6, "basic", "product"), _plan(4, 7, "billing")]
    dice = random.Random(4)
    for _ in range(4):
        await wipe(graph)
        writer.cache.clear()
        shuffled = dice.sample(rows, len(rows))
        cut = dice.randrange(1, len(rows))
        await writer.submit(shuffled[:cut])
        await writer.submit(shuffled[cut:])
        assert (await writer.submit(dice.sample(rows, len(rows)))).unchanged == len(rows)
        await writer.set_precedence("organisation", "plan", ["crm", "product"])
        assert await _history(graph, ACME, "plan") == [
            ("2026-03-01", "free", "crm"),
            ("2026-03-03", "pro", "crm"),
            ("2026-03-05", "trial", "product"),
            ("2026-03-06", "basic", "product"),
            ("2026-03-08", "pro", "crm"),
            ("2026-03-09", "plus", "crm"),
        ]
        assert await check(graph) == []


async def test_F4_a_value_that_is_cleared_leaves_a_gap_and_a_repetition_costs_nothing(
    graph: Graph, writer: Writer
) -> None:
    for day, plan in ((1, "pro"), (2, "pro"), (3, "pro"), (4, None), (5, None), (6, "pro"), (7, "pro")):
        await writer.submit([_plan(day, plan)])
    assert await _history(graph, ACME, "plan") == [
        ("2026-03-01", "pro", "crm"),
        ("2026-03-04", None, None),
        ("2026-03-06", "pro", "crm"),
    ]
    assert len(await _past(graph)) == 2


async def test_F2_an_older_word_changes_the_past_once_and_the_present_never(graph: Graph, writer: Writer) -> None:
    await writer.submit([_plan(1, "free"), _plan(9, "pro")])
    assert (await writer.submit([_plan(5, "trial")])).updated == 1
    assert (await writer.submit([_plan(5, "trial"), _plan(1, "free")])).unchanged == 2
    assert [step[1] for step in await _history(graph, ACME, "plan")] == ["free", "trial", "pro"]
    assert await graph.query("MATCH (o:Organisation) RETURN o.plan AS plan", {}) == [{"plan": "pro"}]


async def test_F5_the_past_is_read_under_the_type_that_the_attribute_has_by_now(graph: Graph, writer: Writer) -> None:
    await writer.submit([_plan(1, 3), _plan(2, 4.5)])
    assert [step[1] for step in await _history(graph, ACME, "plan")] == [3.0, 4.5]
    await writer.submit([_plan(3, "many")])
    assert [step[1] for step in await _history(graph, ACME, "plan")] == ["3", "4.5", "many"]


async def test_I4_history_goes_with_the_identities_through_a_merge_and_back(graph: Graph, writer: Writer) -> None:
    await writer.submit(
        [_plan(1, "free"), _plan(3, "pro"), _plan(2, "plus", "hubspot", BETA), _plan(4, "max", "hubspot", BETA)]
    )
    acme, beta = await _id(graph, ACME), await _id(graph, BETA)
    await writer.merge("organisation", acme, beta)
    merged_history = [("2026-03-01", "free"), ("2026-03-02", "plus"), ("2026-03-03", "pro"), ("2026-03-04", "max")]
    assert [step[:2] for step in await _history(graph, ACME, "plan")] == merged_history
    assert [step.value for step in (await attribute_history(graph, "organisation", beta, "plan")).values] == [
        "free",
        "plus",
        "pro",
        "max",
    ]
    await writer.unmerge("organisation", acme, beta)
    assert [step[1] for step in await _history(graph, ACME, "plan")] == ["free", "pro"]
    assert [step[1] for step in await _history(graph, BETA, "plan")] == ["plus", "max"]


async def test_I8_erasing_a_person_takes_their_past_along(graph: Graph, writer: Writer) -> None:
    await writer.submit(
        [person(ANN, attributes={"title": each}, observedAt=f"2026-03-0{n}") for n, each in ((1, "CTO"), (2, "CEO"))]
    )
    assert [step[1] for step in await _history(graph, ANN, "title")] == ["CTO", "CEO"]
    id = await _id(graph, ANN)
    await writer.erase_person(id)
    assert await _past(graph) == []
    with pytest.raises(UserMistake):
        await attribute_history(graph, "person", id, "title")


async def test_M1_a_membership_has_a_history_of_its_own_in_each_spell(graph: Graph, writer: Writer) -> None:
    await writer.submit([
        membership(ANN, ACME, since="2026-01-01", until="2026-02-01", role="user", observedAt="2026-01-05"),
        membership(ANN, ACME, since="2026-03-01", role="user", attributes={"desk": 1}, observedAt="2026-03-05"),
        membership(ANN, ACME, role="admin", attributes={"desk": None}, observedAt="2026-03-20"),
    ])  # fmt: skip
    rows = await graph.query("MATCH (m:Membership) RETURN m.id AS id ORDER BY m.since", {})
    found = [
        [await attribute_history(graph, "membership", row["id"], name) for name in ("role", "desk")] for row in rows
    ]
    shown = [[[(iso(step.since)[:10], step.value) for step in each.values] for each in spell] for spell in found]
    assert shown == [
        [[("2026-01-01", "user")], []],
        [[("2026-03-01", "user"), ("2026-03-20", "admin")], [("2026-03-01", 1), ("2026-03-20", None)]],
    ]


async def test_what_is_computed_here_has_no_history_and_says_so(graph: Graph, writer: Writer) -> None:
    await writer.submit([_plan(1, "free")])
    acme = await _id(graph, ACME)
    for entity, name, code in (
        ("organisation", "first_seen_at", "NO_HISTORY"),
        ("organisation", "plam", "UNKNOWN_ATTRIBUTE"),
        ("event", "name", "UNKNOWN_ENTITY"),
        ("membership", "since", "NO_HISTORY"),
        ("membership", "role", "NOT_FOUND"),
    ):
        with pytest.raises(UserMistake) as mistake:
            await attribute_history(graph, entity, acme, name)
        assert mistake.value.code == code


async def test_a_graph_in_which_facts_were_told_before_says_since_when_the_past_is_kept(
    graph: Graph, writer: Writer
) -> None:
    await writer.submit([_plan(1, "free")])
    acme = await _id(graph, ACME)
    assert (await attribute_history(graph, "organisation", acme, "plan")).kept_since is None
    await _mark_facts_before_history(graph, value=True)
    try:
        assert (await attribute_history(graph, "organisation", acme, "plan")).kept_since is not None
    finally:
        await _mark_facts_before_history(graph, value=None)


async def _mark_facts_before_history(graph: Graph, value: bool | None) -> None:
    async def work(tx: Any) -> None:
        await tx.execute("MATCH (m:Migration {key: 1}) SET m.factsBeforeHistory = $value", {"value": value})

    await graph.write(work)
