"""Every page of documentation has short sentences, and names only files, headings and functions that exist."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links, names, paths, sentences

MOST_WORDS = 25
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@each_page
def test_no_sentence_is_longer_than_25_words(page: Path) -> None:
    found = sentences(page.read_text(encoding="utf-8"))
    assert len(found) > 10
    assert [sentence for sentence in found if len(sentence.split()) > MOST_WORDS] == []


@each_page
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_the_readme_leads_to_every_page() -> None:
    linked = {(ROOT / link).resolve() for link in links((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert [page.name for page in PAGES if page not in linked] == ["README.md"]


@each_page
def test_every_path_exists(page: Path) -> None:
    for path in paths(page.read_text(encoding="utf-8")):
        assert list(ROOT.glob(path.rstrip("/"))), path


@each_page
def test_every_python_name_exists(page: Path) -> None:
    for name in names(page.read_text(encoding="utf-8")):
        module, attributes = _module(name)
        for attribute in attributes:
            module = getattr(module, attribute)


def _module(name: str) -> tuple[object, list[str]]:
    """Import the longest part of a dotted name that is a module; return it with the rest of the name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            return importlib.import_module(".".join(parts[:length])), parts[length:]
        except ModuleNotFoundError:
            continue
    raise AssertionError(f"{name} is not a module")


def test_sentences_are_told_from_code_and_tables() -> None:
    page = "# Title\n\nOne is here. **Two.** Three\ngoes on:\n\n```sh\nnot this. At all.\n```\n\n- four\n- five: `x`. Six\n\n| not | this |\n"
    assert sentences(page) == ["# Title", "One is here.", "**Two.", "Three goes on:", "four", "five: `x`.", "Six"]


def test_links_paths_names_and_anchors_are_found() -> None:
    page = "## Who may do `what`?\n[a](b.md#c) ![d](e.svg) [f](https://g.h) `graph/x.py` `a/b` `graph.y.z` `no.z`"
    assert links(page) == ["b.md#c", "e.svg"]
    assert anchors(page) == {"who-may-do-what"}
    assert paths(page) == ["graph/x.py"]
    assert names(page) == ["graph.y.z"]


def test_the_architecture_names_the_rooms_of_graph_from_the_lowest_up() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        each["layers"] for each in project["tool"]["importlinter"]["contracts"] if each.get("containers") == ["graph"]
    )
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [
        Path(path).stem
        for row in page.split("## The rooms")[1].split("\n\n")[1].splitlines()
        for path in paths(row.split("|")[1])
        if path.startswith("graph/")
    ]
    assert rooms == list(reversed(layers))
