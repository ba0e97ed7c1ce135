"""The vocabulary names all that the product leaves in a graph, and nothing else. The migrations index what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import queries
from graph.attributes.catalogue import load_catalogue
from graph.attributes.names import RESERVED
from graph.calculated.definition import Calculated
from graph.clock import FixedClock, epoch_ms
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.decisions.manual_changes import complete_objective
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.rollups import RollUp, StoredRollUp
from graph.schema.vocabulary import (
    ENTITY_LABELS,
    LABELS,
    RELATIONSHIP_TYPES,
    Index,
    Owner,
    OwnProperty,
    precedence_names,
    property_names,
    recalled_names,
)
from graph.sources.cursors import Move, open_stream
from graph.writer import Origin, Writer
from tests.graph.writer.company import NOW, event, every_kind, membership, organisation, person, telling

MADE_KNOWN_LATER = {"key", "turns"}
"""Properties that no migration makes known: constraints know `key`, and the first evaluation knows `turns`."""
BUILT_ELSEWHERE = {"Sample", "SyncRun"}
"""Labels of the sample company and of the loaders' runs, which no test of this folder builds."""
TYPES: Mapping[str, type] = {
    "text": str, "json": str, "integer": int, "boolean": bool, "datetime": datetime, "date": date,
}  # fmt: skip
TABLE = {
    (label, each.name): each
    for tables in (LABELS, RELATIONSHIP_TYPES)
    for label, properties in tables.items()
    for each in properties
}
"""Each property by its label or relationship type, and its name."""
LEFT = """
MATCH (n) UNWIND labels(n) AS label UNWIND keys(n) AS name
WITH label, name, n WHERE NOT n:Lock OR name IN $of_locks
RETURN label, name, collect(n[name])[0] AS value
UNION ALL
MATCH ()-[r]->() UNWIND keys(r) AS name
RETURN type(r) AS label, name, collect(r[name])[0] AS value
"""
CLAUSE = re.compile(r"\b(?=(?:SET|CREATE|MERGE|MATCH|WHERE|WITH|RETURN|UNWIND|CALL|FOREACH|DELETE|REMOVE)\b)")


# ---------------------------------------------------------------- what follows from the table


def test_an_internal_property_is_never_a_built_in_attribute() -> None:
    internal = [each for table in LABELS.values() for each in table if each.owner is Owner.INTERNAL]
    assert internal
    assert not [each.name for each in internal if each.shown or each.has_precedence or each.is_recalled]


def test_no_label_has_a_property_twice() -> None:
    for tables in (LABELS, RELATIONSHIP_TYPES):
        assert [name for name, table in tables.items() if len({each.name for each in table}) < len(table)] == []


def test_what_is_an_attribute_too_is_no_reserved_name() -> None:
    assert {entity: sorted(each.name for each in LABELS[label] if each.owner is Owner.SHARED)
            for entity, label in ENTITY_LABELS.items()} == {
        "person": ["email", "name"], "organisation": ["domain", "name"], "membership": [], "event": [],
    }  # fmt: skip
    assert not {"name", "email"} & RESERVED["person"]
    assert "name" in RESERVED["event"]


def test_precedence_and_recall_are_of_what_sources_say() -> None:
    assert precedence_names("organisation") == {"name", "domain", "parent"}
    assert precedence_names("membership") == {"role", "stage", "until", "primary"}
    assert recalled_names("membership") == {"role", "roles", "stage"}
    assert recalled_names("event") == frozenset()


# ---------------------------------------------------------------- the migrations


def test_the_migrations_index_what_the_vocabulary_says() -> None:
    text = "\n".join(each.text for each in queries.all_statements() if each.name.startswith("schema/"))
    unique = re.findall(r"CREATE CONSTRAINT IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE", text)
    range_ = re.findall(r"CREATE INDEX IF NOT EXISTS FOR \(n:(\w+)\) ON \(n\.(\w+)\)", text)
    assert len(unique) + len(range_) == len(re.findall(r"CREATE (?:CONSTRAINT|INDEX)", text))
    indexed = {index: {(label, each.name) for label, table in LABELS.items() for each in table if each.index is index}
               for index in Index}  # fmt: skip
    assert indexed == {Index.UNIQUE: set(unique), Index.RANGE: set(range_)}


