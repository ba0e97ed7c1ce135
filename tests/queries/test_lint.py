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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

import queries
from tests.queries.vocabulary import EDGES, LABELS, properties

HERE = Path(__file__).parent
REQUIRED = os.environ.get("CI") == "true"
PROGRAM = (HERE / "lint.mjs").read_text(encoding="utf-8")
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
    """What the linter says, without what it cannot know: the keys of maps in rows that are parameters.

    A second apiece adds up, so a statement that was clean under this linter and schema is not looked at again.
    """
    clean = installed / "clean"
    clean.mkdir(exist_ok=True)
    marks = {
        s["name"]: clean / hashlib.sha256(json.dumps([SCHEMA, PROGRAM, s]).encode()).hexdigest() for s in statements
    }
    found = [f for f in linted(installed, [s for s in statements if not marks[s["name"]].exists()]) if not of_a_map(f)]
    for name in marks.keys() - {f["name"] for f in found}:
        marks[name].touch()
    return found


def linted(installed: Path, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the linter says of statements, half of them in each of two processes."""
    commands = []
    for half in (statements[::2], statements[1::2]):
        process = subprocess.Popen(
            ["node", str(HERE / "lint.mjs"), str(installed)], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
        )
        commands.append((process, json.dumps({"schema": SCHEMA, "statements": half})))
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda command: (command[0], *command[0].communicate(command[1])), commands))
    for process, _, errors in answers:
        assert process.returncode == 0, errors
    return [finding for _, answer, _ in answers for finding in json.loads(answer)]


def of_a_map(finding: dict[str, Any]) -> bool:
    missing = "is not present in the database" in finding["message"]
    return missing and finding["of"] is not None and not {"Node", "Relationship"} & set(finding["of"])


def test_every_statement_passes_neo4js_linter(installed: Path) -> None:
    statements = [
        {"name": s.name, "text": s.text, "parameters": [p.name for p in s.parameters]} for s in queries.all_statements()
    ]
    found = [f"{f['name']} line {f['line']}: {f['message']}" for f in findings(installed, statements)]
    assert not found, "\n".join(found)


def test_the_linter_would_find_what_is_wrong(installed: Path) -> None:
    wrong = {
        "Persn": "MATCH (p:Persn) RETURN p",
        "MEMBER_OFF": "MATCH (p:Person)-[:MEMBER_OFF]->() RETURN p",
        "emial": "MATCH (p:Person) RETURN p.emial AS email",
        "$nobody": "RETURN $nobody AS x",
        "aggregat": "MATCH (p:Person) WHERE count(p) > 1 RETURN p",
    }
    statements = [{"name": says, "text": text, "parameters": []} for says, text in wrong.items()]
    rows = "UNWIND $rows AS row MERGE (p:Person {id: row.anything}) RETURN count(p) AS n"
    found = findings(installed, [*statements, {"name": "rows", "text": rows, "parameters": ["rows"]}])
    assert {f["name"] for f in found} == set(wrong)
    assert all(any(f["name"] in g["message"] for g in found if g["name"] == f["name"]) for f in found)
