"""In a body that is not JSON as a whole, valid calls are read. Each other call is rejected alone and stored (F9)."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import keys
from api.salvage import MOST_READ, UnreadableElement, salvage
from api.tracking.endpoint import TrackingLimits
from graph.clock import FixedClock
from graph.engine import Graph
from graph.facts.json_text import NotJson, mended
from graph.writer import open_writer
from tests.api.tracking.calls import RememberingWriter
from tests.api.tracking.calls import client as client_at

CLOCK = FixedClock(datetime(2026, 11, 21, 23, 35, 2, tzinfo=UTC))
NO_KEYS = Path("/no/such/keys.json")
JSON_TYPE = {"Content-Type": "application/json"}


def client(writer: Any, limits: TrackingLimits | None = None, path: Path = NO_KEYS) -> httpx2.AsyncClient:
    return client_at(writer, CLOCK, path, limits)


def batch(middle: bytes) -> bytes:
    """Return a batch of three calls with this property in the middle one."""
    calls = [
        b'{"type":"track","userId":"s1","event":"E","messageId":"m%d","properties":{"list":[1,{"a":%s}]}}' % (n, value)
        for n, value in enumerate([b'"ok"', middle, b'"ok"'])
    ]
    return b'{"sentAt":"2026-11-21T23:35:02Z","batch":[' + b",".join(calls) + b'],"writeKey":"k"}'


async def sent(writer: Any, body: bytes, path: str = "/v1/batch", **headers: str) -> httpx2.Response:
    async with client(writer) as http:
        return await http.post(path, content=body, headers={**JSON_TYPE, **headers})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb'"cut \ud83d"', "cut \ufffd"),
        (rb'"\ude00 cut"', "\ufffd cut"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\\ud83d"', "\\ud83d"),
        (b'"\xed\xa0\xbd"', "\ufffd"),
        (b'"\xed\xa0\xbd\xed\xb8\x80"', "\U0001f600"),
    ],
)
async def test_half_a_character_is_a_replacement_character_and_every_call_counts(written: bytes, read: str):
    writer = RememberingWriter()
    answer = (await sent(writer, batch(written))).json()
    assert (answer["accepted"], answer["rejected"]) == (3, [])
    assert [row["properties"]["list"][1]["a"] for row in writer.rows] == ["ok", read, "ok"]


@pytest.mark.parametrize(
    "written",
    [b'"a\tb"', b'"a\nb"', b'"\x00"', b"NaN", b"-Infinity", rb'"\x41"', rb'"\u12"', b"1e400", b"9" * 6_000, b"", b"1,}", b"tru",
     b"'x'", b'"\xff"', b"[" * 3_000 + b"]" * 3_000],
)  # fmt: skip
async def test_a_call_that_is_no_json_is_refused_alone_with_its_path_and_kept(written: bytes):
    writer = RememberingWriter()
    answer = await sent(writer, batch(written))
    result = answer.json()
    assert (answer.status_code, result["accepted"]) == (200, 2), result
    (refused,) = result["rejected"]
    assert (refused["index"], refused["code"]) == (1, "BAD_CALL")
    assert refused["path"][:1] == (
        ["properties"] if b"[[[" not in written and b"9" * 9 not in written else refused["path"][:1]
    )
    assert "codec" not in refused["message"]
    assert [row["type"] for row in writer.rows] == ["event", "segment call", "event"]
    kept = writer.rows[1]
    assert kept["refused"]["code"] == "BAD_CALL"
    assert isinstance(kept["call"], str)
    assert '"messageId":"m1"' in kept["call"]


async def test_what_holds_for_all_calls_holds_for_those_of_a_broken_batch():
    writer = RememberingWriter()
    body = (
        batch(b"NaN")
        .replace(b"23:35:02Z", b"22:35:02Z")
        .replace(b'"messageId":"m0"', b'"messageId":"m0","timestamp":"2026-11-21T22:30:00Z"')
    )
    await sent(writer, body)
    assert writer.rows[0]["occurredAt"] == "2026-11-21T23:30:00+00:00", "the sender's clock is an hour slow"


@pytest.mark.parametrize(
    "envelope",
    [
        b'"context":{"traits":[]}',
        b'"writeKey":5',
        b'"sentAt":{}',
        b'"context":7',
        b'"integrations":[NaN]',
        b'"sentAt":"x\ty"',
    ],
)
async def test_an_envelope_of_another_shape_costs_no_call(envelope: bytes):
    writer = RememberingWriter()
    answer = (
        await sent(writer, b'{"batch":[{"type":"track","userId":"u","event":"E","messageId":"m"}],' + envelope + b"}")
    ).json()
    assert (answer.get("accepted"), answer.get("code")) in ((1, None), (None, "BAD_JSON"))
    assert len(writer.rows) == 1
    assert (b"\t" in envelope) == (answer.get("code") == "BAD_JSON"), answer


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_a_body_in_another_unicode_encoding_or_with_a_mark_is_read(encoding: str):
    for path, body in (("/v1/batch", batch(b'"\xc3\xa9"')), ("/v1/track", b'{"userId":"u","event":"\xc3\xa9"}')):
        writer = RememberingWriter()
        answer = (await sent(writer, body.decode().encode(encoding), path)).json()
        assert (answer["success"], answer["rejected"]) == (True, [])
        assert "é" in json.dumps(writer.rows, ensure_ascii=False)


async def test_a_body_cut_short_gives_the_calls_that_are_whole():
    writer = RememberingWriter()
    whole = batch(b'"ok"')
    cut = (await sent(writer, whole[: whole.index(b'"m2"')])).json()
    assert (cut["accepted"], [one["index"] for one in cut["rejected"]]) == (2, [2])


@pytest.mark.parametrize(
    "body", [b"not json at all \xff", b'{"batch": {"a": NaN}}', b'"text"', b'{"batch": [{}]} {"batch": [{}]}']
)
async def test_a_body_that_cannot_be_read_at_all_is_told_and_kept_as_it_came(body: bytes):
    writer = RememberingWriter()
    answer = await sent(writer, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_JSON")
    (row,) = writer.rows
    assert (row["call"], row["refused"]["code"], row["source"]) == (
        body.decode("utf-8", "replace"),
        "BAD_JSON",
        "segment",
    )


async def test_only_who_may_track_leaves_an_unreadable_body(tmp_path: Path):
    writer, path = RememberingWriter(), tmp_path / "keys.json"
    secret, _ = keys.create(path, "page", ["track"], CLOCK, public=True)
    async with client(writer, path=path) as http:
        assert (await http.post("/v1/batch", content=b"{broken")).status_code == 401
        assert writer.rows == []
        inside = b'{"writeKey": "%s", "batch": {' % secret.encode()
        assert (await http.post("/v1/batch", content=inside)).json()["code"] == "BAD_JSON"
    assert [row["source"] for row in writer.rows] == ["public:page"]


@pytest.mark.parametrize("path", ["track", "t"])
async def test_one_call_that_is_no_json_is_refused_and_kept_under_its_own_path_too(tmp_path: Path, path: str):
    writer, file = RememberingWriter(), tmp_path / "keys.json"
    secret, _ = keys.create(file, "page", ["track"], CLOCK, public=True)
    body = b'{"userId":"u","event":"E","properties":{"a":NaN},"writeKey":"%s"}' % secret.encode()
    async with client(writer, path=file) as http:
        result = (await http.post(f"/v1/{path}", content=body, headers={"Content-Type": "text/plain"})).json()
    assert (result["accepted"], [(one["code"], one["path"]) for one in result["rejected"]]) == (
        0,
        [("BAD_CALL", ["properties", "a"])],
    )
    assert [row["source"] for row in writer.rows] == ["public:page"]


async def test_calls_of_a_request_are_bounded_and_fewer_of_a_public_key(tmp_path: Path):
    path = tmp_path / "keys.json"
    public, _ = keys.create(path, "page", ["track"], CLOCK, public=True)
    server, _ = keys.create(path, "server", ["track"], CLOCK)
    limits = TrackingLimits(request_calls=6, public_calls=3, public_bytes=400)
    writer = RememberingWriter()
    async with client(writer, limits, path) as http:

        async def send(key: str, calls: int, more: str = "") -> tuple[int, str | None]:
            body = {"batch": [{"type": "track", "userId": "u", "event": "E"}] * calls, "more": more}
            answer = await http.post("/v1/batch", json=body, auth=(key, ""))
            return answer.status_code, answer.json().get("code")

        assert await send(server, 6) == (200, None)
        assert await send(server, 7) == (413, "TOO_MANY_CALLS")
        assert await send(public, 3) == (200, None)
        assert await send(public, 4) == (413, "TOO_MANY_CALLS")
        assert await send(public, 3, "x" * 400) == (413, "REQUEST_TOO_LARGE")
        assert await send(server, 3, "x" * 400) == (200, None)
    assert len(writer.rows) == 12


async def test_an_answer_lists_so_many_refusals_and_counts_the_rest():
    writer = RememberingWriter()
    answer = await sent(writer, b'{"batch":[' + b",".join([b"{}"] * 5_000) + b"]}")
    result = answer.json()
    assert (result["accepted"], len(result["rejected"]), result["rejectedCount"]) == (0, 1_000, 5_000)
    assert len(answer.content) < 300_000
    assert len(writer.rows) == 5_000, "all are kept"
    assert (await sent(writer, b'{"batch":[' + b",".join([b"{}"] * 150_001) + b"]}")).json()["code"] == "TOO_MANY_CALLS"


async def test_type_of_a_call_is_cut_where_it_is_shown():
    result = (await sent(RememberingWriter(), json.dumps({"batch": [{"type": "x" * 30_000}, {}]}).encode())).json()
    assert max(len(one["message"]) for one in result["rejected"]) < 300


async def test_a_packed_body_is_mended_too():
    writer = RememberingWriter()
    body = gzip.compress(b"\xef\xbb\xbf" + batch(rb'"\ud83d"'), mtime=0)
    assert (await sent(writer, body, **{"Content-Encoding": "gzip"})).json()["accepted"] == 3


async def test_F9_refused_calls_are_kept_in_the_graph_with_their_reason_and_a_replay_keeps_them(graph: Graph):
    writer = await open_writer(graph, CLOCK)
    try:
        result = (await sent(writer, batch(b"NaN"))).json()
        assert (result["accepted"], result["rejected"][0]["path"]) == (2, ["properties", "list", "1", "a"])
        assert (await sent(writer, b"nothing \x00 of json \xff")).status_code == 400
        listed = "MATCH (r:Rejected) RETURN r.id AS id, r.code AS code, r.path AS path, r.row AS row ORDER BY code"
        kept = await graph.query(listed, {})
        assert [(one["code"], one["path"]) for one in kept] == [
            ("BAD_CALL", ["properties", "list", "1", "a"]), ("BAD_JSON", []),
        ]  # fmt: skip
        assert '"messageId":"m1"' in json.loads(kept[0]["row"])["call"]
        await writer.replay([one["id"] for one in kept])
        assert await graph.query(listed, {}) == kept
    finally:
        await writer.close()


TEXT = st.text(st.characters(codec="utf-8"), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(
    calls=st.lists(st.dictionaries(TEXT, VALUES, max_size=3), max_size=5),
    place=st.integers(0, 5),
    broken=st.sampled_from(["NaN", '{"a": "\t"}', '{"a": \\}']),
)
def test_the_elements_around_a_broken_one_are_read_as_they_are(calls: list[Any], place: int, broken: str):
    texts = [json.dumps(one, ensure_ascii=place % 2 == 0) for one in calls]
    texts.insert(place, broken)
    found = salvage(f'{{"x": {{}}, "batch": [{", ".join(texts)}]}}'.encode(), 1)["batch"]
    at = min(place, len(calls))
    assert isinstance(found.pop(at), UnreadableElement)
    assert found == calls


@settings(max_examples=500, deadline=None)
@given(body=st.binary(max_size=60) | st.text(st.sampled_from('{}[]",:\\ud83x1 \t'), max_size=60).map(str.encode))
def test_no_bytes_whatever_break_the_reader(body: bytes):
    with suppress(NotJson):
        salvage(body, 2)


def test_of_a_list_without_end_only_the_length_is_told():
    found = salvage(b'{"rows": [NaN' + b", 1" * (MOST_READ + 5) + b"]}", 1)["rows"]
    assert len(found) == MOST_READ + 6
    assert found[1:MOST_READ] == [1] * (MOST_READ - 1)
    assert len({id(one) for one in found[MOST_READ:]}) == 1


@given(st.text(max_size=20))
def test_a_text_that_json_writes_is_not_changed_by_mending(text: str):
    written = json.dumps(text.encode("utf-8", "replace").decode())
    assert mended(written) == written
