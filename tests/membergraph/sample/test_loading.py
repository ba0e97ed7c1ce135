"""The evaluator makes the stays of the sample company, and an interrupted run continues."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

import queries
from graph.clock import FixedClock
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.schema.doctor import check
from graph.writer import open_writer
from membergraph.cli.sample import make
from membergraph.sample import EVENINGS, year
from membergraph.sample.loading import load, progress_of
from membergraph.settings import Settings
from membergraph.workplace import Workplace
from tests.engines.wiping import wipe

TODAY = date(2026, 3, 10)
_STAYS = """
MATCH (o:Organisation)-[:STAYED]->(s:Stay)-[:IN_STAGE]->(g:Stage)
RETURN g.key AS stage, o.name AS name, s.enteredAt.epochMillis AS entered, s.exitedAt.epochMillis AS exited, s.outcome AS outcome,
       s.reason AS reason, COLLECT { MATCH (s)-[a:ACHIEVED]->(x:Objective) RETURN [x.key, a.at.epochMillis, a.instant] } AS achieved
ORDER BY stage, name, entered
"""


async def stays(graph: Graph) -> list[dict[str, Any]]:
    return [row | {"achieved": sorted(row["achieved"])} for row in await graph.query(_STAYS, {})]


def ends(day: date) -> int:
    return int(datetime.combine(day, time(23, 59, 59), UTC).timestamp() * 1000)


@pytest.mark.embedded
async def test_J3_stays_of_onboarding_are_dated_by_the_days_on_which_their_facts_came(graph: Graph) -> None:
    sample = year(TODAY)
    await load(graph, TODAY, until=9)
    signed_up, first_project = {}, {}
    for day in sample.evenings[:9]:
        for row in day.rows:
            if row["type"] == "organisation" and "firstSeenAt" in row:
                signed_up[row["name"]] = day.day
            if row.get("name") == "Project Created" and "organisation" in row:
                first_project.setdefault(row["organisation"]["identity"]["value"], day.day)
    keys = {
        row["name"]: row["identities"][0]["value"]
        for day in sample.evenings
        for row in day.rows
        if "firstSeenAt" in row and row["type"] == "organisation"
    }
    found = [each for each in await stays(graph) if each["stage"] == "onboarding"]
    assert {each["name"]: each["entered"] for each in found} == {name: ends(day) for name, day in signed_up.items()}
    assert len(found) == 5
    for each in found:
        achieved = {key: at for key, at, _ in each["achieved"]}
        created = first_project.get(keys[each["name"]])
        on = achieved.get("created_first_project")
        assert (on is None) == (created is None), each
        if on is not None and created is not None:
            assert ends(created) - 86_400_000 < on <= ends(created)
    assert {each["reason"] for each in found} == {None, "objectives"}
    assert await check(graph) == []


async def test_what_is_made_and_what_others_put_into_a_graph_is_left_alone(graph: Graph, tmp_path: Path) -> None:
    place = Workplace(Settings(data_dir=tmp_path), graph, FixedClock(datetime.combine(TODAY, time(), UTC)))
    writer = await open_writer(graph, place.clock)
    await writer.submit([{"type": "organisation", "identities": [{"kind": "domain", "value": "acme.test"}]}])
    await writer.close()
    await make(place)
    assert await progress_of(graph) is None
    await wipe(graph)
    await graph.write(lambda tx: tx.execute(queries.text("sample/note"), {"today": str(TODAY), "evenings": EVENINGS}))
    await make(place)
    assert await graph.query(queries.text("sample/any_organisation"), {}) == []


@pytest.mark.plans
async def test_a_year_that_was_stopped_in_the_middle_of_a_day_ends_as_one_that_was_not(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(graph, TODAY, until=4)
    whole = await stays(graph)
    await wipe(graph)
    assert await progress_of(graph) is None
    left = [9]
    evaluate = Evaluator.evaluate_stale

    async def evaluated(self: Evaluator) -> int:
        left[0] -= 1
        if not left[0] % 4:
            raise InterruptedError  # the day's facts are committed, and nothing was decided of them
        return await evaluate(self)

    monkeypatch.setattr(Evaluator, "evaluate_stale", evaluated)
    for _ in range(2):
        with pytest.raises(InterruptedError):
            await load(graph, TODAY, until=4)
    monkeypatch.setattr(Evaluator, "evaluate_stale", evaluate)
    tomorrow = TODAY + timedelta(days=1)
    await load(graph, tomorrow, until=4)
    known = await progress_of(graph)
    assert known is not None
    assert (known.today, known.evenings) == (TODAY, 4), "it goes on with its own day"
    assert await stays(graph) == whole