def test_the_migrations_make_every_property_known_before_the_first_fact() -> None:
    """Neo4j plans a long statement again whenever a property in it comes into being."""
    text = "".join(each.text for each in queries.all_statements() if each.name.startswith("schema/"))
    assert set(re.findall(r"\b(\w+): true", text)) == set(property_names()) - MADE_KNOWN_LATER


# ---------------------------------------------------------------- a graph with everything in it


async def fill(graph: Graph, writer: Writer, clock: FixedClock) -> None:
    """Have the writer, the evaluator and the journeys leave everything they can."""
    await open_stream(graph, "crm", "people", "r1")
    page = Origin("people", "crm", ["line 1"], Move("crm", "people", "r1", 1, "{}"))
    await writer.submit(every_kind({entity: {"mine": 1} for entity in ENTITY_LABELS}), page)
    await writer.submit([{"type": "nothing"}], page)
    await facts_of_every_outcome(writer)
    await by_hand(writer)
    await computed(graph, clock)
    await journeys(graph, writer, clock)


async def facts_of_every_outcome(writer: Writer) -> None:
    await writer.submit([
        person("user_id:ann", attributes={"mine": 2}, observedAt="2026-11-03"),
        event("Login", "2026-11-01T09:00:00Z", "user_id:ann", id="5", properties={"count": "n/a"}),
        event("Login", "2026-11-02T09:00:00Z", "user_id:ann", id="6", properties={"count": 5}),
        organisation("organisation_id:acme", parent={"kind": "organisation_id", "value": "beta"}),
    ])  # fmt: skip
    for place in range(3):  # three people at one kiosk
        await writer.submit([person(f"user_id:k{place}", "anonymous_id:kiosk")])


async def by_hand(writer: Writer) -> None:
    ids = (await writer.submit([person(f"user_id:h{each}") for each in range(3)])).ids
    kept, merged, erased = map(str, ids)
    await writer.merge("person", kept, merged)
    await writer.unmerge("person", kept, merged)
    await writer.merge("person", kept, merged)
    await writer.submit([membership("user_id:h2", "organisation_id:acme")])
    await writer.erase_person(erased)


async def computed(graph: Graph, clock: FixedClock) -> None:
    logins = RollUp("COUNT", "EVENTS", event_name="Login", window_days=90)
    await define_roll_up(graph, clock, StoredRollUp("logins", logins))
    await define_roll_up(graph, clock, StoredRollUp("visits", logins, "person"))
    await define_calculated(graph, clock, Calculated("double", formula="logins * 2", description="twice"))
    await Evaluator(graph, clock).evaluate_stale()


async def journeys(graph: Graph, writer: Writer, clock: FixedClock) -> None:
    leaving = ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", days=400)
    entry = "name has any value"
    stage = Stage("trial", "customer", "Trial", entry, leaving, reentry=Reentry("AFTER_DAYS", 3), description="first")
    await save_stage(graph, clock, stage)
    await save_objective(graph, clock, "trial", Objective("first", "First", criteria="logins > 99", applies_to=entry))
    await save_objective(graph, clock, "trial", Objective("seen", "Seen", criteria="did 'Report' at least 1 times"))
    await save_objective(graph, clock, "trial", Objective("call", "Call", manual=True, after=("first",)))
    await set_stage_status(graph, clock, "trial", "LIVE")
    await Evaluator(graph, clock).evaluate_stale()
    acme = (await graph.query("MATCH (o:Organisation {name: 'Acme'}) RETURN o.id AS id", {}))[0]["id"]
    await complete_objective(graph, clock, acme, "call")
    await silence(graph, acme)
    clock.advance(timedelta(days=1))
    await writer.submit([event("Report", "2026-11-23T09:00:00Z", "user_id:ann", "organisation_id:acme")])
    await Evaluator(graph, clock).evaluate_stale()
    clock.advance(timedelta(days=500))
    await Evaluator(graph, clock).evaluate_stale()
    await save_stage(graph, clock, Stage("trial", "customer", "A trial", entry, leaving), confirm=True)


