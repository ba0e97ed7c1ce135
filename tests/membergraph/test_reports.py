"""`membergraph stage preview|metrics|lint|troubleshoot|chart|template` and `membergraph signals`, over a history that was lived."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graph.clock import FixedClock
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.templates import TEMPLATE
from graph.writer import open_writer
from membergraph.settings import load
from membergraph.stage_file import read_stage_file, stage_file
from membergraph.workplace import workplace
from tests.graph.journey.company import START, Company
from tests.graph.journey.onboarding import run_onboarding
from tests.membergraph.commands import Output, Run, output_of
from tests.sdks.services import serving

VIP = 'key = "vip"\nname = "VIP"\nentry = "arr >= 1200"\nexit = { mode = "ongoing" }\n'


async def _live(settings: dict[str, str]) -> None:
    """Twelve complete Onboarding after one to twelve days, one is late; the clock then stands at the thirtieth day."""
    async with workplace(load()) as place:
        clock = FixedClock(START)
        writer = await open_writer(place.graph, clock)
        await run_onboarding(Company(place.graph, writer, clock))
        await writer.close()


@pytest.fixture
def output(settings: dict[str, str], run: Run, monkeypatch: pytest.MonkeyPatch) -> Output:
    """Run commands over the history, and return what they print."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MEMBERGRAPH_CLOCK", "2026-01-31T12:00:00Z")
    asyncio.run(_live(settings))

    return output_of(run)


@pytest.mark.starts
def test_a_lived_history_is_told_in_text_and_as_json(output: Output, tmp_path: Path):
    printed = output("stage", "metrics", "onboarding")
    assert re.search(
        r"Onboarding: 13 entered \(93% of those that could\), 12 completed, 0 left without, 1 inside", printed
    )
    assert "100% of those that ended, after 6.5 days on average" in printed
    assert re.search(r"First project +12 +13 +92% +0 +6\.5 days +6\.5 days +100% of 12 +none of 0", printed)
    early = json.loads(output("stage", "metrics", "onboarding", "--until", "2026-01-08T00:00:00Z", "--json"))
    assert (early["completed"], early["occupants"]) == (6, 7)
    late = output("signals")
    assert "1 late, 5,000 at risk" in late
    assert re.search(r"Onboarding: First project \(first_project\), 6\.5 days on average; 1 late", late)
    assert re.search(r"late +30 +23\.5 +4\.62 +5,?000", late)
    assert json.loads(output("signals", "--json"))["revenue"] == 5000
    assert "is no number" in output("signals", "--revenue", "plan", code=1)
    drawn = output("stage", "chart", "onboarding", "--kind", "completion")
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "Drawn: funnel.svg" in output("stage", "chart", "onboarding", "--output", "funnel.svg")
    assert "First project" in (tmp_path / "funnel.svg").read_text()
    assert "can't be written" in output("stage", "chart", "onboarding", "--output", "no/such/folder.svg", code=1)


@pytest.mark.starts
def test_a_rule_is_held_against_its_past(output: Output):
    printed = output("stage", "backtest", "onboarding", "--from", "2026-01-01", "--entry", "arr >= 1100")
    assert re.search(r"2026-01-01T00:00:00Z to 2026-01-31T12:00:\S+: 3 would have entered, 13 did; 3 both", printed)
    assert re.search(r"o11 +o_\w+ +2026-01-01T12:00:00Z +2026-01-01T12:00:00Z", printed)
    assert "arr: complete since 2026-01-01T12:00:00Z" in printed
    after = json.loads(output("stage", "backtest", "onboarding", "--from", "2026-01-02", "--json"))
    assert (after["wouldEnter"], after["entered"]) == (0, 0)
    assert "cannot be back-tested" in output("stage", "backtest", "onboarding", "--entry", "parent (arr > 1)", code=1)
    assert "no stage 'vpi'" in output("stage", "backtest", "vpi", code=1)


