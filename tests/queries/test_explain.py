"""Both engines can plan every statement of queries/."""

from __future__ import annotations

import pytest

import queries
from graph.engine import Graph
from queries import Parameter

SAMPLES = {"string": "x", "int": 1, "float": 1.0, "boolean": True, "list": [], "map": {}, "any": None}


def sample(parameter: Parameter) -> object:
    if parameter.default is not None:
        return parameter.default
    return None if parameter.optional else SAMPLES[parameter.type]


@pytest.mark.parametrize("statement", queries.all_statements(), ids=lambda s: s.name)
async def test_the_engine_plans(running_graph: Graph, statement: queries.Statement) -> None:
    if running_graph.kind == "embedded" and statement.name.startswith("schema/"):
        pytest.skip("the embedded engine plans no schema statements; migrating runs them")
    await running_graph.query(
        f"EXPLAIN {statement.text}", {parameter.name: sample(parameter) for parameter in statement.parameters}
    )
