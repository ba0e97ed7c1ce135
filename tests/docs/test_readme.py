"""What the README and docs/stage-guide.md show holds on the sample company, made as `make run` makes it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.walk import same, tour
from tests.membergraph.conftest import run  # noqa: F401 - a fixture
from tests.sdks.services import ROOT, Running, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = ROOT / "docs" / "stage-guide.md"
PICTURES = {"onboarding.svg": "funnel", "onboarding-days.svg": "completion"}
CLOCK = "2026-11-22T12:00:00Z"
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Run = Callable[..., tuple[int, str, str]]


def _examples() -> Iterator[tuple[str, Any]]:
    """Each query with the answer that follows it; a question's answer names the question itself."""
    query = ""
    for language, more, body in _FENCE.findall(README):
        if language == "graphql":
            query = body
        elif language == "sh" and (found := re.search(r"-d '(\{.*\})'", body)):
            query = json.loads(found[1])["query"]
        elif language == "json":
            yield more.removeprefix(" answer").strip() or query, json.loads(body)


@pytest.mark.long
@pytest.mark.embedded
def test_the_readme_and_the_stage_guide_hold_on_the_sample_company(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """One test for all of it: living a year takes a while."""
    settings = {"MEMBERGRAPH_DATA_DIR": str(tmp_path / "data"), "MEMBERGRAPH_CLOCK": CLOCK}
    with serving("--sample", **settings) as service:
        examples = list(_examples())
        assert len(examples) >= 5
        for asked, expected in examples:
            assert _answer(service, run, asked) == expected, asked
        for name, kind in PICTURES.items():
            drawn = run("stage", "chart", "onboarding", "--kind", kind, "--to", service.address)[1]
            assert drawn.strip() == (ROOT / "docs" / name).read_text(encoding="utf-8").strip(), name
        _walk(service, run, tmp_path)
    assert "healthy" in run("doctor", "--data-dir", settings["MEMBERGRAPH_DATA_DIR"])[1]


def _answer(service: Running, run: Run, asked: str) -> Any:  # noqa: F811
    if asked.startswith("{"):
        return service.ask(asked)
    name, _, parameters = asked.partition(" ")
    given = [f"{key}={value}" for key, value in json.loads(parameters).items()]
    found = json.loads(run("ask", name, *given, "--json", "--to", service.address)[1])
    return {"columns": found["columns"], "rows": found["rows"]}


def _walk(service: Running, run: Run, folder: Path) -> None:  # noqa: F811
    """Type everything that the guide types; an id that it leaves open is that of the organisation asked for by its domain."""
    id_ = ""
    for each in tour(GUIDE):
        if each.kind == "file":
            (folder / each.typed).write_text(each.text, encoding="utf-8")
        elif each.kind == "command":
            found = "".join(run(*shlex.split(each.typed)[1:], "--to", service.address)[1:])
            assert same(each.text, found), f"{each.typed} said:\n{found}"
        else:
            found_ = service.ask(each.typed.replace('"ID"', json.dumps(id_)))
            id_ = (found_.get("organisation") or {}).get("id", id_)
            expected = each.text.replace('"ID"', json.dumps(id_))
            assert found_ == json.loads(expected), each.typed
