"""Reports on stages over GraphQL: metrics, previews, signals, advice and charts, over a history of a month."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.journey.changes.stages import save_stage
from graph.journey.definitions.definition import ExitRule, Stage
from graph.writer import Writer
from tests.api.conftest import Api
from tests.api.journeys.stages import SAVE_OBJECTIVE, SAVE_STAGE
from tests.graph.journey.company import START, Company
from tests.graph.journey.onboarding import run_onboarding


@pytest.fixture
async def company(api: Api, graph: Graph, writer: Writer, clock: FixedClock) -> Company:
    """Thirteen organisations in Onboarding for thirty days: twelve completed it after one to twelve, one is late."""
    clock.set(START)
    company = Company(graph, writer, clock)
    await run_onboarding(company)
    api.graph.statements.clear()
    return company


METRICS = """query($from: DateTime, $to: DateTime, $segment: Criteria, $version: Int) { stage(key: "onboarding") {
  metrics(from: $from, to: $to, segment: $segment, version: $version) {
    entered organisations completed exited occupants entryRate completionRate averageDays medianDays p90Days standing
    usualOrder { objectives { key } n share }
    objectives {
      objective { name } reached eligible instant completionRate averageHours medianHours lift standing byDefinition
      completion { with withRate without withoutRate low }
    }
    findings { __typename code severity objective { key } organisations sample { name } }
  }
} }"""


async def _metrics(api: Api, **given: Any) -> Any:
    return (await api.data(METRICS, **given))["stage"]["metrics"]


async def test_JS_02_a_stage_tells_how_it_fares(api: Api, company: Company):
    found = await _metrics(api)
    counted = {name: found[name] for name in ("entered", "organisations", "completed", "exited", "occupants")}
    assert counted == {"entered": 13, "organisations": 13, "completed": 12, "exited": 0, "occupants": 1}
    assert (found["entryRate"], found["completionRate"], found["standing"]) == (13 / 14, 1, "EARLY")
    assert (found["averageDays"], found["medianDays"]) == (6.5, 6.5)
    assert found["usualOrder"] == {"objectives": [{"key": "first_project"}], "n": 12, "share": 1}
    (project,) = found["objectives"]
    assert project["objective"] == {"name": "First project"}
    assert (project["reached"], project["eligible"], project["instant"]) == (12, 13, 0)
    assert (project["completionRate"], project["averageHours"]) == (12 / 13, 156)
    assert (project["lift"], project["byDefinition"]) == (None, True), "nobody ended without it: nothing is told"
    assert project["completion"] == {"with": 12, "withRate": 1, "without": 0, "withoutRate": None, "low": None}


async def test_JS_05_a_period_and_a_segment_narrow_it(api: Api, company: Company):
    early = await _metrics(api, to="2026-01-08T00:00:00Z")
    assert (early["entered"], early["completed"], early["occupants"]) == (13, 6, 7)
    late = await _metrics(api, **{"from": "2026-01-08T00:00:00Z"})
    assert (late["entered"], late["completed"]) == (0, 6)
    rich = await _metrics(api, segment="arr > 1000")
    assert (rich["entered"], rich["entryRate"]) == (3, 1)
    assert (await _metrics(api, version=7))["entered"] == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": "yesterday"}, "BAD_DATETIME"),
        ({"segment": "arr >"}, "INVALID_CRITERION"),
        ({"segment": "nothing = 1"}, "INVALID_CRITERION"),
    ],
)
async def test_what_is_wrong_with_an_argument_is_said_at_its_field(api: Api, company: Company, given: Any, code: str):
    error = await api.error(METRICS, **given)
    assert (error["path"], error["extensions"]["code"]) == (["stage", "metrics"], code)


async def test_OB_13_a_finding_has_the_organisations_behind_it(api: Api, company: Company):
    stage = Stage("vip", "customer", "VIP", "plan = 'pro'", ExitRule("AFTER_DAYS", 1))
    await company.live(stage)
    await api.data(SAVE_OBJECTIVE, s="vip", o={"key": "signed", "name": "Signed", "manual": True})
    await company.after(days=400)
    document = '{ stage(key: "vip") { metrics { findings { code severity objective { name } organisations sample { name } } } } }'
    found = (await api.data(document))["stage"]["metrics"]["findings"]
    assert [each for each in found if each["code"] == "NOBODY_ENTERS"] == []
    for each in found:
        assert (each["organisations"] or 0) >= len(each["sample"])
    (never,) = [each for each in found if each["code"] == "OBJECTIVE_NEVER_COMPLETED"]
    assert (never["severity"], never["objective"], never["organisations"]) == ("WARNING", {"name": "Signed"}, 13)
    assert "late" in {each["name"] for each in never["sample"]}


async def test_each_stage_is_asked_once_wherever_it_stands(api: Api, company: Company):
    document = """{
      journeys { stages { key metrics { entered } again: metrics { done: completed } } }
      organisations(first: 14) { edges { node { stays { edges { node { stage { metrics { entered } } } } } } } }
    }"""
    found = await api.data(document)
    (stage,) = found["journeys"][0]["stages"]
    assert stage == {"key": "onboarding", "metrics": {"entered": 13}, "again": {"done": 12}}
    stays = [one for each in found["organisations"]["edges"] for one in each["node"]["stays"]["edges"]]
    assert [each["node"]["stage"]["metrics"] for each in stays] == [{"entered": 13}] * 13
    read = [each for each in api.graph.statements if "STAYED" in each and "$stage" in each]
    assert len(read) == 3, "three selections of one stage, however many stays are in it"


PREVIEW = """query($n: Int) { stage(key: "vip") { preview(sample: $n) {
  wouldEnter sample { name metricsOf: journey { stage { metrics { occupants } } } }
  dataAvailability { name known organisationsWithValue organisations lastObservedAt }
} } }"""


async def test_ST_19_a_preview_says_who_would_enter_and_whether_the_data_is_there(api: Api, company: Company):
    await save_stage(
        company.graph,
        company.clock,
        Stage("vip", "customer", "VIP", "arr >= 1200 and plan = 'pro'", ExitRule("ONGOING")),
    )
    found = (await api.data(PREVIEW))["stage"]["preview"]
    assert found["wouldEnter"] == 2
    assert {each["name"] for each in found["sample"]} == {"o12", "late"}
    (late,) = [each for each in found["sample"] if each["name"] == "late"]
    assert late["metricsOf"] == [{"stage": {"metrics": {"occupants": 1}}}]
    data = {
        each["name"]: (each["known"], each["organisationsWithValue"], each["organisations"])
        for each in found["dataAvailability"]
    }
    assert data == {"arr": (True, 14, 14), "plan": (True, 14, 14)}
    assert len((await api.data(PREVIEW, n=1))["stage"]["preview"]["sample"]) == 1
    assert await api.code(PREVIEW, n=201) == "BAD_PAGE"
    assert (await api.data('{ stage(key: "none") { preview { wouldEnter } } }')) == {"stage": None}


async def test_a_payload_tells_them_of_the_stage_that_was_saved(api: Api, company: Company):
    stage = {"key": "vip", "name": "VIP", "entry": "arr >= 1200", "exit": {"mode": "ONGOING"}}
    document = SAVE_STAGE.replace("{ stage { ", "{ stage { preview { wouldEnter } metrics { entered } ")
    found = (await api.data(document, s=stage))["saveStage"]["stage"]
    assert (found["preview"], found["metrics"]) == ({"wouldEnter": 2}, {"entered": 0})


SIGNALS = """query($revenue: String, $first: Int) { signals(revenue: $revenue, first: $first) {
  organisations revenue ofUnknownRevenue silenced
  signals { stage { key } objective { name } averageDays organisations revenue silenced
    late { organisation { name domain } daysPending averageDays n daysBehind times revenue } }
} }"""


async def test_SG_01_signals_tell_who_is_late_and_what_hangs_on_it(api: Api, company: Company):
    found = (await api.data(SIGNALS))["signals"]
    (signal,) = found.pop("signals")
    assert found == {"organisations": 1, "revenue": 5000, "ofUnknownRevenue": 0, "silenced": 0}
    (late,) = signal.pop("late")
    assert signal == {
        "stage": {"key": "onboarding"},
        "objective": {"name": "First project"},
        "averageDays": 6.5,
        "organisations": 1,
        "revenue": 5000,
        "silenced": 0,
    }
    assert late["organisation"] == {"name": "late", "domain": None}
    assert (late["daysPending"], late["n"], late["daysBehind"], late["revenue"]) == (30, 12, 23.5, 5000)
    assert (await api.data(SIGNALS, first=0))["signals"]["signals"][0]["late"] == []
    assert await api.code(SIGNALS, revenue="plan") == "UNKNOWN_ATTRIBUTE"


async def test_J6_advice_counts_who_is_left_behind_at_saving_and_when_asked(api: Api, company: Company):
    await company.after(days=60)
    stage = {
        "key": "adoption",
        "name": "Adoption",
        "entry": "last_completed_onboarding_stage has any value",
        "exit": {"mode": "ONGOING"},
    }
    warnings = "warnings { code message field }"
    saved = (await api.data(SAVE_STAGE.replace("warnings { code }", warnings), s=stage))["saveStage"]["warnings"]
    assert [(each["code"], each["field"]) for each in saved] == [("CHAIN_LEAVES_BEHIND", ["entry"])]
    assert "1 organisation so far" in saved[0]["message"]
    asked = (await api.data('{ advice(stage: "adoption") { code message field line } }'))["advice"]
    assert asked == [{**each, "line": None} for each in saved]


async def test_ST_20_troubleshooting_says_what_was_looked_at_and_what_would_mend_it(api: Api, company: Company):
    await save_stage(company.graph, company.clock, Stage("vip", "customer", "VIP", "arr >= 9999", ExitRule("ONGOING")))
    found = (await api.data('{ troubleshoot(stage: "vip") { complaint what found fine mend } }'))["troubleshoot"]
    by_what = {each["what"]: each for each in found}
    status = by_what["Is the stage live?"]
    assert status == {
        "complaint": "NOBODY_ENTERS", "what": "Is the stage live?", "found": "It is DRAFT.", "fine": False,
        "mend": "Make it live.",
    }  # fmt: skip
    assert by_what["Has `arr` values?"]["fine"] is True
    assert by_what["Does anybody match `arr >= 9999`?"]["fine"] is False


@pytest.mark.parametrize("kind", ["FUNNEL", "COMPLETION"])
async def test_a_stage_is_drawn(api: Api, company: Company, kind: str):
    document = 'query($k: ChartKind!) { stageChart(stage: "onboarding", kind: $k) }'
    drawn = (await api.data(document, k=kind))["stageChart"]
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "First project" in drawn


@pytest.mark.parametrize(
    "field", ["advice(stage: $s) { code }", "troubleshoot(stage: $s) { what }", "stageChart(stage: $s)"]
)
async def test_a_stage_there_is_not_is_told_with_the_nearest_name(api: Api, company: Company, field: str):
    error = await api.error(f"query($s: String!) {{ {field} }}", s="onbording")
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert "onboarding" in error["message"]


async def test_ST_02_a_template_is_saved_as_it_is_told(api: Api, company: Company):
    document = "{ stageTemplates { key name stage objectives needs { name type known } } }"
    templates = (await api.data(document))["stageTemplates"]
    assert [each["key"] for each in templates] == ["onboarding", "adoption", "expansion", "renewal"]
    renewal = templates[-1]
    assert {each["name"]: each["known"] for each in renewal["needs"]}["renewal_date"] is False
    needed = {each["name"]: each["type"] for each in renewal["needs"]}
    values = {"date": "2026-03-01", "float": 80.5, "integer": 3, "boolean": False}
    await company.organisation("Acme", **{name: values[type_] for name, type_ in needed.items()})
    payload = (await api.data(SAVE_STAGE, s=renewal["stage"]))["saveStage"]
    assert (payload["userErrors"], payload["stage"]["reentry"]) == ([], "ALWAYS")
    for each in renewal["objectives"]:
        assert (await api.data(SAVE_OBJECTIVE, s="renewal", o=each))["saveObjective"]["userErrors"] == []
    again = (await api.data(document))["stageTemplates"][-1]
    assert {each["known"] for each in again["needs"]} == {True}


BACKTEST = """query($from: DateTime, $to: DateTime, $entry: Criteria, $first: Int) { stage(key: "onboarding") {
  backtest(from: $from, to: $to, entry: $entry, first: $first) { from to wouldEnter entered both completeSince
    reads { name completeSince } organisations { organisation { name } wouldEnterAt enteredAt atOnce } } } }"""


async def test_a_rule_is_held_against_the_past_it_would_have_had(api: Api, company: Company):
    given = {"from": "2026-01-01T00:00:00Z", "entry": "projects >= 1 and arr > 1000", "first": 1}
    found = (await api.data(BACKTEST, **given))["stage"]["backtest"]
    assert {name: found[name] for name in ("from", "to", "wouldEnter", "entered", "both", "completeSince")} == {
        "from": "2026-01-01T00:00:00Z",
        "to": "2026-01-31T12:00:00Z",
        "wouldEnter": 2,
        "entered": 13,
        "both": 2,
        "completeSince": "2026-01-01T12:00:00Z",
    }
    assert [each["name"] for each in found["reads"]] == ["arr", "projects"]
    assert found["organisations"] == [
        {
            "organisation": {"name": "o11"},
            "wouldEnterAt": "2026-01-12T12:00:00Z",
            "enteredAt": "2026-01-01T12:00:00Z",
            "atOnce": False,
        }
    ]
    for wrong, code in (({"to": "2027-01-01T00:00:00Z"}, "BAD_PERIOD"), ({"entry": "parent (arr > 1)"}, "NO_HISTORY")):
        assert await api.code(BACKTEST, **wrong) == code
