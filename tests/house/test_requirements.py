"""The pinned requirements are hashed, hold no address of any machine, and are what pyproject asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")


def pinned(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_hashed(file: str):
    entries = re.split(r"\n(?=\S)", (ROOT / file).read_text().strip())
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("file", FILES)
def test_no_address_and_no_path_stands_in_them(file: str):
    assert not re.search(r"://|^-[-\w]|\s/|file:", (ROOT / file).read_text(), re.MULTILINE)


def test_what_pyproject_asks_for_is_pinned_and_fits():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["parquet"]
    for file, requirements in (
        ("requirements.txt", wanted),
        ("requirements-dev.txt", wanted + project["dependency-groups"]["dev"]),
    ):
        have = pinned(file)
        for requirement in map(Requirement, requirements):
            assert requirement.specifier.contains(have[canonicalize_name(requirement.name)]), requirement
