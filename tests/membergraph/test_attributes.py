"""`membergraph attribute` on a graph that nobody serves, in one go."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests.membergraph.commands import command, output_of

MEMBERS = "email,domain,role\nann@acme.test,acme.test,admin\nbob@bolt.test,bolt.test,member\n"


@pytest.mark.starts
def test_attributes_are_defined_listed_explained_and_removed_once_unused(settings: dict[str, str], tmp_path: Path):
    (tmp_path / "members.csv").write_text(MEMBERS)
    output = output_of(partial(command, settings, tmp_path))
    output("load", "members.csv")
    output("rollup", "define", "people", "--aggregation", "count")
    assert "crowd is defined" in output("attribute", "define", "crowd", "--formula", "people * 10")
    led = "led: 3: any member (role = 'admin')"
    assert "health is defined" in output("attribute", "define", "health", "--rule", led, "--rule", "big: 1: crowd > 50")
    listed = output("attribute", "list", "--of", "organisation")
    assert ("people * 10" in listed, "led (3) · big (1)" in listed) == (True, True), listed
    parts = json.loads(output("attribute", "parts", "acme.test", "health", "--json"))
    assert [(each["name"], each["holds"]) for each in parts] == [("led", True), ("big", False)]
    (use,) = json.loads(output("attribute", "uses", "people", "--json"))
    assert (use["kind"], use["name"], use["part"]) == ("CALCULATED", "crowd", "formula")
    assert "is used by calculated attribute crowd" in output("rollup", "remove", "people", code=1)
    assert "Nothing uses health" in output("attribute", "uses", "health")
    (tmp_path / "plans.csv").write_text("domain,plan\nacme.test,pro\n")
    output("load", "plans.csv")
    plan = json.loads(output("attribute", "history", "acme.test", "plan", "--json"))
    assert [(each["value"], each["until"]) for each in plan["values"]] == [("pro", None)]
    assert "Nothing was ever known of name" in output("attribute", "history", "ann@acme.test", "name", "--of", "person")
    assert "Nothing was known of name then" in output("attribute", "history", "acme.test", "name", "--at", "2001-01-01")
    assert "There is no person 'eve@acme.test'" in output(
        "attribute", "history", "eve@acme.test", "name", "--of", "person", code=1
    )
    assert "health is removed" in output("attribute", "remove", "health")
    assert "is not NAME: WEIGHT: CRITERION" in output("attribute", "define", "x", "--rule", "nonsense", code=2)


@pytest.mark.starts
def test_those_of_people_and_memberships_are_defined_and_explained_by_whom_they_are_of(
    settings: dict[str, str], tmp_path: Path
):
    (tmp_path / "members.csv").write_text(MEMBERS)
    output = output_of(partial(command, settings, tmp_path))
    output("load", "members.csv")
    output("rollup", "define", "acts", "--on", "person", "--aggregation", "count", "--source", "events")
    output("attribute", "define", "calm", "--of", "person", "--rule", "calm: 1: acts = 0")
    output(
        "attribute",
        "define",
        "fit",
        "--of",
        "membership",
        "--rule",
        "leads: 2: role = 'admin'",
        "--rule",
        "calm: 1: calm > 0",
    )
    parts = json.loads(output("attribute", "parts", "bob@bolt.test", "fit", "--in", "bolt.test", "--json"))
    assert [(each["name"], each["holds"]) for each in parts] == [("leads", False), ("calm", True)]
    assert "+ calm (1)" in output("attribute", "parts", "ann@acme.test", "calm", "--of", "person")
    assert "was never a member" in output("attribute", "parts", "ann@acme.test", "fit", "--in", "bolt.test", code=1)
    assert "say of which organisation" in output(
        "attribute", "parts", "ann@acme.test", "fit", "--of", "membership", code=2
    )
    assert "is used by person calculated attribute calm" in output("rollup", "remove", "acts", "--on", "person", code=1)
    assert "is used by membership calculated attribute fit" in output(
        "attribute", "remove", "calm", "--of", "person", code=1
    )
    output("attribute", "remove", "fit", "--of", "membership")
    assert "calm is removed" in output("attribute", "remove", "calm", "--of", "person")
