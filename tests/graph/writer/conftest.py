"""Fixtures for tests of the writer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.engine import Graph
from graph.writer import Writer
from tests.graph.writer.company import Row, telling


@pytest.fixture
def facts() -> list[Row]:
    """The rows that the graph holds when a test begins; a module may override them."""
    return []


@pytest.fixture
async def writer(graph: Graph, facts: list[Row]) -> AsyncIterator[Writer]:
    """A writer on an empty graph, which has written the facts."""
    async with telling(graph, facts) as writer:
        yield writer
