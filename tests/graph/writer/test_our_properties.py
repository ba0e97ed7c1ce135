"""No attribute of a source takes the place of a property of ours, whichever properties the writer and the evaluator leave."""

from __future__ import annotations

from typing import Any

import pytest

from graph.attributes.names import RESERVED, normalise, stored
from graph.computed import define_roll_up
from graph.engine import Graph
from graph.evaluation.evaluator import Evaluator
from graph.rollups import RollUp, StoredRollUp
from tests.graph.writer.company import CLOCK, Row, event, membership, organisation, person, telling
from tests.queries.vocabulary import LABELS

ENTITIES = {"person": "Person", "organisation": "Organisation", "membership": "Membership", "event": "Event"}
SHARED = {"name", "email", "domain"}
"""Ours and an attribute at once."""


def every_kind(values: dict[str, dict[str, Any]]) -> list[Row]:
    """Facts of every kind, with these attributes by entity."""
    return [
        person("user_id:ann", "email:ann@x.test", name="Ann", attributes=values["person"], firstSeenAt="2026-01-01"),
        person("anonymous_id:a1"),
        organisation("organisation_id:acme", name="Acme", domain="x.test", attributes=values["organisation"]),
        organisation("organisation_id:beta", parent={"kind": "organisation_id", "value": "acme"}),
        membership("user_id:ann", "organisation_id:acme", role="admin", primary=True, stage="CUS", since="2026-01-01",
                   until="2027-01-01", attributes=values["membership"]),
        event("Login", "2026-11-01T09:00:00Z", "user_id:ann", "organisation_id:acme", id="1", properties=values["event"]),
        event("Login", "2026-11-01T09:00:00Z", "anonymous_id:a1", "organisation_id:beta", id="2"),
        event("Trial", "2026-11-01T09:00:00Z", None, "organisation_id:acme", id="3"),
    ]  # fmt: skip


@pytest.mark.parametrize("entity", ENTITIES)
async def test_every_property_that_is_left_on_a_node_is_a_reserved_name(graph: Graph, entity: str) -> None:
    values = {each: {"mine": 1} for each in ENTITIES} | {"event": {"mine": 1, "count": "n/a"}}
    async with telling(graph, every_kind(values)) as writer:
        await writer.submit([person("user_id:ann", "anonymous_id:a1")])  # two people become one
        # a number decides that the placeholder is none of its values
        await writer.submit([event("Login", "2026-11-02T09:00:00Z", "user_id:ann", id="4", properties={"count": 5})])
        await define_roll_up(
            graph, CLOCK, StoredRollUp("logins", RollUp("COUNT", "EVENTS", event_name="Login", window_days=90))
        )
        await define_roll_up(
            graph, CLOCK, StoredRollUp("visits", RollUp("COUNT", "EVENTS", event_name="Login"), "person")
        )
        await Evaluator(graph, CLOCK).evaluate_stale()
    rows = await graph.query(f"MATCH (n:{ENTITIES[entity]}) UNWIND keys(n) AS key RETURN DISTINCT key", {})
    left = {row["key"] for row in rows} - {"mine", "count", "logins", "visits"} - SHARED
    assert len(left) > 5
    assert {key for key in left if key.lower() not in RESERVED[entity]} == set()
    assert left <= set(LABELS[ENTITIES[entity]].split())


@pytest.mark.parametrize("entity", ENTITIES)
async def test_every_name_of_ours_may_be_a_sources_attribute_beside_it(graph: Graph, entity: str) -> None:
    names = sorted(set(LABELS[ENTITIES[entity]].split()) - SHARED)
    values = {each: {} for each in ENTITIES} | {entity: {name: f"told {name}" for name in names}}
    async with telling(graph, every_kind(values)) as writer:
        again = await writer.submit(every_kind(values))
    assert (again.rejected, again.warnings) == ([], [])
    told = next(name for name in names if name == "id")
    found = await graph.query(
        f"MATCH (n:{ENTITIES[entity]}) WHERE n[$mark] = $told RETURN properties(n) AS held",
        {"mark": stored(entity, told), "told": f"told {told}"},
    )
    (row,) = found
    for name in names:
        assert row["held"][stored(entity, name)] == f"told {name}"
        assert row["held"].get(name) != f"told {name}"
        assert stored(entity, name) == normalise(name) + "_"
