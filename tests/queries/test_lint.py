"""Neo4j's own semantic analysis, from npm, finds nothing in any statement of queries/."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import queries
from graph.schema.vocabulary import LABELS, RELATIONSHIP_TYPES, property_names
from tests.fetching.npm import installed

HERE = Path(__file__).parent
PROGRAM = (HERE / "lint.mjs").read_text(encoding="utf-8")
SCHEMA = {
    "labels": sorted(LABELS),
    "relationshipTypes": sorted(RELATIONSHIP_TYPES),
    "propertyKeys": property_names(),
    "defaultLanguage": "CYPHER 5",
}


@pytest.fixture(scope="module")
def linter() -> Path:
    """Return the folder into which npm put the linter."""
    return installed(HERE, "STATEMENTS NOT LINTED")


def findings(linter: Path, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings of the linter, without those on keys of maps in rows, which it cannot know.

    A statement takes a quarter of a second. So one that was clean under this linter and schema is not looked at
    again.
    """
    clean = linter / "clean"
    clean.mkdir(exist_ok=True)
    marks = {
        s["name"]: clean / hashlib.sha256(json.dumps([SCHEMA, PROGRAM, s]).encode()).hexdigest() for s in statements
    }
    found = [
        f for f in linted(linter, [s for s in statements if not marks[s["name"]].exists()]) if not is_key_of_map(f)
    ]
    for name in marks.keys() - {f["name"] for f in found}:
        marks[name].touch()
    return found


def linted(linter: Path, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings of the linter on statements. One process lints all, because its first statement takes longest."""
    asked = json.dumps({"schema": SCHEMA, "statements": statements})
    command = ["node", str(HERE / "lint.mjs"), str(linter)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def is_key_of_map(finding: dict[str, Any]) -> bool:
    missing = "is not present in the database" in finding["message"]
    return missing and finding["of"] is not None and not {"Node", "Relationship"} & set(finding["of"])


def test_every_statement_passes_neo4js_linter(linter: Path) -> None:
    statements = [
        {"name": s.name, "text": s.text, "parameters": [p.name for p in s.parameters]} for s in queries.all_statements()
    ]
    found = [f"{f['name']} line {f['line']}: {f['message']}" for f in findings(linter, statements)]
    assert not found, "\n".join(found)


def test_the_linter_would_find_what_is_wrong(linter: Path) -> None:
    wrong = {
        "Persn": "MATCH (p:Persn) RETURN p",
        "MEMBER_OFF": "MATCH (p:Person)-[:MEMBER_OFF]->() RETURN p",
        "emial": "MATCH (p:Person) RETURN p.emial AS email",
        "$nobody": "RETURN $nobody AS x",
        "aggregat": "MATCH (p:Person) WHERE count(p) > 1 RETURN p",
    }
    statements = [{"name": says, "text": text, "parameters": []} for says, text in wrong.items()]
    rows = "UNWIND $rows AS row MERGE (p:Person {id: row.anything}) RETURN count(p) AS n"
    found = findings(linter, [*statements, {"name": "rows", "text": rows, "parameters": ["rows"]}])
    assert {f["name"] for f in found} == set(wrong)
    assert all(any(f["name"] in g["message"] for g in found if g["name"] == f["name"]) for f in found)