@pytest.mark.starts
def test_SG_10_a_signal_is_acknowledged_snoozed_and_woken(output: Output):
    (late,) = json.loads(output("signals", "--json"))["signals"][0]["late"]
    who = late["organisation"]["id"]
    printed = output("signals", "acknowledge", "first_project", who, "--by", "Ann", "--note", "calls on Monday")
    assert re.search(r"First project: 1 acknowledged until 2026-03-02T12:00:\S+Z, or what ends it sooner\.", printed)
    left = output("signals")
    assert "Nobody is late with anything that asks for attention." in left
    assert "1 acknowledged or snoozed: membergraph signals --silenced" in left
    listed = output("signals", "--silenced")
    assert re.search(r"late +30 .*acknowledged by Ann until 2026-03-02T12:00:\S+Z: calls on Monday", listed)
    assert "asks for attention again" in output("signals", "wake", "first_project", who)
    assert "1 snoozed until 2026-02-02" in output(
        "signals", "snooze", "first_project", "--until", "2026-02-02T00:00:00Z"
    )
    assert json.loads(output("signals", "--silenced", "--json"))["signals"][0]["late"][0]["silence"]["by"]
    assert "The whole signal is snoozed" in output("signals", "wake", "first_project", who, code=1)
    assert "has passed" in output("signals", "snooze", "first_project", "--until", "2026-01-01T00:00:00Z", code=1)
    assert "Did you mean 'first_project'?" in output("signals", "acknowledge", "frst_project", code=1)


@pytest.mark.starts
def test_a_draft_is_looked_at_before_it_goes_live(output: Output, tmp_path: Path):
    (tmp_path / "vip.toml").write_text(VIP)
    output("stage", "save", "vip.toml")
    seen = output("stage", "preview", "vip", "--sample", "1")
    assert "VIP is DRAFT. Would enter now: 2" in seen
    assert re.search(r"arr +14 +14", seen)
    assert len(json.loads(output("stage", "preview", "vip", "--json"))["sample"]) == 2
    assert "Nothing to say of vip." in output("stage", "lint", "vip")
    why = output("stage", "troubleshoot", "vip", code=3)
    assert re.search(r"! Is the stage live\? It is DRAFT\. → Make it live\.", why)
    assert "Too many are stuck?" in why
    (tmp_path / "vip.toml").write_text(VIP.replace("arr >= 1200", "arr >= 1200 and arr < 100"))
    assert "Advice:" in output("stage", "save", "vip.toml")
    assert re.search(r"entry: Nobody can ever enter.*ENTRY_IMPOSSIBLE", output("stage", "lint", "vip", code=3))
    assert json.loads(output("stage", "lint", "vip", "--json", code=3))[0]["field"] == ["entry"]
    for command in ("preview", "metrics", "lint", "troubleshoot", "chart"):
        assert "no stage 'vpi'" in output("stage", command, "vpi", code=1)


@pytest.mark.parametrize("stage", TEMPLATE.stages, ids=lambda each: each.key)
def test_ST_02_a_template_is_a_file_that_says_the_same_stage(stage: Stage, tmp_path: Path):
    (tmp_path / "stage.toml").write_text(stage_file(stage))
    found = read_stage_file(tmp_path / "stage.toml")
    assert (found.stage["entry"], found.stage["exit"]["mode"]) == (stage.entry, stage.exit.mode)
    assert found.stage.get("reentry", {"mode": "NEVER"})["mode"] == stage.reentry.mode
    assert [each["key"] for each in found.objectives] == [each.key for each in stage.objectives]
    for written, each in zip(found.objectives, stage.objectives, strict=True):
        assert written.get("criteria") == each.criteria
        assert (written.get("kind", "OBJECTIVE"), written.get("manual", False)) == (each.kind, each.manual)
        assert tuple(written.get("after", ())) == each.after


def test_ST_02_templates_are_listed_with_what_they_need(run: Run):
    _, out, _ = run("stage", "template")
    assert re.search(r"onboarding +Days 0 to 30.* +projects_created +integer", out)
    assert "renewal_date" in out
    assert [each["key"] for each in json.loads(run("stage", "template", "--json")[1])][-1] == "renewal"
    code, _, err = run("stage", "template", "onbording")
    assert (code, "Did you mean onboarding?" in err) == (1, True)


def test_they_go_through_a_running_service(settings: dict[str, str], run: Run, tmp_path: Path):
    (tmp_path / "vip.toml").write_text(VIP.replace("arr >= 1200", "name has any value"))
    with serving(**settings) as service:
        output = output_of(run, "--to", service.address)
        output("stage", "save", "vip.toml")
        assert "Would enter now: 0" in output("stage", "preview", "vip")
        assert "VIP: 0 entered" in output("stage", "metrics", "vip")
        assert "Nobody is late" in output("signals")
        assert "Make it live" in output("stage", "troubleshoot", "vip", code=3)
        assert output("stage", "chart", "vip").startswith("<svg")
