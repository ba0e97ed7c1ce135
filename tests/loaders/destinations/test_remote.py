"""Rows go through a running service, are tried again where that may help, and what it says comes back row by row."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from graph.sources.cursors import Move
from graph.writer import Origin, SubmitResult
from loaders import RemoteService, ServiceClient
from loaders.errors import ServiceError
from loaders.service import TRIES, address

PERSON = {"type": "person", "identities": [{"kind": "email", "value": "a@x.test"}]}
EVENT = {"type": "event", "name": "Login", "occurredAt": "2026-03-01"}
ORIGIN = Origin("people.csv", "crm", ["line 2", "line 3"], Move("crm", "people.csv", "r1", 1, "7"))
GOOD = {"created": 1, "updated": 0, "unchanged": 0, "ids": ["p1"], "rejected": [], "warnings": []}


class FakeService:
    """Answers requests one after another as told, and remembers them."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                fake.paths.append(self.path)
                fake.keys.append(self.headers.get("Authorization"))
                status, body = fake.answers.pop(0)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def fake() -> Iterator[FakeService]:
    found = FakeService()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def submit(fake: FakeService, rows: list[dict[str, Any]], key: str | None = None) -> SubmitResult:
    async def work() -> SubmitResult:
        async with ServiceClient(fake.address, key, first_wait=0.001) as service:
            return await RemoteService(service).submit(rows)

    return asyncio.run(work())


def test_rows_go_as_they_are_and_outcomes_come_back_in_the_rows_order(fake: FakeService):
    rejected = [{"index": 1, "code": "NO_TIME", "message": "when?", "path": ["occurredAt"]}]
    fake.answers = [(200, {**GOOD, "created": 2, "ids": ["p1", None, "p2"], "rejected": rejected})]
    outcome = submit(fake, [PERSON, EVENT, PERSON], "mg_secret")
    assert (outcome.created, outcome.ids) == (2, ["p1", None, "p2"])
    assert [(one.index, one.code, one.path, one.whole) for one in outcome.rejected] == [
        (1, "NO_TIME", ["occurredAt"], True)
    ]
    assert fake.asked == [{"dryRun": False, "rows": [PERSON, EVENT, PERSON]}]
    assert (fake.keys[0], fake.paths[0]) == ("Bearer mg_secret", "/facts")


async def test_a_dry_run_says_that_it_is_one(fake: FakeService):
    fake.answers = [(200, GOOD)]
    async with ServiceClient(fake.address) as service:
        await RemoteService(service, dry_run=True).submit([PERSON], ORIGIN)
    assert fake.asked == [{"dryRun": True, "rows": [PERSON]}]


def test_a_value_refused_of_a_row_that_was_written_is_refused_in_part(fake: FakeService):
    warnings = [{"index": 0, "code": "WRONG_TYPE", "message": "no", "path": None}]
    fake.answers = [(200, {**GOOD, "warnings": warnings})]
    outcome = submit(fake, [PERSON])
    assert (outcome.rejected, [(one.code, one.whole) for one in outcome.warnings]) == ([], [("WRONG_TYPE", False)])


def test_a_row_that_is_no_json_is_refused_and_the_others_are_sent(fake: FakeService):
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    refused = [{"index": n, "code": code, "message": "why", "path": []} for n, code in ((1, "BAD_ROW"), (2, "NO_TIME"))]
    fake.answers = [(200, {**GOOD, "ids": ["p1", None, None], "rejected": refused})]
    outcome = submit(fake, [PERSON, {**PERSON, "attributes": {"a": deep}}, EVENT])
    assert [(one.index, one.code) for one in outcome.rejected] == [(1, "BAD_ROW"), (2, "NO_TIME")]
    assert outcome.ids == ["p1", None, None]
    assert fake.asked[0]["rows"][1]["refused"]["code"] == "BAD_ROW"


def test_large_batches_are_sent_in_parts(fake: FakeService):
    fake.answers = [(200, GOOD)] * 3
    submit(fake, [{**PERSON, "name": "x" * 600_000}] * 3)
    assert [len(one["rows"]) for one in fake.asked] == [1, 1, 1]


