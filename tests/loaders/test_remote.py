"""Rows go through a running service, are tried again where that may help, and what it says comes back row by row."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from graph.writer import Outcome
from loaders import RemoteService, Service
from loaders.errors import ServiceError
from loaders.service import endpoint

PERSON = {"type": "person", "identities": [{"kind": "email", "value": "a@x.test"}]}
EVENT = {"type": "event", "name": "Login", "occurredAt": "2026-03-01"}
GOOD = {"created": 1, "updated": 0, "unchanged": 0, "ids": ["p1"], "rejected": [], "warnings": []}


class FakeService:
    """Answers requests one after another as told, and remembers them."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fake.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
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


def submit(fake: FakeService, rows: list[dict[str, Any]], key: str | None = None) -> Outcome:
    return asyncio.run(RemoteService(Service(fake.address, key, first_wait=0.001)).submit(rows))


def test_each_kind_goes_by_its_own_mutation_and_outcomes_come_back_in_the_rows_order(fake: FakeService):
    rejected = [{"index": 0, "code": "NO_TIME", "message": "when?", "path": ["occurredAt"]}]
    fake.answers = [
        (200, {"data": {"upsertPeople": {**GOOD, "created": 2, "ids": ["p1", "p2"]}}}),
        (200, {"data": {"trackEvents": {**GOOD, "created": 0, "ids": [None], "rejected": rejected}}}),
    ]
    outcome = submit(fake, [PERSON, EVENT, PERSON], "mg_secret")
    assert (outcome.created, outcome.ids) == (2, ["p1", None, "p2"])
    assert [(one.index, one.code, one.path, one.whole) for one in outcome.rejected] == [
        (1, "NO_TIME", ["occurredAt"], True)
    ]
    assert fake.asked[0]["variables"] == {"rows": [{"identities": PERSON["identities"]}] * 2}
    assert "trackEvents(events: $rows)" in fake.asked[1]["query"]
    assert fake.keys[0] == "Bearer mg_secret"


def test_a_value_refused_of_a_row_that_was_written_is_refused_in_part(fake: FakeService):
    warnings = [{"index": 0, "code": "WRONG_TYPE", "message": "no", "path": None}]
    fake.answers = [(200, {"data": {"upsertPeople": {**GOOD, "warnings": warnings}}})]
    outcome = submit(fake, [PERSON])
    assert (outcome.rejected, [(one.code, one.whole) for one in outcome.warnings]) == ([], [("WRONG_TYPE", False)])


def test_what_a_service_has_no_mutation_for_is_refused(fake: FakeService):
    outcome = submit(fake, [{"type": "merge"}, {"no": "type"}])
    assert [(one.index, one.code) for one in outcome.rejected] == [(0, "BAD_ROW"), (1, "BAD_ROW")]
    assert fake.asked == []


def test_large_batches_are_sent_in_parts(fake: FakeService):
    fake.answers = [(200, {"data": {"upsertPeople": GOOD}})] * 3
    submit(fake, [{**PERSON, "name": "x" * 600_000}] * 3)
    assert [len(one["variables"]["rows"]) for one in fake.asked] == [1, 1, 1]


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_passing_failure_is_tried_again(fake: FakeService, status: int):
    fake.answers = [(status, b"busy"), (status, b"busy"), (200, {"data": {"upsertPeople": GOOD}})]
    assert submit(fake, [PERSON]).created == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((401, {"errors": [{"message": "A key is needed"}]}), "--key"),
        ((400, {"errors": [{"message": "bad document"}]}), "bad document"),
        ((200, {"errors": [{"message": "no such thing"}], "data": None}), "no such thing"),
        ((200, b"<html>"), "<html>"),
    ],
)
def test_a_lasting_failure_is_told_at_once(fake: FakeService, answer: tuple[int, Any], told: str):
    fake.answers = [answer]
    with pytest.raises(ServiceError) as refused:
        submit(fake, [PERSON])
    assert told in str(refused.value)
    assert len(fake.asked) == 1


def test_an_address_is_that_of_graphql():
    assert endpoint("http://h:1") == endpoint("http://h:1/") == endpoint("http://h:1/graphql") == "http://h:1/graphql"
    for wrong in ("h:1", "ftp://h", "", "file:///etc/passwd"):
        with pytest.raises(ServiceError, match="not the address"):
            endpoint(wrong)
