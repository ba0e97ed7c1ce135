"""docs/rollups.md says what is so: its examples are run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from graph.engine import Graph
from graph.rollups import RollUp
from tests.graph.rollups import graphs, reading, worlds
from tests.graph.rollups.worlds import NOW

PAGE = Path(__file__).parents[3] / "docs" / "rollups.md"
EXAMPLE = re.compile(r"```json\n(?P<roll_up>.*?)\n```\n(?P<values>(?:- \w+: `.*?`\n)+)", re.DOTALL)
VALUE = re.compile(r"- (\w+): `(.*?)`\n")


async def test_the_examples_of_the_page_give_what_it_says(graph: Graph) -> None:
    await graphs.build(graph, worlds.world(), NOW)
    examples = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(examples) >= 7
    for example in examples:
        given = json.loads(example["roll_up"])
        deep = given.pop("includeDescendants", False)
        found = await reading.ad_hoc(graph, [RollUp.from_json(given)], "organisation", NOW, deep)
        for organisation, value in VALUE.findall(example["values"]):
            assert found[organisation] == [json.loads(value)], (given, organisation)
