"""`membergraph stage preview|metrics|lint|troubleshoot|chart|template` and `membergraph signals`, over a history that was lived."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
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
from tests.membergraph.test_commands import settings  # noqa: F401 - a fixture
from tests.membergraph.test_stages import run  # noqa: F401 - a fixture
from tests.sdks.services import serving

Run = Callable[..., tuple[int, str, str]]
Told = Callable[..., str]
VIP = 'key = "vip"\nname = "VIP"\nentry = "arr >= 1200"\nexit = { mode = "ongoing" }\n'


async def _live(settings: dict[str, str]) -> None:  # noqa: F811
    """Twelve complete Onboarding after one to twelve days, one is late; the clock then stands at the thirtieth day."""
    async with workplace(load()) as place:
        clock = FixedClock(START)
        writer = await open_writer(place.graph, clock)
        await run_onboarding(Company(place.graph, writer, clock))
        await writer.close()


@pytest.fixture
def told(settings: dict[str, str], run: Run, monkeypatch: pytest.MonkeyPatch) -> Told:  # noqa: F811
    """What a command says; the exit code must be the one given."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MEMBERGRAPH_CLOCK", "2026-01-31T12:00:00Z")
    asyncio.run(_live(settings))

    def told(*arguments: str, code: int = 0) -> str:
        found, out, err = run(*arguments)
        assert found == code, (arguments, out, err)
        return out + err

    return told


@pytest.mark.starts
def test_a_lived_history_is_told_in_text_and_as_json(told: Told, tmp_path: Path):
    said = told("stage", "metrics", "onboarding")
    assert re.search(
        r"Onboarding: 13 entered \(93% of those that could\), 12 completed, 0 left without, 1 inside", said
    )
    assert "100% of those that ended, after 6.5 days on average" in said
    assert re.search(r"First project +12 +13 +92% +0 +6\.5 days +6\.5 days +100% of 12 +none of 0", said)
    early = json.loads(told("stage", "metrics", "onboarding", "--until", "2026-01-08T00:00:00Z", "--json"))
    assert (early["completed"], early["occupants"]) == (6, 7)
    late = told("signals")
    assert "1 late, 5,000 at risk" in late
    assert re.search(r"Onboarding: First project \(first_project\), 6\.5 days on average; 1 late", late)
    assert re.search(r"late +30 +23\.5 +4\.62 +5,?000", late)
    assert json.loads(told("signals", "--json"))["revenue"] == 5000
    assert "is no number" in told("signals", "--revenue", "plan", code=1)
    drawn = told("stage", "chart", "onboarding", "--kind", "completion")
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "Drawn: funnel.svg" in told("stage", "chart", "onboarding", "--output", "funnel.svg")
    assert "First project" in (tmp_path / "funnel.svg").read_text()
    assert "can't be written" in told("stage", "chart", "onboarding", "--output", "no/such/folder.svg", code=1)


@pytest.mark.starts
def test_a_rule_is_held_against_its_past(told: Told):
    said = told("stage", "backtest", "onboarding", "--from", "2026-01-01", "--entry", "arr >= 1100")
    assert re.search(r"2026-01-01T00:00:00Z to 2026-01-31T12:00:\S+: 3 would have entered, 13 did; 3 both", said)
    assert re.search(r"o11 +o_\w+ +2026-01-01T12:00:00Z +2026-01-01T12:00:00Z", said)
    assert "arr: complete since 2026-01-01T12:00:00Z" in said
    after = json.loads(told("stage", "backtest", "onboarding", "--from", "2026-01-02", "--json"))
    assert (after["wouldEnter"], after["entered"]) == (0, 0)
    assert "cannot be back-tested" in told("stage", "backtest", "onboarding", "--entry", "parent (arr > 1)", code=1)
    assert "no stage 'vpi'" in told("stage", "backtest", "vpi", code=1)


