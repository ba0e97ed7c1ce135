"""Every rule that docs/rules.md states is shown by an example there, and every example holds on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.engine import Graph
from tests.docs.examples import Example, examples, orders, run
from tests.engines.wiping import wipe

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
EXAMPLES = examples(PAGE)
RULES = [
    *(f"F{n}" for n in range(1, 13)),
    *(f"I{n}" for n in range(1, 10)),
    *(f"M{n}" for n in range(1, 7)),
    *(f"E{n}" for n in range(1, 5)),
    *(f"C{n}" for n in range(1, 6)),
    *(f"R{n}" for n in range(1, 4)),
    *(f"T{n}" for n in range(1, 4)),
    "V2",
    "V4",
]


@pytest.mark.grows
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{'-'.join(e.rules)} line {e.line}")
async def test_the_example_holds(graph: Graph, example: Example) -> None:
    for actions in orders(example):
        await wipe(graph)
        await run(graph, actions)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_is_stated_and_shown(rule: str) -> None:
    assert f"**{rule} " in PAGE.read_text(encoding="utf-8")
    assert any(rule in example.rules for example in EXAMPLES), f"no example shows {rule}"
