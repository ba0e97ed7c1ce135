"""A call with a wrong part is accepted without it, and there is a warning for each such part (F5, F7, F9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from graph.engine import Graph
from graph.writer import open_writer
from tests.api.tracking.calls import client
from tests.graph.writer.company import CLOCK

NO_KEYS = Path("/no/such/keys.json")


@asynccontextmanager
async def service(graph: Graph) -> AsyncIterator[httpx2.AsyncClient]:
    writer = await open_writer(graph, CLOCK)
    try:
        async with client(writer, CLOCK, NO_KEYS) as http:
            yield http
    finally:
        await writer.close()


async def sent(graph: Graph, *calls: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    async with service(graph) as http:
        answer = await http.post("/v1/batch", json={"batch": list(calls), **envelope})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def summary(refusals: list[dict[str, Any]]) -> list[tuple[int, str, list[str]]]:
    return [(one["index"], one["code"], one["path"]) for one in refusals]


async def stored_values(graph: Graph, label: str, *names: str) -> list[list[Any]]:
    columns = ", ".join(f"n.{name}" for name in names)
    rows = await graph.query(f"MATCH (n:{label}) WITH n ORDER BY n.plan RETURN [{columns}] AS found", {})
    return [[each.to_native() if hasattr(each, "to_native") else each for each in row["found"]] for row in rows]


async def test_F5_a_wrong_trait_costs_the_trait_and_not_the_person(graph: Graph) -> None:
    names = [{"first": "A"}, 5, "x" * 3_000, "Ann"]
    calls = [
        {"type": "identify", "userId": f"u{n}", "traits": {"name": name, "plan": f"p{n}"}, "messageId": f"m{n}"}
        for n, name in enumerate(names)
    ]
    found = await sent(graph, *calls)
    assert (found["accepted"], found["rejected"]) == (4, [])
    assert summary(found["warnings"]) == [
        (0, "WRONG_TYPE", ["name"]), (1, "WRONG_TYPE", ["name"]), (2, "VALUE_TOO_LARGE", ["name"]),
    ]  # fmt: skip
    assert await stored_values(graph, "Person", "plan", "name") == [
        ["p0", None],
        ["p1", None],
        ["p2", None],
        ["p3", "Ann"],
    ]
    kept = await graph.query("MATCH (r:Rejected) RETURN count(r) AS n", {})
    assert kept == [{"n": 3}]


async def test_F9_a_call_of_several_rows_is_accepted_while_one_of_them_is_written(graph: Graph) -> None:
    group = {"type": "group", "userId": "u1", "groupId": "g1", "messageId": "m1"}
    found = await sent(graph, group | {"traits": {"name": 5}}, {"type": "track", "userId": "u1", "messageId": "m2"})
    assert found["accepted"] == 1
    assert summary(found["warnings"]) == [(0, "WRONG_TYPE", ["name"])]
    assert summary(found["rejected"]) == [(1, "NO_NAME", ["name"])]


@pytest.mark.parametrize(
    "zero", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0000-00-00", 0, "1970-01-01T00:00:00.000Z"]
)
async def test_F7_a_zero_time_of_a_call_is_a_time_not_set(graph: Graph, zero: Any) -> None:
    found = await sent(
        graph,
        {"type": "track", "userId": "z1", "event": "Z", "messageId": "z1", "timestamp": zero},
        {
            "type": "identify",
            "userId": "z1",
            "traits": {"plan": "pro", "createdAt": zero},
            "timestamp": zero,
        },
        {
            "type": "track",
            "userId": "z1",
            "event": "Y",
            "messageId": "z2",
            "timestamp": "2026-11-01T09:00:00Z",
            "sentAt": zero,
        },
    )
    assert (found["accepted"], found["rejected"], found["warnings"]) == (3, [], [])
    events = await graph.query("MATCH (e:Event) RETURN e.name AS name, toString(e.occurredAt) AS at ORDER BY name", {})
    assert [(row["name"], row["at"][:16]) for row in events] == [("Y", "2026-11-01T09:00"), ("Z", "2026-11-22T12:00")]
    people = await graph.query("MATCH (p:Person) RETURN toString(p.firstSeenAt) AS at", {})
    assert [row["at"][:10] for row in people] == ["2026-11-01"]


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
                                     -1e300, 1e300, 253402300799999, "0002-01-01T00:00:00Z"])  # fmt: skip
@pytest.mark.parametrize(
    "timestamp", ["0002-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-22T11:59:00Z", "0001-01-01T00:00:00+14:00"]
)
async def test_F7_no_time_at_the_edges_makes_a_request_fail(graph: Graph, sent_at: Any, timestamp: str) -> None:
    call = {"type": "track", "userId": "z1", "event": "Z", "messageId": "z1", "timestamp": timestamp}
    found = await sent(graph, call, {**call, "messageId": "z2", "timestamp": "2026-11-01T09:00:00Z"}, sentAt=sent_at)
    assert found["accepted"] >= 1
    assert len(found["rejected"]) + found["accepted"] == 2


async def test_F7_small_letters_leap_seconds_and_24_00_are_times(graph: Graph) -> None:
    times = ["2026-11-01t09:00:00z", "2026-10-31T23:59:60Z", "2026-10-31T24:00:00Z"]
    found = await sent(
        graph, *({"type": "track", "userId": "u", "event": "E", "messageId": each, "timestamp": each} for each in times)
    )
    assert (found["accepted"], found["rejected"]) == (3, [])


async def test_the_path_to_what_no_json_decodes_is_of_clean_segments(graph: Graph) -> None:
    async with service(graph) as http:
        body = b'{"batch": [{"type": "track", "userId": "u", "event": "E", "properties": {"name": [1e999]}}]}'
        answer = await http.post("/v1/batch", content=body, headers={"Content-Type": "application/json"})
    for one in (*answer.json().get("rejected", ()), *answer.json().get("warnings", ())):
        assert all(part.isalnum() for part in one["path"]), one


async def test_F9_an_event_with_thousands_of_new_names_is_written_with_some_of_them(graph: Graph) -> None:
    call = {"type": "track", "userId": "u", "event": "E", "messageId": "m"}
    found = await sent(graph, call | {"properties": {f"p{n}": 1 for n in range(2_000)}})
    assert (found["accepted"], summary(found["warnings"])) == (1, [(0, "TOO_MANY_VALUES", ["properties"])])
    names = await graph.query("MATCH (d:AttributeDefinition) RETURN count(d) AS n", {})
    assert names == [{"n": 1_000}]
    kept = await graph.query("MATCH (r:Rejected) RETURN r.row CONTAINS '\"p1999\"' AS whole", {})
    assert kept == [{"whole": True}]


async def test_F5_an_empty_object_as_php_writes_it_is_an_empty_object(graph: Graph) -> None:
    found = await sent(
        graph,
        {"type": "track", "userId": "u", "event": "E", "messageId": "1", "properties": [], "context": []},
        {"type": "identify", "userId": "u", "traits": [], "context": {"traits": []}},
        {"type": "group", "userId": "u", "groupId": "g", "traits": []},
        {"type": "page", "userId": "u", "messageId": "2", "properties": "", "context": ""},
    )
    assert (found["accepted"], found["rejected"], found["warnings"]) == (4, [], [])
    assert await graph.query("MATCH (e:Event) RETURN count(e) AS n", {}) == [{"n": 2}]


async def test_F5_a_part_of_the_wrong_shape_costs_the_part_and_not_the_call(graph: Graph) -> None:
    found = await sent(
        graph,
        {"type": "track", "userId": "u", "event": "E", "messageId": "1", "properties": [1, 2]},
        {"type": "identify", "userId": "u", "traits": "none", "context": {"traits": {"plan": "pro"}}},
        {"type": "group", "userId": "u", "groupId": "g", "traits": 5},
        {"type": "page", "userId": "u", "messageId": "2", "name": 5, "properties": {"a": 1}},
        {"type": "track", "userId": "u", "event": "E", "messageId": "3", "context": "web", "properties": {"a": 2}},
    )
    assert (found["accepted"], found["rejected"]) == (5, [])
    assert summary(found["warnings"]) == [
        (0, "WRONG_TYPE", ["properties"]), (1, "WRONG_TYPE", ["attributes"]), (2, "WRONG_TYPE", ["attributes"]),
    ]  # fmt: skip
    assert await graph.query("MATCH (e:Event) RETURN count(e) AS n", {}) == [{"n": 3}]


async def test_what_a_call_hangs_on_is_refused_in_our_own_words(graph: Graph) -> None:
    event = {"type": "track", "userId": "u", "event": "E", "messageId": "1"}
    found = await sent(
        graph,
        event | {"event": {"n": 1}},
        event | {"event": 7},
        event | {"messageId": {"a": 1}},
        event | {"timestamp": {"$date": 5}},
        event | {"type": ["track"]},
        *("call", None, [], 5),  # type: ignore[arg-type]
        event | {"sentAt": {}},
    )
    assert (found["accepted"], found["warnings"]) == (1, [])
    assert summary(found["rejected"]) == [
        (0, "NO_NAME", ["name"]), (1, "NO_NAME", ["name"]), (2, "BAD_ID", ["id"]), (3, "BAD_TIME", ["occurredAt"]),
        (4, "UNKNOWN_TYPE", ["type"]), *((n, "BAD_CALL", []) for n in range(5, 9)),
    ]  # fmt: skip
    assert [one["message"] for one in found["rejected"][5:]] == [
        f"a call is an object, found {what}" for what in ("text", "null", "a list", "a number")
    ]
    assert not any("Expected" in one["message"] for one in found["rejected"])


@pytest.mark.parametrize("zero", ["0001-01-01T00:00:00Z", "0001-01-01", "0000-00-00 00:00:00", -62135596800000])
async def test_F7_a_beginning_that_is_not_set_is_absent_as_text_and_as_number(graph: Graph, zero: Any) -> None:
    found = await sent(
        graph,
        {"type": "identify", "userId": "u", "traits": {"plan": "pro", "createdAt": zero}},
        {"type": "group", "groupId": "g", "traits": {"plan": "pro", "created_at": zero}},
    )
    assert (found["accepted"], found["rejected"], found["warnings"]) == (2, [], [])
    names = await graph.query("MATCH (d:AttributeDefinition) RETURN d.name AS name", {})
    assert {row["name"] for row in names} == {"plan"}
