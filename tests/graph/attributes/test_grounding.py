"""Neo4j knows every property before the first node has it, so that it does not plan long statements again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from graph.calculated.definition import Calculated
from graph.clock import FixedClock
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.engine import Graph
from graph.journey.changes.stages import save_objective, save_stage
from graph.journey.definitions.definition import ExitRule, Objective, Stage
from graph.rollups import RollUp, StoredRollUp

CLOCK = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))


async def unknown(graph: Graph, names: Iterable[str]) -> set[str]:
    """Return the names that the engine does not know. The embedded engine plans nothing ahead and needs none."""
    if graph.kind == "embedded":
        pytest.skip("the embedded engine keeps no list of properties")
    rows = await graph.query("CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey) AS known", {})
    return set(names) - set(rows[0]["known"])


async def test_what_is_worked_out_is_known_as_soon_as_it_is_defined(graph: Graph) -> None:
    await define_roll_up(graph, CLOCK, StoredRollUp("grounded_size", RollUp("COUNT")))
    await define_calculated(graph, CLOCK, Calculated("grounded_double", formula="grounded_size * 2"))
    assert await unknown(graph, ("grounded_size", "grounded_double")) == set()


async def test_what_stages_generate_is_known_as_soon_as_they_are_defined(graph: Graph) -> None:
    criterion = "name has any value"
    await save_stage(graph, CLOCK, Stage("grounded", "customer", "Grounded", criterion, ExitRule("ALL_OBJECTIVES")))
    await save_objective(graph, CLOCK, "grounded", Objective("grounded_first", "First", criteria=criterion))
    expected = {f"last_completion_of_{each}" for each in ("grounded_stage", "grounded_first_objective")}
    assert await unknown(graph, expected) == set()
