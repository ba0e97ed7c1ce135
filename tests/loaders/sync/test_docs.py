"""The example source of docs/sources.md runs, goes on behind its cursor, and is shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph.engine import Graph
from graph.sources.catalogue import known_sources
from graph.sources.runs import RunState
from graph.writer import Writer
from loaders.sync import Page
from tests.graph.writer.company import CLOCK, telling

TEXT = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
async def writer(graph: Graph) -> AsyncIterator[Writer]:
    async with telling(graph) as writer:
        yield writer


async def test_the_example_runs_and_goes_on_behind_its_cursor(graph: Graph, writer: Writer):
    example: dict[str, Any] = {}
    exec(compile(EXAMPLE, "docs/sources.md", "exec"), example)
    run = await example["run"](writer)
    assert (run.state, run.streams[0].created) == (RunState.COMPLETE, 3)
    example["PEOPLE"].append({"id": 4, "mail": "di@beta.test"})
    assert (await example["run"](writer)).streams[0].created == 1
    example["PEOPLE"].append({"id": 5, "mail": "none"})
    assert (await example["run"](writer)).streams[0].error == "the source sent no email. Look at its export."
    (source,) = await known_sources(graph, CLOCK)
    assert (source.name, source.kind, source.streams[0].cursor) == ("company", "example", {"after": 4})


@pytest.mark.parametrize("part", Page.__dataclass_fields__)
def test_every_part_of_a_page_is_explained(part: str):
    assert f"`{part}`" in TEXT


@pytest.mark.parametrize("state", RunState)
def test_every_state_of_a_run_is_explained(state: RunState):
    assert f"| {state.lower()} |" in TEXT
