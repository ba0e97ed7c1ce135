"""Instants in arguments: all forms of RFC 3339, and the edges of the calendar (F7)."""

from __future__ import annotations

import pytest

from graph.times import read_argument_instant
from tests.api.conftest import Api

OUTSIDE = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "9999-12-31T24:00:00Z"]
EDGES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T14:00:00+14:00"]
STAGE = 'saveStage(stage: {key: "s", name: "S", entry: "name has any value", exit: {mode: ONGOING}}) { userErrors { code } }'
QUERIES = {
    "from": 'query Q($t: DateTime!) { stage(key: "s") { metrics(from: $t) { entered } } }',
    "to": 'query Q($t: DateTime!) { stage(key: "s") { metrics(to: $t) { entered } } }',
    "from of a backtest": 'query Q($t: DateTime!) { stage(key: "s") { backtest(from: $t) { entered } } }',
    "to of a backtest": (
        'query Q($t: DateTime!) { stage(key: "s") { backtest(from: "2026-01-01T00:00:00Z", to: $t) { entered } } }'
    ),
    "from of events": "query Q($t: DateTime!) { events(filter: {from: $t}) { totalCount } }",
    "to of events": "query Q($t: DateTime!) { events(filter: {to: $t}) { totalCount } }",
    "asOf": 'query Q($t: DateTime!) { person(by: {id: "p_001"}) { memberships(asOf: $t) { totalCount } } }',
    "from of a history": (
        'query Q($t: DateTime!) { attributeHistory(entity: "person", of: "p_001", attribute: "score", from: $t) { values { value } } }'
    ),
    "to of a history": (
        'query Q($t: DateTime!) { attributeHistory(entity: "person", of: "p_001", attribute: "score", to: $t) { values { value } } }'
    ),
}
CHANGES = {
    "at": 'mutation Q($t: DateTime!) { completeObjective(organisation: "o_001", objective: "k", at: $t) { userErrors { code } } }',
    "until": 'mutation Q($t: DateTime!) { snoozeSignal(objective: "k", until: $t) { userErrors { code } } }',
}


@pytest.mark.parametrize("what", QUERIES)
async def test_an_instant_that_a_query_takes_is_on_the_calendar_of_utc(filled: Api, what: str):
    await filled.data(f"mutation {{ {STAGE} }}")
    for instant in OUTSIDE:
        assert await filled.code(QUERIES[what], t=instant) == "BAD_DATETIME", instant
    for instant in EDGES:
        answer = await filled.ask(QUERIES[what], t=instant)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert not codes & {"INTERNAL", "BAD_DATETIME", "STATEMENT_REFUSED", "GRAPH_UNAVAILABLE"}, (instant, answer)


@pytest.mark.parametrize("what", CHANGES)
async def test_an_instant_that_a_mutation_takes_is_on_the_calendar_of_utc(filled: Api, what: str):
    for instant in OUTSIDE:
        (made,) = (await filled.data(CHANGES[what], t=instant)).values()
        assert [error["code"] for error in made["userErrors"]] == ["BAD_DATETIME"], instant
    for instant in EDGES:
        (made,) = (await filled.data(CHANGES[what], t=instant)).values()
        assert made["userErrors"][0]["code"] not in {"BAD_DATETIME", "INTERNAL"}, instant


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("2026-06-30T23:59:60Z", "2026-07-01T00:00:00Z"),
        ("2026-06-30t24:00:00z", "2026-07-01T00:00:00Z"),
        ("2026-06-30T24:00+02:00", "2026-06-30T22:00:00Z"),
        ("2026-06-30 10:00:00.5z", "2026-06-30T10:00:00.500Z"),
    ],
)
def test_instants_are_taken_as_rfc_3339_writes_them_f7(written: str, same: str):
    assert read_argument_instant(written) == read_argument_instant(same)


@pytest.mark.parametrize(
    "written", ["2026-06-30T24:30:00Z", "2026-06-30T23:59:61Z", "2026-02-30T00:00:00Z", "٢026-01-01T00:00:00Z"]
)
def test_what_is_no_instant_is_refused(written: str):
    with pytest.raises(ValueError, match="is no instant"):
        read_argument_instant(written)
