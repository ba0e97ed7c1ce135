"""Fixtures of tests that need a whole company in a graph."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import open_writer
from tests.graph.journey.company import START, Company


@pytest.fixture
async def company(graph: Graph) -> AsyncIterator[Company]:
    clock = FixedClock(START)
    writer = await open_writer(graph, clock)
    yield Company(graph, writer, clock)
    await writer.close()
