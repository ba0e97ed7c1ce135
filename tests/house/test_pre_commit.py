"""The pre-commit hooks are what `make check` runs, and each is a command of the project's own environment."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REPOSITORIES: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
ENTRIES = [hook["entry"] for repository in REPOSITORIES for hook in repository["hooks"]]
BIN = ".venv/bin/"


def test_no_hook_is_fetched_from_elsewhere():
    assert [repository["repo"] for repository in REPOSITORIES] == ["local"]
    assert all(hook["language"] == "system" for hook in REPOSITORIES[0]["hooks"])


def test_the_hooks_are_what_make_check_runs():
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    commands = [line.strip().replace("$(BIN)/", BIN) for line in recipe[1].splitlines()]
    assert commands == ENTRIES


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_hook_s_command_is_installed(entry: str):
    program = entry.split(maxsplit=1)[0].removeprefix(BIN)
    done = subprocess.run([Path(sys.executable).parent / program, "--help"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
