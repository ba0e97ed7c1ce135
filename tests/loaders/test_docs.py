"""Every example of docs/loading.md comes to what the page says."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from loaders import LoadOptions, load, read_mapping
from loaders.mapping import _KEYS
from loaders.shape import FIELDS
from tests.loaders.files import Remembering

PAGE = (Path(__file__).parents[2] / "docs" / "loading.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(csv|json|toml) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str | None, str]]:
    """Name and content of a file, its mapping if it has one, and the rows it comes to."""
    found = []
    file, mapping = ("", ""), None
    for kind, name, body in BLOCK.findall(PAGE):
        if name == "rows":
            found.append((*file, mapping, body))
            mapping = None
        elif kind == "toml":
            mapping = body
        else:
            file = (name, body)
    return found


@pytest.mark.parametrize(("name", "content", "mapping", "rows"), examples(), ids=[one[0] for one in examples()])
def test_an_example_comes_to_its_rows(name: str, content: str, mapping: str | None, rows: str, tmp_path: Path):
    (tmp_path / name).write_text(content)
    if mapping:
        (tmp_path / "mapping.toml").write_text(mapping)
    options = LoadOptions(mapping=read_mapping(tmp_path / "mapping.toml") if mapping else None, refused=tmp_path)
    destination = Remembering()
    summary = asyncio.run(load([tmp_path / name], destination, options))
    assert summary.refused == 0
    assert destination.rows == json.loads(rows)


def test_the_page_has_its_examples():
    assert [one[0] for one in examples()] == [
        "people.csv",
        "memberships.csv",
        "deployments.jsonl",
        "excel.csv",
        "guessed.csv",
    ]


@pytest.mark.parametrize("key", _KEYS)
def test_every_key_of_a_mapping_is_explained(key: str):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_named(kind: str):
    assert [name for name in FIELDS[kind] if f"`{name}`" not in PAGE] == []
