"""Every example of docs/attributes.md holds on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import open_writer
from tests.docs.calculations import AttributeRun
from tests.docs.examples import NOON, Example, examples

PAGE = Path(__file__).parents[2] / "docs" / "attributes.md"
EXAMPLES = examples(PAGE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{'-'.join(e.rules)} line {e.line}")
async def test_the_example_holds(graph: Graph, example: Example) -> None:
    clock = FixedClock(NOON)
    writer = await open_writer(graph, clock)
    try:
        run = AttributeRun(graph, writer, clock)
        for action in example.actions:
            await run.take(action)
    finally:
        await writer.close()
