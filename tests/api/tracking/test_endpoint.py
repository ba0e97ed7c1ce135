"""The endpoint answers as Segment's SDKs expect, and no request breaks it."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import keys
from api.tracking.endpoint import TrackingLimits
from api.tracking.sources import source_of
from graph.clock import FixedClock
from graph.errors import EngineUnavailable
from graph.writer import SubmitResult
from graph.writer.group_commit import QueueFull
from tests.api.tracking.calls import RememberingWriter, capture
from tests.api.tracking.calls import client as client_at

CLOCK = FixedClock(datetime(2026, 11, 21, 23, 35, 2, tzinfo=UTC))
NO_KEYS = Path("/no/such/keys.json")
TRACK = {"type": "track", "userId": "u", "event": "E", "messageId": "m"}


def client(writer: RememberingWriter, clock: FixedClock, limits: TrackingLimits | None = None) -> httpx2.AsyncClient:
    return client_at(writer, clock, NO_KEYS, limits)


@pytest.fixture
def writer() -> RememberingWriter:
    return RememberingWriter()


@pytest.mark.parametrize("name", ["py_segment", "py_segment_gzip", "node_segment", "py_rudder", "node_rudder"])
async def test_the_requests_of_real_sdks_are_accepted(writer: RememberingWriter, name: str):
    async with client(writer, CLOCK) as http:
        for request in capture(name):
            body = json.dumps(request["json"]).encode()
            body = gzip.compress(body, mtime=0) if request["content_decoded"] == "gzip" else body
            kept = ("Content-Type", "Content-Encoding", "Authorization")
            headers = {key: request["headers"][key] for key in kept if key in request["headers"]}
            answer = await http.post(request["path"], content=body, headers=headers)
            assert (answer.status_code, answer.json()["rejected"]) == (200, [])
            assert answer.json()["accepted"] == len(request["json"]["batch"])
    assert {row["source"] for row in writer.rows} == {"segment"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("identify", "person"), ("group", "organisation"), ("track", "event"), ("page", "event"), ("screen", "event"), ("alias", "person"),
     ("i", "person"), ("g", "organisation"), ("t", "event"), ("p", "event"), ("s", "event"), ("a", "person")],
)  # fmt: skip
async def test_each_call_has_its_path(writer: RememberingWriter, path: str, kind: str):
    async with client(writer, CLOCK) as http:
        answer = await http.post(f"/v1/{path}", json={"userId": "u", "groupId": "g", "previousId": "p", "event": "E"})
    assert answer.json() == {"success": True, "accepted": 1, "rejected": [], "warnings": []}
    assert writer.rows[0]["type"] == kind


async def test_a_bad_call_is_told_and_kept_and_the_rest_of_its_batch_is_written(writer: RememberingWriter):
    batch = [
        TRACK,
        {"type": "purchase"},
        {"type": "track", "userId": {"no": 1}},
        7,
        {**TRACK, "properties": {"x": "y" * 40_000}},
    ]
    async with client(writer, CLOCK) as http:
        answer = await http.post("/v1/batch", json={"batch": batch})
    result = answer.json()
    assert (answer.status_code, result["accepted"]) == (200, 1)
    assert [(one["index"], one["code"], one["path"]) for one in result["rejected"]] == [
        (1, "UNKNOWN_TYPE", ["type"]), (2, "BAD_CALL", ["userId"]), (3, "BAD_CALL", []), (4, "CALL_TOO_LARGE", []),
    ]  # fmt: skip
    assert [row["call"] for row in writer.rows if row["type"] == "segment call"][:3] == batch[1:4]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", {}, 400, "BAD_JSON"),
        (b"", {}, 400, "BAD_JSON"),
        (b"[]", {}, 400, "BAD_JSON"),
        (b'{"batch": 1}', {}, 400, "BAD_JSON"),
        (b'{"batch": []} {"batch": []}', {}, 400, "BAD_JSON"),
        (b"[" * 100_000, {}, 400, "BAD_JSON"),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400, "BAD_ENCODING"),
        (gzip.compress(b"{}", mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400, "BAD_ENCODING"),
        (b"{}", {"Content-Encoding": "br"}, 400, "BAD_ENCODING"),
        (b"x" * 600_000, {}, 413, "REQUEST_TOO_LARGE"),
        (gzip.compress(b" " * 50_000_000, mtime=0), {"Content-Encoding": "gzip"}, 413, "REQUEST_TOO_LARGE"),
        (b'{"batch": []}', {"Content-Type": "text/plain"}, 415, "BAD_CONTENT_TYPE"),
    ],
)
async def test_a_request_that_cannot_be_used_is_told_why(
    writer: RememberingWriter, content: bytes, headers: dict[str, str], status: int, code: str
):
    async with client(writer, CLOCK) as http:
        answer = await http.post("/v1/batch", content=content, headers={"Content-Type": "application/json", **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [row for row in writer.rows if row["type"] != "segment call"] == []


async def test_a_write_key_is_asked_for_and_names_the_source(writer: RememberingWriter, tmp_path: Path):
    path = tmp_path / "keys.json"
    secret, _ = keys.create(path, "website", ["track"], CLOCK)
    public, _ = keys.create(path, "page", ["track"], CLOCK, public=True)
    reader, _ = keys.create(path, "report", ["read"], CLOCK)
    async with client_at(writer, CLOCK, path) as http:
        assert (await http.post("/v1/track", json=TRACK)).status_code == 401
        assert (await http.post("/v1/track", json=TRACK, auth=("WRONG", ""))).json()["code"] == "BAD_KEY"
        assert (await http.post("/v1/track", json=TRACK, auth=(reader, ""))).status_code == 403
        assert (await http.post("/v1/track", json=TRACK, auth=(secret, ""))).status_code == 200
        assert (await http.post("/v1/track", json={**TRACK, "writeKey": public})).status_code == 200
        body = json.dumps({**TRACK, "writeKey": public})
        plain = await http.post("/v1/t", content=body, headers={"Content-Type": "text/plain"})
        assert plain.status_code == 200
    assert [row["source"] for row in writer.rows] == ["segment:website", "public:page", "public:page"]


def test_a_keys_name_cannot_break_its_source():
    key = keys.Key("1", "a|b" + "c" * 300, "", ("track",), 0)
    assert "|" not in source_of(key)
    assert len(source_of(key)) < 200


async def test_web_pages_may_send_only_to_a_service_with_keys(writer: RememberingWriter, tmp_path: Path):
    path = tmp_path / "keys.json"
    async with client_at(writer, CLOCK, path) as http:
        assert (await http.options("/v1/t")).status_code == 403
        assert (await http.post("/v1/t", json=TRACK, headers={"Origin": "https://evil.test"})).status_code == 403
        assert (await http.post("/v1/t", json=TRACK, headers={"Host": "evil.test"})).status_code == 403
    keys.create(path, "page", ["track"], CLOCK, public=True)
    async with client_at(writer, CLOCK, path) as http:
        answer = await http.options("/v1/t")
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")


async def test_when_the_engine_is_down_an_sdk_is_told_to_try_again(writer: RememberingWriter):
    writer.failure = EngineUnavailable("the engine does not answer")
    async with client(writer, CLOCK) as http:
        answer = await http.post("/v1/track", json=TRACK)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json() == {"success": False, "code": "ENGINE_UNAVAILABLE", "message": "the engine does not answer"}


async def test_when_the_writers_queue_is_full_an_sdk_is_told_to_wait(writer: RememberingWriter):
    writer.failure = QueueFull("too many rows wait")
    async with client(writer, CLOCK) as http:
        answer = await http.post("/v1/track", json=TRACK)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


async def test_an_unforeseen_failure_is_a_500_without_its_details(
    writer: RememberingWriter, caplog: pytest.LogCaptureFixture
):
    writer.failure = RuntimeError("secret detail")
    async with client(writer, CLOCK) as http:
        answer = await http.post("/v1/track", json=TRACK)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text


async def test_more_calls_than_may_wait_are_sent_back_with_429():
    release = asyncio.Event()

    class Waiting(RememberingWriter):
        async def submit(self, rows: Any) -> SubmitResult:
            await release.wait()
            return await super().submit(rows)

    async with client(Waiting(), CLOCK, limits=TrackingLimits(waiting_calls=2)) as http:
        first = asyncio.create_task(http.post("/v1/batch", json={"batch": [TRACK, TRACK, TRACK]}))
        await asyncio.sleep(0.05)
        busy = await http.post("/v1/track", json=TRACK)
        release.set()
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "1")
        assert (await first).status_code == 200
        assert (await http.post("/v1/track", json=TRACK)).status_code == 200


async def test_other_methods_are_not_taken(writer: RememberingWriter):
    async with client(writer, CLOCK) as http:
        assert (await http.get("/v1/track")).status_code == 405


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["type", "userId", "anonymousId", "groupId", "previousId", "messageId", "timestamp", "sentAt", "event", "name",
                         "category", "properties", "traits", "context"])  # fmt: skip
TYPES = st.sampled_from(["identify", "group", "track", "page", "screen", "alias", "other"])
CALLS = (
    st.dictionaries(NAMES, JSON, max_size=8).flatmap(lambda call: TYPES.map(lambda kind: {**call, "type": kind})) | JSON
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.fixed_dictionaries({"batch": st.lists(CALLS, max_size=4)}, optional={"sentAt": JSON, "context": JSON})
    | JSON
)
def test_no_json_whatever_gives_a_500(body: Any):
    async def send() -> None:
        async with client(RememberingWriter(), CLOCK) as http:
            for path in ("/v1/batch", "/v1/track", "/v1/identify", "/v1/group"):
                answer = await http.post(path, json=body)
                assert answer.status_code in (200, 400), answer.text
                if answer.status_code == 200:
                    assert answer.json()["success"] is True

    asyncio.run(send())
