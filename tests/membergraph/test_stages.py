"""`membergraph stage` and `membergraph explain`: through a running service, and on a graph that nobody serves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graph.errors import UserMistake
from membergraph.stage_file import read_stage_file
from tests.membergraph.commands import Run, command, output_of
from tests.sdks.services import ROOT, serving

FILE = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/cli.md").read_text(encoding="utf-8"), re.DOTALL)[0]
MEMBERS = "email,domain,role\nann@acme.test,acme.test,admin\nbob@bolt.test,bolt.test,member\n"
WRONG_STAGE = 'key = "wrong"\nname = "Wrong"\nentry = "{entry}"\nexit = {{ mode = "{exit}", {more}\n'


def _files(folder: Path) -> None:
    (folder / "onboarding.toml").write_text(FILE)
    (folder / "members.csv").write_text(MEMBERS)


def test_the_guide_is_followed_through_a_running_service(settings: dict[str, str], run: Run, tmp_path: Path):
    _files(tmp_path)
    with serving(**settings) as service:
        output = output_of(run, "--to", service.address)
        output("load", "members.csv")
        assert "There is no stage" in output("stage", "list")
        saved = output("stage", "save", "onboarding.toml")
        for line in (
            r"Onboarding \(onboarding\): DRAFT, version 1",
            r"Journey Customer, place 1",
            r"Enters: +any member \(role = 'admin'\)",
            r"Leaves: +when all objectives are complete, or after 30 days",
            r"Again: +after 90 days",
            r"kick_off +Kick-off call +ticked by people +yes +first_project",
            r"three_administrators +Three administrators +when did 'Administrator Added' at least 3 times +no +any member",
        ):
            assert re.search(line, saved), (line, saved)
        assert "To make a draft live: membergraph stage live onboarding" in output(
            "stage", "resume", "onboarding", code=1
        )
        for wrong, message in (
            ("days = 0 }", "a whole number from 1 to 36500; found 0"),
            ("days = 30 }\nreentry = { mode = 'always', days = 3 }", "ALWAYS takes no days"),
        ):
            (tmp_path / "wrong.toml").write_text(WRONG_STAGE.format(entry="name = 'x'", exit="after_days", more=wrong))
            assert message in output("stage", "save", "wrong.toml", code=1)
        for entry, message in (
            ("last_left_onbording_stage has any value", "did you mean `last_left_onboarding_stage`?"),
            ("last_left_wrong_stage has any value", "it would depend on itself"),
        ):
            (tmp_path / "wrong.toml").write_text(WRONG_STAGE.format(entry=entry, exit="after_days", more="days = 3 }"))
            assert message in output("stage", "save", "wrong.toml", code=1)
        assert "onboarding is LIVE" in output("stage", "live", "onboarding")
        assert "bolt.test is in Onboarding" in output("stage", "put-in", "bolt.test", "onboarding")
        assert "in stage 'onboarding' already" in output("stage", "put-in", "bolt.test", "onboarding", code=1)
        long_ago = ("--at", "2020-01-01T00:00:00Z")
        assert "must lie between that and now" in output(
            "stage", "complete", "bolt.test", "kick_off", *long_ago, code=1
        )
        assert "Kick-off call is complete since" in output("stage", "complete", "bolt.test", "kick_off")
        assert "put in by hand" in output("explain", "bolt.test", "onboarding")
        why = json.loads(output("explain", "bolt.test", "kick_off", "--json"))
        assert (why["holds"], "ticked by hand" in why["text"]) == (True, True)
        assert "left Onboarding at" in output("stage", "take-out", "bolt.test", "onboarding")
        assert "not in stage" in output("stage", "complete", "bolt.test", "kick_off", code=1)
        output("stage", "objective", "save", "onboarding", "second_project", "--criteria", "did 'Project Created'")
        changed = output("stage", "objective", "save", "onboarding", "second_project", "--marker")
        assert re.search(r"second_project +Second project +when did 'Project Created' +no", changed)
        output("stage", "objective", "remove", "onboarding", "second_project")
        shown = json.loads(output("stage", "show", "onboarding", "--json"))
        assert [one["key"] for one in shown["objectives"]] == ["first_project", "kick_off", "three_administrators"]
        assert (shown["status"], shown["version"]) == ("LIVE", 4)
        for word, status, message in (
            ("pause", "PAUSED", "1 organisation inside: nobody moves"),
            ("resume", "LIVE", "nothing fell due while it was paused"),
            ("archive", "ARCHIVED", "its history is kept"),
        ):
            printed = output("stage", word, "onboarding")
            assert f"onboarding is {status}" in printed
            assert message in printed
        listed = output("stage", "list")
        assert re.search(r"Customer +1 +onboarding +Onboarding +ARCHIVED +4 +when all objectives", listed)
        assert "Did you mean onboarding?" in output("explain", "acme.test", "onbording", code=1)
        assert "There is no organisation 'nobody.test'" in output("explain", "nobody.test", "onboarding", code=1)
        assert "There are: onboarding" in output("stage", "show", "adoption", code=1)
        assert "is ARCHIVED" in output("stage", "live", "onboarding", code=1)


@pytest.mark.starts
def test_J9_a_change_that_floods_is_shown_and_made_when_confirmed(settings: dict[str, str], run: Run, tmp_path: Path):
    _files(tmp_path)
    (tmp_path / "more.csv").write_text(
        "email,domain,role\n" + "".join(f"x{i}@x{i}.test,x{i}.test,owner\n" for i in range(3))
    )
    with serving(**settings) as service:
        output = output_of(run, "--to", service.address)
        output("load", "members.csv")
        output("load", "more.csv")
        output("stage", "save", "onboarding.toml")
        output("stage", "live", "onboarding")
        (tmp_path / "onboarding.toml").write_text(FILE.replace("role = 'admin'", "role in ('admin', 'owner')", 1))
        printed = output("stage", "save", "onboarding.toml", code=1)
        assert re.search(r"would enter at once +3 +x0\.test, x1\.test, x2\.test|would enter at once +3 ", printed)
        assert "To change it all the same: --confirm" in printed
        assert json.loads(output("stage", "show", "onboarding", "--json"))["version"] == 1
        assert re.search("DRAFT|LIVE, version 2", output("stage", "save", "onboarding.toml", "--confirm"))


def test_ST_13_a_journey_is_made_exclusive_and_put_in_order(settings: dict[str, str], run: Run, tmp_path: Path):
    _files(tmp_path)
    with serving(**settings) as service:
        output = output_of(run, "--to", service.address)
        assert "There is no journey" in output("journey", "list")
        output("load", "members.csv")
        output("stage", "save", "onboarding.toml")
        (tmp_path / "trial.toml").write_text(
            WRONG_STAGE.format(entry="name = 'x'", exit="after_days", more="days = 3 }")
        )
        output("stage", "save", "trial.toml")
        printed = output("journey", "save", "customer", "--exclusive", "--stages", "wrong, onboarding")
        assert re.search(r"customer +Customer +one stage at a time +wrong \(DRAFT\), onboarding \(DRAFT\)", printed)
        assert "several at once" in output("journey", "save", "customer", "--parallel", "--name", "Customers")
        assert "Did you mean 'onboarding'?" in output("journey", "save", "customer", "--stages", "onbording", code=1)
        output("journey", "save", "customer", "--parallel", "--confirm")
        (found,) = json.loads(output("journey", "list", "--json"))
        assert (found["name"], found["exclusive"], found["stages"][0]["key"]) == ("Customers", False, "wrong")


@pytest.mark.starts
def test_without_a_service_the_graph_is_opened_and_evaluated(settings: dict[str, str], tmp_path: Path):
    _files(tmp_path)
    (tmp_path / "onboarding.toml").write_text(FILE)
    assert command(settings, tmp_path, "load", "members.csv")[0] == 0
    code, out, err = command(settings, tmp_path, "stage", "save", "onboarding.toml")
    assert (code, "DRAFT" in out) == (0, True), err
    code, out, err = command(settings, tmp_path, "stage", "live", "onboarding")
    assert (code, "in it now: 1" in out) == (0, True), out + err
    code, out, err = command(settings, tmp_path, "explain", "acme.test", "onboarding")
    assert (code, "In Onboarding since" in out, "1 of 1" in out) == (0, True, True), out + err


_START = 'key = "a"\nname = "A"\nentry = "x"\n'
WRONG = {
    "no such file": (None, "can't be read"),
    "no TOML": ("key = ", "is no TOML"),
    "an unknown name": ('key = "a"\nentri = "b"', "Did you mean entry?"),
    "an unknown name of an exit": (_START + 'exit = {mode = "criteria", completedWhen = "x"}', "completed_when"),
    "an exit that is no table": (_START + 'exit = "ongoing"', "is a table"),
    "an exit without a mode": (_START + "exit = {days = 3}", "needs `mode`"),
    "no key": ('name = "A"', "needs `key`"),
    "no exit": (_START, "needs `exit`"),
    "an objective that is no table": (_START + 'objective = ["b"]', "[[objective]]"),
    "an objective without a key": (_START + 'exit = {mode = "ongoing"}\n[[objective]]\nname = "B"', "needs `key`"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_a_file_that_says_no_stage_is_told(text: str | None, message: str, tmp_path: Path):
    path = tmp_path / "stage.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserMistake) as caught:
        read_stage_file(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_becomes_the_inputs_of_the_api(tmp_path: Path):
    path = tmp_path / "stage.toml"
    more = 'exit = {mode = "criteria", completed_when = "y"}\n[[objective]]\nkey = "o"\nname = "O"\n'
    path.write_text(_START + more + 'kind = "marker"\napplies_to = "z"')
    found = read_stage_file(path)
    exit_rule = {"mode": "CRITERIA", "completedWhen": "y"}
    assert found.stage == {"key": "a", "name": "A", "entry": "x", "exit": exit_rule}
    assert found.objectives == ({"key": "o", "name": "O", "kind": "MARKER", "appliesTo": "z"},)
