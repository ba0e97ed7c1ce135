"""`/facts` takes the rows of a load, answers row by row as the writer does, and needs a key that may write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api import keys
from graph.clock import Clock
from tests.api.conftest import Api

ANN = {"type": "person", "identities": [{"kind": "email", "value": "ann@facts.test"}], "name": "Ann"}


async def post(api: Api, content: Any, **headers: str) -> httpx2.Response:
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    return await api.client.post("/facts", content=body, headers={"content-type": "application/json", **headers})


async def people(api: Api) -> int:
    found: int = (await api.data("{ people(first: 1) { totalCount } }"))["people"]["totalCount"]
    return found


async def test_F9_each_row_is_written_or_refused_by_itself_whatever_its_kind(api: Api):
    rows = [ANN, {"type": "person", "identities": []}, {"type": "nobody"}, 7, {"type": "event", "name": None}]
    answer = await post(api, {"rows": rows})
    result = answer.json()
    assert (answer.status_code, result["created"], result["ids"][0] is not None) == (200, 1, True)
    assert [(one["index"], one["code"]) for one in result["rejected"]] == [
        (1, "NO_IDENTITY"), (2, "BAD_ROW"), (3, "BAD_ROW"), (4, "NO_NAME"),
    ]  # fmt: skip


async def test_a_dry_run_says_the_same_and_writes_nothing(api: Api):
    before = await people(api)
    dry = (await post(api, {"rows": [ANN, {"type": "nobody"}], "dryRun": True})).json()
    assert (dry["created"], [one["code"] for one in dry["rejected"]]) == (1, ["BAD_ROW"])
    assert await people(api) == before
    assert (await post(api, {"rows": [ANN]})).json()["created"] == 1
    assert await people(api) == before + 1
    assert (await post(api, {"rows": [ANN], "dryRun": True})).json()["unchanged"] == 1


async def test_F5_a_number_that_is_none_is_refused_of_its_row_alone(api: Api):
    answer = (await post(api, {"rows": [{**ANN, "attributes": {"score": float("nan"), "plan": "pro"}}]})).json()
    assert (answer["created"], answer["rejected"]) == (1, [])
    assert [(one["index"], one["path"]) for one in answer["warnings"]] == [(0, ["attributes", "score"])]


async def test_F9_a_row_that_is_no_json_is_refused_alone_and_kept(api: Api):
    body = json.dumps({"rows": [ANN, ANN, ANN]}).replace('"Ann"', '"A\tb"', 1)
    answer = (await post(api, body)).json()
    assert [(one["index"], one["code"], one["path"]) for one in answer["rejected"]] == [(0, "BAD_JSON", ["name"])]
    assert answer["created"] == 1
    kept = await api.data("{ rejected(first: 50) { edges { node { code row } } } }")
    rows = [each["node"]["row"] for each in kept["rejected"]["edges"] if each["node"]["code"] == "BAD_JSON"]
    assert [row["row"] for row in rows] == [json.dumps(ANN).replace('"Ann"', '"A\tb"')]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        ("{", {}, 400, "INVALID_JSON"),
        ("[]", {}, 400, "BAD_REQUEST"),
        ('{"rows": 1}', {}, 400, "BAD_REQUEST"),
        ('{"rows": [], "dryRun": "yes"}', {}, 400, "BAD_REQUEST"),
        ('{"rows": []}', {"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ('{"rows": []}', {"content-encoding": "br"}, 400, "BAD_REQUEST"),
        ("[" * 100_000, {}, 400, "BAD_REQUEST"),
        ('{"rows": [' + "7," * 3_000 + "7]}", {}, 413, "TOO_MANY_ROWS"),
        ("x" * 8_000_001, {}, 413, "BODY_TOO_LARGE"),
        ('{"rows": []}', {"host": "evil.test"}, 403, "FORBIDDEN"),
    ],
)
async def test_what_is_no_list_of_rows_is_told_why(
    api: Api, content: str, headers: dict[str, str], status: int, code: str
):
    answer = await post(api, content, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_V1_only_a_key_with_write_may_load(api: Api, clock: Clock, tmp_path: Path):
    scopes = {"loads": ["write"], "reads": ["read", "track"]}
    given = {name: keys.create(tmp_path / "keys.json", name, each, clock)[0] for name, each in scopes.items()}
    statuses = {
        name: (await post(api, {"rows": []}, authorization=f"Bearer {secret}")).status_code
        for name, secret in given.items()
    }
    assert statuses == {"loads": 200, "reads": 403}
    assert (await post(api, {"rows": []})).status_code == 401


async def test_V1_a_row_that_names_a_source_its_key_may_not_is_refused_alone(api: Api, clock: Clock, tmp_path: Path):
    path = tmp_path / "keys.json"
    limited, _ = keys.create(path, "crm", ["write"], clock)
    free, _ = keys.create(path, "loader", ["write", "sources"], clock)
    rows = [{**ANN, "source": "hubspot"}, 7, ANN, {**ANN, "source": "crm"}]
    result = (await post(api, {"rows": rows}, authorization=f"Bearer {limited}")).json()
    assert [(one["index"], one["code"]) for one in result["rejected"]] == [(0, "SOURCE_NOT_ALLOWED"), (1, "BAD_ROW")]
    assert [id is None for id in result["ids"]] == [True, True, False, False]
    assert (await post(api, {"rows": rows[:1]}, authorization=f"Bearer {free}")).json()["rejected"] == []
