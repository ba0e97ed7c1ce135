"""The statements that docs/analysts.md shows give what it says, on both engines; docs/questions.md leaves none out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.questions import as_json, questions
from graph.writer import open_writer
from tests.docs.examples import NOON, loaded, ordered, row

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "analysts.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"^```cypher\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ROWS = re.findall(r"^```rows\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def test_ten_statements_give_what_the_page_says(graph: Graph) -> None:
    writer = await open_writer(graph, FixedClock(NOON))
    outcome = await writer.submit([row(*line.split(" ", 1)) for line in ROWS[0].splitlines()])
    await writer.close()
    assert not outcome.rejected
    assert len(STATEMENTS) == 10
    for statement in STATEMENTS:
        expected = [loaded(line) for line in re.findall(r"^// = (.*)$", statement, re.MULTILINE)]
        text = re.sub(r"^//.*$", "", statement, flags=re.MULTILINE).strip()
        found = [as_json(list(one.values())) for one in await graph.query(text, {})]
        assert ordered(found) == ordered(expected), statement


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.name)
def test_the_page_documents_every_question_as_its_file_does(question) -> None:
    page = (DOCS / "questions.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {question.name}\n")[1].split("\n## ")[0]
    assert question.title in section
    assert " ".join(question.description.split()) in section
    for meaning in (p.meaning for p in question.parameters):
        assert f"| {meaning} |" in section
    for name in (*(p.name for p in question.parameters), *question.columns):
        assert f"`{name}`" in section
