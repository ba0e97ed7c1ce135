"""Neo4j's own semantic analysis, from npm, finds nothing in any statement of queries/.

npm installs the linter, at one exact version, into the user's cache the first time. Without npm the test says so and
is skipped, except under CI, where it must run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import queries
from tests.queries.vocabulary import EDGES, LABELS, properties

HERE = Path(__file__).parent
REQUIRED = os.environ.get("CI") == "true"
SCHEMA = {
    "labels": sorted(LABELS),
    "relationshipTypes": sorted(EDGES),
    "propertyKeys": properties(),
    "defaultLanguage": "CYPHER 5",
}


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder into which npm put the linter."""
    if not (shutil.which("npm") and shutil.which("node")):
        if REQUIRED:
            pytest.fail("CI must lint every statement, but there is no npm here")
        pytest.skip("STATEMENTS NOT LINTED: there is no npm here")
    lock = HERE / "package-lock.json"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "membergraph" / f"query-lint-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
        (folder / "done").touch()
    return folder


def findings(installed: Path, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the linter says, without what it cannot know: the keys of maps in rows that are parameters."""
    request = json.dumps({"schema": SCHEMA, "statements": statements})
    done = subprocess.run(
        ["node", str(HERE / "lint.mjs"), str(installed)], input=request, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [finding for finding in json.loads(done.stdout) if not of_a_map(finding)]


def of_a_map(finding: dict[str, Any]) -> bool:
    missing = "is not present in the database" in finding["message"]
    return missing and finding["of"] is not None and not {"Node", "Relationship"} & set(finding["of"])


def test_every_statement_passes_neo4js_linter(installed: Path) -> None:
    statements = [
        {"name": s.name, "text": s.text, "parameters": [p.name for p in s.parameters]} for s in queries.all_statements()
    ]
    found = [f"{f['name']} line {f['line']}: {f['message']}" for f in findings(installed, statements)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MATCH (p:Persn) RETURN p", "Persn"),
        ("MATCH (p:Person)-[:MEMBER_OFF]->() RETURN p", "MEMBER_OFF"),
        ("MATCH (p:Person) RETURN p.emial AS email", "emial"),
        ("RETURN $nobody AS x", "$nobody"),
        ("MATCH (p:Person) WHERE count(p) > 1 RETURN p", "aggregat"),
    ],
)
def test_the_linter_would_find(installed: Path, text: str, says: str) -> None:
    found = findings(installed, [{"name": "x", "text": text, "parameters": []}])
    assert says in str([f["message"] for f in found])


def test_the_linter_cannot_know_the_keys_of_rows(installed: Path) -> None:
    text = "UNWIND $rows AS row MERGE (p:Person {id: row.anything}) RETURN count(p) AS n"
    assert findings(installed, [{"name": "x", "text": text, "parameters": ["rows"]}]) == []
