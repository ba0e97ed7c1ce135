"""Every rule that code, tests or documentation cite is stated once, in docs/rules.md or docs/journeys.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / name for name in ("rules.md", "journeys.md")]
FOLDERS = ("graph", "api", "loaders", "membergraph", "queries", "tests", "docs", "examples", "benchmarks")
KINDS = {".py", ".cypher", ".graphql", ".lark", ".md", ".toml"}
CITED = re.compile(r"(?<![\w\"'%#./:-])[FIMECRTJPV](?:[1-9]|1\d)(?![\w\"'])")
STATED = re.compile(r"^(?:#+ |\*\*)([FIMECRTJPV](?:[1-9]|1\d)) ", re.MULTILINE)


def cited(text: str) -> set[str]:
    """The rules that a text names."""
    return set(CITED.findall(text))


def sources() -> Iterator[Path]:
    """Every file of ours in which a rule may be cited."""
    yield from ROOT.glob("*.md")
    for folder in FOLDERS:
        yield from (
            path for path in (ROOT / folder).rglob("*") if path.suffix in KINDS and "node_modules" not in path.parts
        )


STATEMENTS = [rule for page in PAGES for rule in STATED.findall(page.read_text(encoding="utf-8"))]
CITATIONS: dict[str, list[str]] = {}
for _path in sources():
    for _rule in cited(_path.read_text(encoding="utf-8")):
        CITATIONS.setdefault(_rule, []).append(str(_path.relative_to(ROOT)))


@pytest.mark.parametrize("rule", sorted(CITATIONS))
def test_a_cited_rule_is_stated(rule: str):
    assert rule in STATEMENTS, f"{rule} is cited in {CITATIONS[rule][:5]}, and neither page states it"


def test_citations_are_found_in_code_and_prose_and_nothing_else_is_taken_for_one():
    found = cited("(F5, J11) rules I1-I3; T4: `V2`. E4")
    assert found == {"F5", "J11", "I1", "T4", "V2", "E4"}
    assert not cited('T00:00 F0 U+F5A x.P3 "P3" MB-E1 %F3 #C1 /R2 F30 12:C3')
    assert len(CITATIONS) > 40


def test_a_page_s_label_is_taken_for_a_statement_and_a_mention_is_not():
    assert STATED.findall("**F5 Types.** As F6.\n\n## J1 Steps\nAnd **F7 no**") == ["F5", "J1"]


def test_no_rule_is_stated_twice():
    assert sorted(STATEMENTS) == sorted(set(STATEMENTS))
