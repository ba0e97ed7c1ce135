"""Commands at work on a real graph, as their users run them, on both engines."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.membergraph.commands import command
from tests.sdks.services import ROOT, serving

OPENSTACK = ROOT / "tests" / "data" / "openstack"
FILES = [str(OPENSTACK / name) for name in ("people.csv", "memberships.csv")]
ASKED = ("which_accounts_with_users", "at_least=6")
USERS = [21, 6, 6]
"""Members today of OpenStack's organisations that have six or more, counted by hand."""
MAPPING = ["--mapping", str(OPENSTACK / "mapping.toml")]


def date_of_response(address: str) -> float:
    """Return the `Date` of a response in seconds since 1970."""
    with urlopen(f"{address}/health", timeout=30) as answer:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()


@pytest.mark.starts
def test_files_are_loaded_asked_about_rolled_up_and_checked(settings: dict[str, str], tmp_path: Path):
    code, out, err = command(settings, tmp_path, "load", *FILES, *MAPPING)
    assert (code, "END_BEFORE_BEGINNING 3" in err) == (3, True), out + err
    assert out.split("\n")[3].split() == ["together", "316", "313", "0", "0", "3", "0"], out
    left = (tmp_path / "memberships.csv.refused.jsonl").read_text().splitlines()
    assert {json.loads(line)["refused"]["code"] for line in left} == {"END_BEFORE_BEGINNING"}

    code, out, err = command(settings, tmp_path, "rollup", "define", "members", "--aggregation", "count")
    assert (code, "members is defined" in out) == (0, True), out + err
    code, out, err = command(settings, tmp_path, "evaluate", "--all")
    assert (code, "evaluated in" in out) == (0, True), out + err
    assert "members" in command(settings, tmp_path, "rollup", "list")[1]

    code, out, err = command(settings, tmp_path, "ask", *ASKED, "--json")
    assert code == 0, err
    assert [row[-1] for row in json.loads(out)["rows"]] == USERS
    code, out, err = command(settings, tmp_path, "doctor")
    assert (code, "healthy" in out) == (0, True), out + err
    code, out, err = command(settings, tmp_path, "criteria", "check", "membrs >= 1")
    assert (code, "line 1, column 1" in err, "members" in err) == (1, True, True), out + err


def test_a_running_service_takes_files_and_questions_and_owns_its_graph(
    settings: dict[str, str], engine_kind: str, tmp_path: Path
):
    with serving(**settings) as service:
        assert -60 <= date_of_response(service.address) - time.time() <= 60
        code, out, err = command(settings, tmp_path, "load", *FILES, *MAPPING, "--to", service.address)
        assert (code, "together" in out) == (3, True), out + err
        (tmp_path / "few.csv").write_text("email,company\nx@w.example,\n,Acme\ny@w.example,Beta\n")
        counted = ["few.csv", "3", "2", "0", "0", "1", "0"]
        for more, written in (("--dry-run", "Nothing was changed"), ("--data-dir=.", "Committed")):
            code, out, err = command(settings, tmp_path, "load", "few.csv", "--to", service.address, more)
            assert (code, written in out, out.split("\n")[1].split()) == (3, True, counted), out + err
        arguments = ("ask", *ASKED, "--to", service.address, "--json")
        code, out, err = command(settings, tmp_path, *arguments)
        assert code == 0, err
        assert [row[-1] for row in json.loads(out)["rows"]] == USERS
        if engine_kind == "embedded":
            code, _, err = command(settings, tmp_path, "load", *FILES, *MAPPING)
            assert (code, f"--to {service.address}" in err) == (1, True), err
        assert service.stop() == 0
    assert command(settings, tmp_path, "doctor")[0] == 0


def test_a_service_by_the_driver_and_plain_uvicorn_answers_says_so_and_stops_cleanly(
    settings: dict[str, str], tmp_path: Path
):
    with serving(**settings, MEMBERGRAPH_BOLT="driver", MEMBERGRAPH_HTTP="uvicorn") as service:
        assert service.ask("{ __typename }") == {"__typename": "Query"}
        with urlopen(f"{service.address}/metrics", timeout=30) as answer:
            metrics = answer.read().decode().splitlines()
        assert {"membergraph_bolt_own 0", "membergraph_http_own 0", "membergraph_http_requests_total 1"} <= {*metrics}
        assert not [line for line in metrics if "fallbacks_total{" in line]
        assert service.stop() == 0
    assert command(settings, tmp_path, "doctor")[0] == 0


@pytest.mark.neo4j
def test_a_neo4j_that_refuses_is_told(settings: dict[str, str], engine_kind: str, tmp_path: Path):
    wrong = {**settings, "MEMBERGRAPH_NEO4J_PASSWORD": "wrong-password"}
    code, _, err = command(wrong, tmp_path, "doctor")
    assert (code, err.startswith("Error:")) == (1, True), err