@pytest.mark.starts
def test_SG_10_a_signal_is_acknowledged_snoozed_and_woken(told: Told):
    (late,) = json.loads(told("signals", "--json"))["signals"][0]["late"]
    who = late["organisation"]["id"]
    said = told("signals", "acknowledge", "first_project", who, "--by", "Ann", "--note", "calls on Monday")
    assert re.search(r"First project: 1 acknowledged until 2026-03-02T12:00:\S+Z, or what ends it sooner\.", said)
    left = told("signals")
    assert "Nobody is late with anything that asks for attention." in left
    assert "1 acknowledged or snoozed: membergraph signals --silenced" in left
    listed = told("signals", "--silenced")
    assert re.search(r"late +30 .*acknowledged by Ann until 2026-03-02T12:00:\S+Z: calls on Monday", listed)
    assert "asks for attention again" in told("signals", "wake", "first_project", who)
    assert "1 snoozed until 2026-02-02" in told("signals", "snooze", "first_project", "--until", "2026-02-02T00:00:00Z")
    assert json.loads(told("signals", "--silenced", "--json"))["signals"][0]["late"][0]["silence"]["by"]
    assert "The whole signal is snoozed" in told("signals", "wake", "first_project", who, code=1)
    assert "has passed" in told("signals", "snooze", "first_project", "--until", "2026-01-01T00:00:00Z", code=1)
    assert "Did you mean 'first_project'?" in told("signals", "acknowledge", "frst_project", code=1)


@pytest.mark.starts
def test_a_draft_is_looked_at_before_it_goes_live(told: Told, tmp_path: Path):
    (tmp_path / "vip.toml").write_text(VIP)
    told("stage", "save", "vip.toml")
    seen = told("stage", "preview", "vip", "--sample", "1")
    assert "VIP is DRAFT. Would enter now: 2" in seen
    assert re.search(r"arr +14 +14", seen)
    assert len(json.loads(told("stage", "preview", "vip", "--json"))["sample"]) == 2
    assert "Nothing to say of vip." in told("stage", "lint", "vip")
    why = told("stage", "troubleshoot", "vip", code=3)
    assert re.search(r"! Is the stage live\? It is DRAFT\. → Make it live\.", why)
    assert "Too many are stuck?" in why
    (tmp_path / "vip.toml").write_text(VIP.replace("arr >= 1200", "arr >= 1200 and arr < 100"))
    assert "Advice:" in told("stage", "save", "vip.toml")
    assert re.search(r"entry: Nobody can ever enter.*ENTRY_IMPOSSIBLE", told("stage", "lint", "vip", code=3))
    assert json.loads(told("stage", "lint", "vip", "--json", code=3))[0]["field"] == ["entry"]
    for command in ("preview", "metrics", "lint", "troubleshoot", "chart"):
        assert "no stage 'vpi'" in told("stage", command, "vpi", code=1)


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


def test_ST_02_templates_are_listed_with_what_they_need(run: Run):  # noqa: F811
    _, out, _ = run("stage", "template")
    assert re.search(r"onboarding +Days 0 to 30.* +projects_created +integer", out)
    assert "renewal_date" in out
    assert [each["key"] for each in json.loads(run("stage", "template", "--json")[1])][-1] == "renewal"
    code, _, err = run("stage", "template", "onbording")
    assert (code, "Did you mean onboarding?" in err) == (1, True)


def test_they_go_through_a_running_service(settings: dict[str, str], run: Run, tmp_path: Path):  # noqa: F811
    (tmp_path / "vip.toml").write_text(VIP.replace("arr >= 1200", "name has any value"))
    with serving(**settings) as service:

        def told(*arguments: str, code: int = 0) -> str:
            found, out, err = run(*arguments, "--to", service.address)
            assert found == code, (arguments, out, err)
            return out

        told("stage", "save", "vip.toml")
        assert "Would enter now: 0" in told("stage", "preview", "vip")
        assert "VIP: 0 entered" in told("stage", "metrics", "vip")
        assert "Nobody is late" in told("signals")
        assert "Make it live" in told("stage", "troubleshoot", "vip", code=3)
        assert told("stage", "chart", "vip").startswith("<svg")
