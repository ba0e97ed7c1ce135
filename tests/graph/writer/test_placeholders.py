"""Placeholders such as `n/a` have no say in a type. Under text they are text, under other types no value (F5, F3)."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest

from graph.attributes.placeholders import DEFAULT_PLACEHOLDERS, placeholder_words
from graph.attributes.types import infer, widest
from graph.calculated.attribute_history import attribute_history
from graph.engine import Graph, Transaction
from graph.writer import Writer, WriterSettings, open_writer
from tests.engines.wiping import wipe
from tests.graph.writer.company import CLOCK, Row, event, membership, organisation, person, telling
from tests.graph.writer.portrait import portrait

WORDS = placeholder_words(DEFAULT_PLACEHOLDERS)
KINDS = ("person", "organisation", "membership", "event")
_LABELS = {"person": "Person", "organisation": "Organisation", "membership": "Membership", "event": "Event"}


def row(kind: str, number: int, value: Any, **more: Any) -> Row:
    """Return a row of one kind about a new subject, with one value of `seats`."""
    if kind == "event":
        return event("Login", "2026-11-01", "user_id:ann", id=str(number), properties={"seats": value}, **more)
    if kind == "membership":
        return membership(f"user_id:u{number}", "organisation_id:acme", attributes={"seats": value}, **more)
    make = person if kind == "person" else organisation
    key = f"user_id:u{number}" if kind == "person" else f"organisation_id:o{number}"
    return make(key, attributes={"seats": value}, **more)


async def held(graph: Graph, kind: str) -> list[Any]:
    found = await graph.query(f"MATCH (n:{_LABELS[kind]}) WHERE n.seats IS NOT NULL RETURN n.seats AS value", {})
    return sorted((each["value"] for each in found), key=str)


async def type_of(graph: Graph, kind: str) -> str:
    rows = await graph.query(
        "MATCH (d:AttributeDefinition {key: $key}) RETURN d.type AS type", {"key": f"{kind}:seats"}
    )
    return str(rows[0]["type"])


async def write_each(writer: Writer, rows: list[Row], batches: bool) -> None:
    for batch in [rows] if batches else [[each] for each in rows]:
        outcome = await writer.submit(batch)
        assert (outcome.rejected, outcome.warnings) == ([], [])


@pytest.mark.parametrize(
    ("values", "kind", "stored"),
    [
        (["n/a", 5], "integer", [5]),
        (["NULL", 5, 0.5, "-"], "float", [0.5, 5.0]),
        (["n/a", 5, "many"], "text", ["5", "many", "n/a"]),
        (["undefined", True], "boolean", [True]),
        (["", 5], "integer", [5]),
        (["#NV", 5, "#DIV/0!"], "integer", [5]),
        (["n/a", "none"], "text", ["n/a", "none"]),
        (["none", "pro"], "text", ["none", "pro"]),
        ([["n/a", 5], []], "integers", [[5], []]),
        ([["n/a", 5], ["a"]], "texts", [["a"], ["n/a", "5"]]),
        (["n/a", 5, [1]], "json", ['"n/a"', "5", "[1]"]),
    ],
)
@pytest.mark.parametrize("of", KINDS)
async def test_F5_placeholders_have_no_say_in_any_order_of_arrival(
    graph: Graph, of: str, values: list[Any], kind: str, stored: list[Any]
) -> None:
    rows = [row(of, number, value) for number, value in enumerate(values)]
    orders = list(permutations(rows))
    seen = []
    for order, batches in [(orders[0], True), *((each, False) for each in orders[:: max(1, len(orders) // 6)])]:
        await wipe(graph)
        async with telling(graph) as writer:
            await write_each(writer, list(order), batches)
        assert (await type_of(graph, of), await held(graph, of)) == (kind, sorted(stored, key=str))
        seen.append(await portrait(graph))
    assert all(each == seen[0] for each in seen)


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), ([0.0, 1.5], [-0.0, 1.5])])
async def test_F3_zero_has_no_sign_in_any_order_of_arrival(graph: Graph, one: Any, other: Any) -> None:
    rows = [row("person", 1, one, observedAt="2026-11-01"), row("person", 1, other, observedAt="2026-11-02")]
    for order in permutations(rows):
        await wipe(graph)
        async with telling(graph) as writer:
            await write_each(writer, list(order), False)
        assert str(await held(graph, "person")) == str([one])


@pytest.mark.parametrize("of", KINDS)
async def test_F5_a_time_not_set_is_no_date(graph: Graph, of: str) -> None:
    rows = [row(of, 0, "0000-00-00"), row(of, 1, "0001-01-01T00:00:00"), row(of, 2, "2026-11-01")]
    async with telling(graph) as writer:
        await write_each(writer, rows, False)
    assert await type_of(graph, of) == "date"
    assert [str(each) for each in await held(graph, of)] == ["2026-11-01"]


async def test_F4_a_placeholder_of_the_strongest_source_gives_way_to_a_value_of_another(graph: Graph) -> None:
    ann = [person("user_id:ann", attributes={"seats": value}, source=who) for who, value in (("crm", 7), ("app", 5))]
    places = [
        membership("user_id:ann", "organisation_id:acme", attributes={"seats": value}, source=who)
        for who, value in (("crm", 7), ("app", 5))
    ]
    again = [
        each | {"attributes": {"seats": "n/a"}, "observedAt": "2026-11-02"}
        for each in (*ann, *places)
        if each["source"] == "crm"
    ]
    async with telling(graph, [*ann, *places]) as writer:
        for entity in ("person", "membership"):
            await writer.set_precedence(entity, "seats", ["crm", "app"])
        assert (await held(graph, "person"), await held(graph, "membership")) == ([7], [7])
        await writer.submit(again)
    assert (await held(graph, "person"), await held(graph, "membership")) == ([5], [5])
    for entity, label in (("person", "Person"), ("membership", "Membership")):
        (found,) = await graph.query(f"MATCH (n:{label}) RETURN n.id AS id", {})
        history = await attribute_history(graph, entity, found["id"], "seats")
        assert history.values[-1].value == 5


@pytest.mark.parametrize("of", KINDS)
async def test_F5_a_placeholder_for_a_declared_number_is_no_value_and_no_mistake(graph: Graph, of: str) -> None:
    declared = (
        "CREATE (:AttributeDefinition {key: $key, entity: $entity, name: 'seats', type: 'integer', origin: 'declared'})"
    )

    async def work(transaction: Transaction) -> None:
        await transaction.execute(declared, {"key": f"{of}:seats", "entity": of})

    await graph.write(work)
    async with telling(graph) as writer:
        await write_each(writer, [row(of, 0, "n/a"), row(of, 1, 5)], False)
        refused = await writer.submit([row(of, 2, "many")])
    assert [each.code for each in refused.warnings] == ["WRONG_TYPE"]
    assert (await type_of(graph, of), await held(graph, of)) == ("integer", [5])


async def test_what_counts_as_a_placeholder_is_a_setting(graph: Graph) -> None:
    writer = await open_writer(graph, CLOCK, settings=WriterSettings(placeholders=placeholder_words("k.A., n/a")))
    await write_each(writer, [row("person", 0, "k.a."), row("person", 1, 5)], False)
    assert (await type_of(graph, "person"), await held(graph, "person")) == ("integer", [5])
    await write_each(writer, [row("person", 2, "none")], False)
    await writer.close()
    assert (await type_of(graph, "person"), await held(graph, "person")) == ("text", ["5", "k.a.", "none"])


async def test_F5_what_was_told_is_kept_in_the_records(graph: Graph) -> None:
    async with telling(graph, [row("person", 0, "n/a"), row("person", 1, 5)]):
        pass
    found = await graph.query("MATCH (r:SourceRecord) WHERE r.attributes CONTAINS 'n/a' RETURN count(r) AS n", {})
    assert found == [{"n": 1}]


VALUES = [1, 0.5, True, "x", "n/a", "2026-01-01", "2026-01-01T00:00:00Z", [], ["n/a"], [1], ["x"], {"a": 1}, [[1]]]


def test_F3_the_widest_type_is_the_same_whatever_comes_first() -> None:
    kinds = sorted({infer(value, WORDS) for value in VALUES})
    for one, two, three in product(kinds, repeat=3):
        assert widest(one, two) == widest(two, one)
        assert widest(widest(one, two), three) == widest(one, widest(two, three))
