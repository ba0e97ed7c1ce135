"""Neo4j reads a page from an index in the page's order, and sorts nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j import GraphDatabase, NotificationMinimumSeverity

from tests.api.conftest import Api
from tests.engines.neo4j_server import Neo4jServer

PAGES = ["people(first: 2)", "organisations(first: 2)", "people(last: 2)", "events(first: 2)"]


def _operators(plan: dict) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


@pytest.mark.neo4j
@pytest.mark.parametrize("page", PAGES)
async def test_a_page_of_everything_reads_no_more_than_itself(filled: Api, neo4j_by_address: Neo4jServer, page: str):
    filled.graph.statements.clear()
    await filled.data(f"{{ {page} {{ edges {{ node {{ id name }} }} }} }}")
    (statement,) = filled.graph.statements
    server = neo4j_by_address
    quiet = NotificationMinimumSeverity.OFF
    with GraphDatabase.driver(server.uri, auth=("neo4j", server.password), notifications_min_severity=quiet) as driver:
        plan = driver.execute_query(f"EXPLAIN {statement}", {"p1": 2}).summary.plan
    operators = set(_operators(plan))
    assert "NodeIndexScan" in operators
    assert not operators & {"Top", "Sort", "NodeByLabelScan"}
