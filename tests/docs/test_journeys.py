"""Every rule that docs/journeys.md states is shown by an example there, and every example holds on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import open_writer
from tests.docs.examples import NOON, Example, examples
from tests.docs.stages import StageRun

PAGE = Path(__file__).parents[2] / "docs" / "journeys.md"
EXAMPLES = examples(PAGE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{'-'.join(e.rules)} line {e.line}")
async def test_the_example_holds(graph: Graph, example: Example) -> None:
    clock = FixedClock(NOON)
    writer = await open_writer(graph, clock)
    try:
        run = StageRun(graph, writer, clock)
        for action in example.actions:
            await run.take(action)
    finally:
        await writer.close()


@pytest.mark.parametrize("rule", [*(f"J{n}" for n in range(1, 12)), "T4"])
def test_the_rule_is_stated_and_shown(rule: str) -> None:
    assert f"**{rule} " in PAGE.read_text(encoding="utf-8")
    assert any(rule in example.rules for example in EXAMPLES), f"no example shows {rule}"
