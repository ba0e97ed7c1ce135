"""Both engines can plan every statement of queries/."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import queries
from graph.engine import Graph
from queries import Parameter

SAMPLES = {
    "string": "x",
    "int": 1,
    "float": 1.0,
    "boolean": True,
    "datetime": datetime(2026, 1, 1, tzinfo=UTC),
    "list": [],
    "map": {},
    "any": None,
}


def sample(parameter: Parameter) -> object:
    if parameter.default is not None:
        return parameter.default
    return None if parameter.optional else SAMPLES[parameter.type]


STATEMENTS = queries.all_statements()
SCHEMA = [s for s in STATEMENTS if s.name.startswith("schema/")]
OTHERS = [s for s in STATEMENTS if s not in SCHEMA]


async def plan(graph: Graph, statement: queries.Statement) -> None:
    parameters = {parameter.name: sample(parameter) for parameter in statement.parameters}
    await graph.query(f"EXPLAIN {statement.text}", parameters)


@pytest.mark.parametrize("statement", OTHERS, ids=lambda s: s.name)
async def test_the_engine_plans(running_graph: Graph, statement: queries.Statement) -> None:
    await plan(running_graph, statement)


@pytest.mark.neo4j
@pytest.mark.parametrize("statement", SCHEMA, ids=lambda s: s.name)
async def test_neo4j_plans_what_makes_the_schema(running_graph: Graph, statement: queries.Statement) -> None:
    """The embedded engine plans no schema statements. The migrations run them there."""
    await plan(running_graph, statement)
