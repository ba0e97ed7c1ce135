"""The README's queries give the README's answers on the sample company, loaded as `make run` loads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import ApiSettings, create_app
from graph.clock import FixedClock
from graph.engine import Graph
from graph.questions import answer
from graph.rollups import Evaluator
from graph.schema.doctor import check
from graph.writer import open_writer
from membergraph.sample.loading import load

README = (Path(__file__).parents[2] / "README.md").read_text()
CLOCK = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _examples() -> Iterator[tuple[str, Any]]:
    """Each query with the answer that follows it; a question's answer names the question itself."""
    query = ""
    for language, more, body in _FENCE.findall(README):
        if language == "graphql":
            query = body
        elif language == "sh" and (found := re.search(r"-d '(\{.*\})'", body)):
            query = json.loads(found[1])["query"]
        elif language == "json":
            yield more.removeprefix(" answer").strip() or query, json.loads(body)


@pytest.mark.embedded
async def test_the_readmes_queries_give_the_readmes_answers(graph: Graph, tmp_path: Path) -> None:
    writer = await open_writer(graph, CLOCK)
    await load(graph, writer, CLOCK)
    evaluator = Evaluator(graph, CLOCK)
    await evaluator.evaluate_stale()
    app = create_app(graph, writer, evaluator, CLOCK, ApiSettings(keys=tmp_path / "keys.json"))
    examples = list(_examples())
    assert len(examples) >= 4
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:
        for asked, expected in examples:
            assert await _answer(graph, client, asked) == expected, asked
    await writer.close()
    assert await check(graph) == []


async def _answer(graph: Graph, client: httpx.AsyncClient, asked: str) -> Any:
    if asked.startswith("{"):
        return (await client.post("/graphql", json={"query": asked})).json()["data"]
    name, _, parameters = asked.partition(" ")
    table = await answer(graph, CLOCK, name, json.loads(parameters))
    return {"columns": list(table.columns), "rows": [list(row) for row in table.rows]}
