"""The examples of the README and of docs/stage-guide.md hold on the sample company, as `make run` makes it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.tour import matches, tour
from tests.membergraph.conftest import run  # noqa: F401 - a fixture
from tests.sdks.services import ROOT, Running, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = ROOT / "docs" / "stage-guide.md"
PICTURES = {"onboarding.svg": "funnel", "onboarding-days.svg": "completion"}
CLOCK = "2026-11-22T12:00:00Z"
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Run = Callable[..., tuple[int, str, str]]


def _examples() -> Iterator[tuple[str, Any]]:
    """Yield each query with the answer that follows it. The answer of a question names the question."""
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
    """One test covers both pages, because making a year of history takes long."""
    settings = {"MEMBERGRAPH_DATA_DIR": str(tmp_path / "data"), "MEMBERGRAPH_CLOCK": CLOCK}
    with serving("--sample", **settings) as service:
        examples = list(_examples())
        assert len(examples) >= 5
        for query, expected in examples:
            assert _answer(service, run, query) == expected, query
        for name, kind in PICTURES.items():
            drawn = run("stage", "chart", "onboarding", "--kind", kind, "--to", service.address)[1]
            assert drawn.strip() == (ROOT / "docs" / name).read_text(encoding="utf-8").strip(), name
        _type_all(service, run, tmp_path)
    assert "healthy" in run("doctor", "--data-dir", settings["MEMBERGRAPH_DATA_DIR"])[1]


def _answer(service: Running, run: Run, query: str) -> Any:  # noqa: F811
    if query.startswith("{"):
        return service.ask(query)
    name, _, parameters = query.partition(" ")
    given = [f"{key}={value}" for key, value in json.loads(parameters).items()]
    found = json.loads(run("ask", name, *given, "--json", "--to", service.address)[1])
    return {"columns": found["columns"], "rows": found["rows"]}


def _type_all(service: Running, run: Run, folder: Path) -> None:  # noqa: F811
    """Type everything that the guide types. `ID` is the id of the organisation that was last queried by its domain."""
    id_ = ""
    for each in tour(GUIDE):
        if each.kind == "file":
            (folder / each.typed).write_text(each.text, encoding="utf-8")
        elif each.kind == "command":
            found = "".join(run(*shlex.split(each.typed)[1:], "--to", service.address)[1:])
            assert matches(each.text, found), f"{each.typed} printed:\n{found}"
        else:
            found_ = service.ask(each.typed.replace('"ID"', json.dumps(id_)))
            id_ = (found_.get("organisation") or {}).get("id", id_)
            expected = each.text.replace('"ID"', json.dumps(id_))
            assert found_ == json.loads(expected), each.typed
