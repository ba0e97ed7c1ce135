"""The optional access log has one line for each request, with the key's name and never a secret."""

from __future__ import annotations

import base64
import re

from api.app import ApiSettings, create_app
from api.keys import create
from tests.api.conftest import client_of

ASK = {"query": "{ dataQuality { people } }"}
LOGGER = "membergraph.access"


def lines(caplog):
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


async def test_every_request_leaves_a_line_that_names_the_key_and_holds_no_secret(
    graph, writer, clock, keys_file, caplog
):
    caplog.set_level("INFO", LOGGER)
    secret, _ = create(keys_file, "back end", ["read", "track"], clock)
    basic = base64.b64encode(f"{secret}:".encode()).decode()
    service = create_app(graph, writer, None, clock, ApiSettings(keys=keys_file, access_log=True))
    async with client_of(service) as client:
        answer = await client.post("/graphql", json=ASK, headers={"authorization": f"Bearer {secret}"})
        await client.get("/graphql", params={"query": secret}, headers={"authorization": "Bearer mg_nobodys"})
        await client.post("/v1/batch", json={"batch": []}, headers={"authorization": f"Basic {basic}"})
        await client.post("/v1/batch", json={"batch": [], "writeKey": secret})
        await client.get("/health?secret=hush")
        await client.get("/a%0Ab%22%1b[31m" + "c" * 5000)
    found = lines(caplog)
    assert re.fullmatch(rf'127.0.0.1 "POST /graphql" 200 {len(answer.content)} bytes [0-9.]+ ms key=back end', found[0])
    assert [re.sub(r"\d+ bytes [0-9.]+ ms", "…", line)[10:] for line in found[1:5]] == [
        '"GET /graphql" 401 … key=-',
        '"POST /v1/batch" 200 … key=back end',
        '"POST /v1/batch" 200 … key=back end',
        '"GET /health" 200 … key=-',
    ]
    assert found[5].isprintable()
    assert len(found[5]) < 300
    assert len(found) == 6
    assert secret not in caplog.text
    assert basic not in caplog.text
    assert "hush" not in caplog.text


async def test_without_the_setting_there_is_no_line(graph, writer, clock, keys_file, caplog):
    caplog.set_level("INFO", LOGGER)
    async with client_of(create_app(graph, writer, None, clock, ApiSettings(keys=keys_file))) as client:
        assert (await client.post("/graphql", json=ASK)).status_code == 200
    assert lines(caplog) == []
