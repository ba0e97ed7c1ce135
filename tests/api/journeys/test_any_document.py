"""Any valid document about journeys is answered in one statement where Python answers nothing of it, or refused under a code of ours."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest

from api.graphql.schema import SCHEMA
from graph.engine import Graph
from graph.journey.decisions.stay import Achievement, Stay
from tests.api.conftest import Api
from tests.api.journeys.stages import DAY, HOUR, NOW, journey, stayed
from tests.api.test_generated import Fuzz

ROOTS = {
    "Organisation": '{ organisation(by: {id: "o_001"}) { %s } }',
    "Stage": '{ stage(key: "onboarding") { %s } }',
    "Journey": "{ journeys { %s } }",
    "Stay": '{ node(id: "s_o_001|onboarding|1") { ... on Stay { %s } } }',
    "ObjectiveState": '{ node(id: "s_o_001|onboarding|1") { ... on Stay { objectives { %s } } } }',
    "JourneyState": '{ organisation(by: {id: "o_001"}) { journey { %s } } }',
}
DOCUMENTS = 200 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 20
REFUSED = {
    "NOT_AVAILABLE", "BAD_PAGE", "BAD_CURSOR", "BAD_DATETIME", "INVALID_CRITERION", "UNKNOWN_ATTRIBUTE",
    "INVALID_ROLL_UP", "UNKNOWN", "TOO_COSTLY", "TOO_MANY_FIELDS", "TOO_MANY_IDS",
}  # fmt: skip


async def _fill(api: Api, graph: Graph) -> None:
    await journey(api)
    stay = Stay("onboarding", 1, 1, NOW - 2 * DAY, applicable=frozenset({"first_project", "kick_off"}))
    for n in range(12):
        done = {"first_project": Achievement(NOW - 2 * DAY + n * HOUR)}
        evidence = {"first_project": (f"e_{n:04}", f"p_{n:03}")}
        await stayed(graph, f"o_{n:03}", replace(stay, achieved=done), evidence)
    await stayed(graph, "o_001", Stay("adoption", 1, 1, NOW - DAY, exited_at=NOW, outcome="EXITED", reason="by hand"))


@pytest.mark.grows
@pytest.mark.parametrize("root", ROOTS)
async def test_no_valid_document_breaks_the_service(
    filled: Api, graph: Graph, root: str, caplog: pytest.LogCaptureFixture
):
    await _fill(filled, graph)
    answered = 0
    for seed in range(DOCUMENTS):
        document = ROOTS[root] % Fuzz(seed)._selection(SCHEMA.type_map[root], 4, 4)
        filled.graph.statements.clear()
        answer = await filled.ask(document)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= REFUSED, (document, codes, caplog.text[-3000:])
        if not codes:
            answered += 1
            assert len(filled.graph.statements) == 1 or re.search(r"\b(metrics|preview|backtest)\b", document), document
            (value,) = answer["data"].values()
            assert value, document
    assert answered > DOCUMENTS // 6
