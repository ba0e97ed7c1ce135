"""No code of a table that the project does not contain stands in it: whoever reads one could look it up nowhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("graph", "api", "loaders", "membergraph", "queries", "tests", "docs", "examples", "benchmarks")
KINDS = {".py", ".cypher", ".graphql", ".lark", ".md"}
CODE = re.compile(r"\b[A-Z]{2}-\d{2}\b")


def test_a_code_is_told_from_other_words():
    assert CODE.findall("(AB-12, F5; CD-34…56)") == ["AB-12", "CD-34"]
    assert not CODE.findall("UTF-16, F5, 2026-03-10, E-12, ABC-123, AB-1234")


def test_no_file_names_one():
    files = [*ROOT.glob("*.md")]
    for folder in FOLDERS:
        files += (p for p in (ROOT / folder).rglob("*") if p.suffix in KINDS and "node_modules" not in p.parts)
    found = {
        str(path.relative_to(ROOT)): codes
        for path in files
        if path != Path(__file__) and (codes := CODE.findall(path.read_text(encoding="utf-8")))
    }
    assert not found
    assert len(files) > 500
