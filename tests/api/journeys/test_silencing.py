"""Signals acknowledged, snoozed and woken over GraphQL."""

from __future__ import annotations

from typing import Any

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import Writer
from tests.api.conftest import Api
from tests.api.journeys.stages import ERRORS
from tests.graph.journey.company import START, Company
from tests.graph.journey.onboarding import run_onboarding

READ = """query($silenced: Boolean) { signals(silenced: $silenced) { organisations revenue silenced
  signals { organisations silenced late { organisation { name } silence { kind at until by note } } } } }"""
ANSWER = f"{{ objective {{ key }} organisations until {ERRORS} }}"
ACKNOWLEDGE = (
    "mutation($o: ID, $by: String, $note: String) { "
    f'acknowledgeSignal(objective: "first_project", organisation: $o, by: $by, note: $note) {ANSWER} }}'
)
SNOOZE = (
    "mutation($x: String!, $o: ID, $until: DateTime!) "
    f"{{ snoozeSignal(objective: $x, organisation: $o, until: $until) {ANSWER} }}"
)
WAKE = f'mutation($o: ID) {{ wakeSignal(objective: "first_project", organisation: $o) {ANSWER} }}'


@pytest.fixture
async def late(api: Api, graph: Graph, writer: Writer, clock: FixedClock) -> str:
    """The one that is late after thirty days; its id."""
    clock.set(START)
    await run_onboarding(Company(graph, writer, clock))
    document = "{ signals { signals { late { organisation { id } } } } }"
    ((found,),) = [one["late"] for one in (await api.data(document))["signals"]["signals"]]
    id_: str = found["organisation"]["id"]
    return id_


async def _signals(api: Api, *, silenced: bool | None = None) -> Any:
    return (await api.data(READ, silenced=silenced))["signals"]


async def test_SG_10_acknowledged_by_whom_and_why_is_listed_as_such_when_asked(api: Api, late: str):
    made = (await api.data(ACKNOWLEDGE, o=late, by="Ann", note="calls on Monday"))["acknowledgeSignal"]
    until = "2026-03-02T12:00:00Z"
    assert made == {"objective": {"key": "first_project"}, "organisations": 1, "until": until, "userErrors": []}
    assert await _signals(api) == {"organisations": 0, "revenue": 0, "silenced": 1, "signals": []}
    (signal,) = (await _signals(api, silenced=True))["signals"]
    assert (signal["organisations"], signal["silenced"]) == (0, 1)
    silence = {"kind": "ACKNOWLEDGED", "at": "2026-01-31T12:00:00Z", "until": until, "by": "Ann"}
    assert signal["late"] == [
        {"organisation": {"name": "late"}, "silence": {**silence, "note": "calls on Monday"}},
    ]
    assert (await api.data(WAKE, o=late))["wakeSignal"]["userErrors"] == []
    assert (await _signals(api))["organisations"] == 1


async def test_SG_10_a_snooze_ends_at_its_instant_and_says_the_keys_name(api: Api, late: str, clock: FixedClock):
    until = "2026-02-10T08:00:00+01:00"
    made = (await api.data(SNOOZE, x="first_project", until=until))["snoozeSignal"]
    assert (made["organisations"], made["until"]) == (1, "2026-02-10T07:00:00Z")
    (signal,) = (await _signals(api, silenced=True))["signals"]
    assert (signal["late"][0]["silence"]["kind"], signal["late"][0]["silence"]["by"]) == ("SNOOZED", "local")
    clock.set(START.replace(month=2, day=10, hour=7))
    assert (await _signals(api))["organisations"] == 1


async def test_SG_10_what_cannot_be_said_is_data(api: Api, late: str):
    tomorrow = "2026-02-01T12:00:00Z"
    for given, code, field in (
        ({"x": "first_project", "until": "2026-01-31T12:00:00Z"}, "INVALID_UNTIL", ["until"]),
        ({"x": "first_project", "until": "tomorrow"}, "BAD_DATETIME", ["until"]),
        ({"x": "frst_project", "until": tomorrow}, "NOT_FOUND", ["objective"]),
        ({"x": "first_project", "until": tomorrow, "o": "o_nobody"}, "NOT_FOUND", ["organisation"]),
    ):
        made = (await api.data(SNOOZE, **given))["snoozeSignal"]
        (error,) = made["userErrors"]
        assert (error["code"], error["field"], made["objective"]) == (code, field, None)
    made = (await api.data(WAKE, o=late))["wakeSignal"]
    assert (made["organisations"], made["userErrors"][0]["code"]) == (0, "NOT_SILENCED")
