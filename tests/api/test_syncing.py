"""A program that syncs through the service keeps cursors and runs there, under a source that its key may name (V1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api import keys
from graph.clock import Clock
from tests.api.conftest import Api

SOURCES = """{ sources { name kind streams { name cursor movedAt }
  runs { state startedAt endedAt error streams { name read total created updated unchanged refused error } } } }"""
RUN = {"id": "run_1", "source": "crm", "kind": "files", "streams": [{"name": "people.csv", "read": 3, "created": 3}]}
PERSON = {"type": "person", "identities": [{"kind": "email", "value": "ann@sync.test"}]}


async def post(api: Api, path: str, content: Any, secret: str | None = None) -> tuple[int, Any]:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {secret}"} if secret else {})
    answer = await api.client.post(path, content=json.dumps(content), headers=headers)
    return answer.status_code, answer.json()


def page(number: int, run: str = "run_1", source: str = "crm") -> dict[str, Any]:
    move = {
        "source": source,
        "stream": "people.csv",
        "run": run,
        "page": number,
        "cursor": json.dumps({"line": number}),
    }
    origin = {"source": source, "stream": "people.csv", "places": ["line 2", "line 3"], "move": move}
    return {"rows": [PERSON, {"type": "nobody"}], "origin": origin}


def moved(**changes: Any) -> dict[str, Any]:
    """Return the first page with changes in the move of its cursor."""
    content = page(1)
    content["origin"]["move"].update(changes)
    return content


async def test_a_run_its_cursor_and_its_refused_rows_are_kept_and_shown(api: Api):
    stream = {"source": "crm", "stream": "people.csv", "run": "run_1"}
    assert await post(api, "/sync/runs", RUN) == (200, {})
    assert await post(api, "/sync/streams", stream) == (200, {"cursor": None})
    assert (await post(api, "/facts", page(1)))[0] == 200
    assert (await post(api, "/facts", page(3)))[0] == 200
    assert await post(api, "/sync/streams", stream | {"run": "run_2"}) == (200, {"cursor": {"line": 1}})
    assert await post(api, "/sync/runs", RUN | {"state": "FAILED", "error": "cut off"}) == (200, {})
    (source,) = (await api.data(SOURCES))["sources"]
    assert (source["name"], source["kind"]) == ("crm", "files")
    assert [(each["name"], each["cursor"]) for each in source["streams"]] == [("people.csv", {"line": 1})]
    (run,) = source["runs"]
    assert (run["state"], run["error"], run["endedAt"] is None) == ("FAILED", "cut off", False)
    assert run["streams"] == [
        {
            "name": "people.csv",
            "read": 3,
            "total": None,
            "created": 3,
            "updated": 0,
            "unchanged": 0,
            "refused": 0,
            "error": None,
        }
    ]
    found = await api.data("{ rejected { edges { node { source stream place } } } }")
    assert [each["node"] for each in found["rejected"]["edges"]] == [
        {"source": "crm", "stream": "people.csv", "place": "line 3"}
    ]


async def test_sources_are_asked_for_by_name_and_with_so_many_runs(api: Api):
    for number in range(3):
        await post(api, "/sync/runs", RUN | {"id": f"run_{number}", "source": f"source {number % 2}"})
    document = "query S($n: String, $r: Int) { sources(name: $n, runs: $r) { name runs { id } } }"
    found = (await api.data(document, n="source 0", r=1))["sources"]
    assert [(each["name"], len(each["runs"])) for each in found] == [("source 0", 1)]
    assert [each["runs"] for each in (await api.data(document, r=0))["sources"]] == [[], []]
    assert await api.code(document, r=101) == "BAD_PAGE"


async def test_a_run_without_a_sign_of_life_is_shown_as_interrupted(api: Api, clock: Any):
    from datetime import timedelta

    await post(api, "/sync/runs", RUN)
    clock.advance(timedelta(minutes=1))
    (source,) = (await api.data(SOURCES))["sources"]
    assert (source["runs"][0]["state"], source["runs"][0]["endedAt"]) == ("INTERRUPTED", source["runs"][0]["startedAt"])


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/sync/streams", {"source": "crm", "stream": "people.csv"}),
        ("/sync/streams", {"source": "", "stream": "people.csv", "run": "r"}),
        ("/sync/runs", RUN | {"state": "DONE"}),
        ("/sync/runs", RUN | {"streams": [{"name": "people.csv", "read": -1}]}),
        ("/sync/runs", []),
        ("/facts", page(0)),
        ("/facts", {"rows": [], "origin": "crm"}),
        *(("/facts", moved(cursor=bad)) for bad in ("", "line 2", "{", "\x00", "[" * 5_000, '"' + "x" * 100_000 + '"')),
        ("/facts", moved(stream="companies.csv")),
        ("/facts", moved(source="product")),
    ],
)
async def test_what_cannot_be_kept_is_told_why(api: Api, path: str, content: Any):
    status, answer = await post(api, path, content)
    assert (status, answer["code"]) == (400, "BAD_REQUEST")


async def test_V1_a_key_keeps_its_cursors_and_runs_under_a_source_that_it_may_name(
    api: Api, clock: Clock, tmp_path: Path
):
    path = tmp_path / "keys.json"
    limited, _ = keys.create(path, "product", ["write"], clock)
    free, _ = keys.create(path, "loader", ["write", "sources", "read"], clock)
    reading, _ = keys.create(path, "reader", ["read"], clock)
    for secret, run in ((limited, "run_1"), (free, "run_2")):
        assert (await post(api, "/sync/runs", RUN | {"id": run}, secret))[0] == 200
        stream = {"source": "crm", "stream": "people.csv", "run": run}
        assert (await post(api, "/sync/streams", stream, secret))[0] == 200
        assert (await post(api, "/facts", page(1, run), secret))[0] == 200
    assert (await post(api, "/sync/runs", RUN, reading))[0] == 403
    api.client.headers["authorization"] = f"Bearer {free}"
    found = (await api.data(SOURCES))["sources"]
    assert [(each["name"], each["streams"][0]["cursor"]) for each in found] == [
        ("crm", {"line": 1}),
        ("product", {"line": 1}),
    ]


async def test_names_and_cursors_that_no_engine_stores_fail_nobody(api: Api):
    bad = "a\x00b\ud800"
    move = {"source": bad, "stream": bad, "run": bad, "page": 1, "cursor": '"\\u0000"'}
    assert (await post(api, "/sync/streams", {"source": bad, "stream": bad, "run": bad}))[0] == 200
    assert (await post(api, "/sync/runs", RUN | {"id": bad, "source": bad, "kind": bad, "error": bad}))[0] == 200
    origin = {"source": bad, "stream": bad, "places": [bad], "move": move}
    status, answer = await post(api, "/facts", {"rows": [{"type": "nobody"}, PERSON], "origin": origin})
    assert (status, answer["created"], [one["code"] for one in answer["rejected"]]) == (200, 1, ["BAD_ROW"])


async def test_a_run_whose_id_another_source_has_is_refused(api: Api):
    assert await post(api, "/sync/runs", RUN) == (200, {})
    status, answer = await post(api, "/sync/runs", RUN | {"source": "product"})
    assert (status, answer["code"]) == (409, "RUN_OF_ANOTHER_SOURCE")
    assert "'run_1'" in answer["message"]
    assert [each["name"] for each in (await api.data(SOURCES))["sources"]] == ["crm"]
