"""Each program in examples/ runs as its README says, and prints the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.membergraph.conftest import settings  # noqa: F401 - a fixture
from tests.sdks.services import ROOT, environment, serving

EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
PROGRAMS = sorted(path.name for path in EXAMPLES.glob("*.py"))
PRINTED = dict(re.findall(r"^\$ python examples/(\S+)[^\n]*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL))


def printed(given: dict[str, str], folder: Path, name: str, *arguments: str) -> str:
    """Return the output of a program that runs outside its own folder."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(
        command, env=environment(**given), cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_short_and_the_readme_shows_what_it_prints(name: str):
    assert len((EXAMPLES / name).read_text(encoding="utf-8").splitlines()) < 60
    assert PRINTED[name].strip()


def test_what_one_person_did_in_each_of_two_organisations_stays_apart(settings: dict[str, str], tmp_path: Path):  # noqa: F811
    name = "one_person_two_organisations.py"
    assert printed(settings, tmp_path, name) == PRINTED[name]
    assert "0 created, 8 unchanged, 0 rejected" in printed(settings, tmp_path, name)


@pytest.mark.starts
def test_loaded_files_are_rolled_up_and_a_service_answers_the_same(settings: dict[str, str], tmp_path: Path):  # noqa: F811
    loading, asking = "load_and_roll_up.py", "ask_over_graphql.py"
    assert printed(settings, tmp_path, loading) == PRINTED[loading]
    with serving(**settings) as service:
        assert printed({}, tmp_path, asking, service.address) == PRINTED[asking]


@pytest.mark.starts
def test_a_refusal_of_the_service_ends_the_program_with_its_message(settings: dict[str, str], tmp_path: Path):  # noqa: F811
    with serving(**settings) as service:
        command = [sys.executable, str(EXAMPLES / "ask_over_graphql.py"), service.address]
        done = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The service refused: ")
    assert "members" in done.stderr