async def silence(graph: Graph, organisation: str) -> None:
    """Silence a signal, for which nobody here has been pending long enough."""
    until = {"organisation": organisation, "until": epoch_ms(NOW)}
    values = {
        "stage": "trial",
        "objective": "first",
        "kind": "SNOOZED",
        "at": epoch_ms(NOW),
        "by": "Ann",
        "note": "ill",
    }

    async def work(transaction: Transaction) -> None:
        await transaction.execute(queries.text("journey/silence"), {"rows": [until], **values})

    await graph.write(work)


@pytest.mark.plans
async def test_the_product_leaves_what_the_vocabulary_says_and_nothing_else(graph: Graph) -> None:
    clock = FixedClock(NOW)
    async with telling(graph, clock=clock) as writer:
        await fill(graph, writer, clock)
    attributes = {definition.property for definition in (await load_catalogue(graph)).definitions}
    rows = await graph.query(LEFT, {"of_locks": [each.name for each in LABELS["Lock"]]})
    left = {(row["label"], row["name"]): row["value"] for row in rows}
    unknown = {place for place in left.keys() - TABLE.keys() if place[1] not in attributes}
    assert unknown == set()
    assert {label for label, _ in left} - RELATIONSHIP_TYPES.keys() == LABELS.keys() - BUILT_ELSEWHERE
    types = await graph.query("MATCH ()-[r]->() RETURN collect(DISTINCT type(r)) AS types", {})
    assert set(types[0]["types"]) == RELATIONSHIP_TYPES.keys()
    assert [place for place, value in left.items() if place in TABLE and not has_type(value, TABLE[place])] == []
    written = names_written()
    assert [place for place in TABLE.keys() - left.keys() if place[1] not in written] == []


def has_type(value: Any, expected: OwnProperty) -> bool:
    if isinstance(value, list):
        return expected.type.endswith("s") and all(is_scalar(each, expected.type.removesuffix("s")) for each in value)
    return is_scalar(value, expected.type)


def is_scalar(value: Any, kind: str) -> bool:
    return type(as_native(value)) is TYPES.get(kind)


def as_native(value: Any) -> Any:
    """Return a value as Python's own, where the driver has an instant or a day of its own kind."""
    return value.to_native() if hasattr(value, "to_native") else value


def names_written() -> set[str]:
    """Return the names of properties that statements set by name."""
    return {
        name
        for statement in queries.all_statements()
        if "DELETE l" not in statement.text  # a migration that makes names known, and keeps nothing
        for clause in CLAUSE.split(statement.text)
        for name in names_in(clause)
    }


def names_in(clause: str) -> Iterator[str]:
    if clause.startswith(("SET", "CREATE", "MERGE")):
        yield from re.findall(r"[{,]\s*(\w+):", clause)
    if clause.startswith("SET"):
        yield from re.findall(r"\.(\w+) =", clause)


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("SET n.a = n.b, m += {c: 1}", ["c", "a"]),
        ("CREATE (n:Node {a: $b, c: $d})", ["a", "c"]),
        ("WHERE n.a = 1", []),
    ],
)
def test_only_what_a_clause_writes_counts_as_written(clause: str, names: list[str]) -> None:
    assert list(names_in(clause)) == names


@pytest.mark.parametrize("rule", ["key_twice", "key_missing"])
def test_the_doctor_looks_at_the_key_of_every_label(rule: str) -> None:
    keyed = {label for label, table in LABELS.items() if any(each.index is Index.UNIQUE for each in table)}
    assert set(re.findall(r"n:(\w+)", queries.text(f"doctor/{rule}"))) == keyed