def test_what_a_service_finds_too_large_is_sent_in_halves_and_one_row_that_still_is_is_refused(fake: FakeService):
    large, small = (413, {"code": "BODY_TOO_LARGE", "message": "at most so many"}), (200, {**GOOD, "ids": ["p1"]})
    refused = [{"index": 0, "code": "ROW_TOO_LARGE", "message": "so many bytes", "path": []}]
    fake.answers = [large, small, large, (200, {**GOOD, "created": 0, "ids": [None], "rejected": refused})]
    outcome = submit(fake, [PERSON, {**PERSON, "name": "x" * 3_000}])
    assert (outcome.created, outcome.ids) == (1, ["p1", None])
    assert [(one.index, one.code) for one in outcome.rejected] == [(1, "ROW_TOO_LARGE")]
    assert fake.asked[-1]["rows"][0]["refused"]["code"] == "ROW_TOO_LARGE"


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_passing_failure_is_tried_again(fake: FakeService, status: int):
    fake.answers = [(status, b"busy"), (status, b"busy"), (200, GOOD)]
    assert submit(fake, [PERSON]).created == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {"code": "UNAUTHENTICATED", "message": "A key is needed"}), "--key"),
        ((403, {"code": "FORBIDDEN", "message": "it lacks a scope"}), "it lacks a scope"),
        ((400, {"code": "BAD_REQUEST", "message": "bad rows"}), "bad rows"),
        ((404, b"Not Found"), "of this version"),
        ((500, {"code": "INTERNAL", "message": "no such thing"}), "no such thing"),
        ((200, b"<html>"), "<html>"),
    ],
)
def test_a_lasting_failure_is_told_at_once(fake: FakeService, answer: tuple[int, Any], message: str):
    fake.answers = [answer]
    with pytest.raises(ServiceError) as refused:
        submit(fake, [PERSON])
    assert message in str(refused.value)
    assert len(fake.asked) == 1


async def test_a_service_that_answered_is_waited_for_longer_than_one_that_never_did(fake: FakeService):
    async with ServiceClient(fake.address, first_wait=0.0001) as client:
        service = RemoteService(client)
        fake.answers = [(503, b"")] * TRIES
        with pytest.raises(ServiceError):
            await service.submit([PERSON])
        fake.answers = [(200, GOOD), *[(503, b"")] * TRIES, (200, GOOD)]
        await service.submit([PERSON])
        assert (await service.submit([PERSON])).created == 1


async def test_an_error_of_graphql_is_raised(fake: FakeService):
    fake.answers = [(200, {"errors": [{"message": "no such field"}], "data": None}), (200, {"data": {"a": 1}})]
    async with ServiceClient(fake.address) as service:
        with pytest.raises(ServiceError, match=r"^the service answered: no such field"):
            await service.ask("{ a }", {})
        assert await service.ask("{ a }", {}) == {"a": 1}
    assert fake.paths == ["/graphql", "/graphql"]


async def test_a_service_that_is_gone_is_said_so(fake: FakeService):
    fake.server.server_close()
    async with ServiceClient(fake.address, first_wait=0.0001) as service:
        with pytest.raises(ServiceError, match="does not answer") as refused:
            await service.post("/facts", b"{}")
    assert refused.value.retryable


async def test_the_cursor_goes_with_the_last_request_of_its_page(fake: FakeService):
    fake.answers = [(200, GOOD)] * 3
    async with ServiceClient(fake.address) as client:
        service = RemoteService(client)
        await service.submit([{**PERSON, "name": "x" * 600_000}] * 2, ORIGIN)
        await service.submit([], ORIGIN)
    move = {"source": "crm", "stream": "people.csv", "run": "r1", "page": 1, "cursor": "7"}
    origin = {"stream": "people.csv", "source": "crm"}
    assert [one["origin"] for one in fake.asked] == [
        origin | {"places": ["line 2"], "move": None},
        origin | {"places": ["line 3"], "move": move},
        origin | {"places": [], "move": move},
    ]


async def test_a_page_with_fewer_places_than_rows_is_sent(fake: FakeService):
    fake.answers = [(200, GOOD)]
    async with ServiceClient(fake.address) as client:
        await RemoteService(client).submit([PERSON, EVENT, PERSON], ORIGIN)
    assert fake.asked[0]["origin"]["places"] == ["line 2", "line 3"]


def test_an_address_is_that_of_the_service():
    assert address("http://h:1") == address("http://h:1/") == address("http://h:1/graphql") == "http://h:1"
    assert address("https://h/under/graphql/") == "https://h/under"
    for wrong in ("h:1", "ftp://h", "", "file:///etc/passwd"):
        with pytest.raises(ServiceError, match="not the address"):
            address(wrong)
