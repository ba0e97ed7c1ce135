"""The audits of GraphQL over HTTP pass against a service on a socket."""

import asyncio
import json
import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.api import world as worlds
from tests.api.conftest import serving
from tests.fetching.npm import installed

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def audits() -> Path:
    """The folder with graphql-http."""
    return installed(HERE / "audits", "GRAPHQL OVER HTTP NOT AUDITED")


@pytest.fixture
async def address(graph, service):
    await worlds.write(graph, worlds.make())
    async with serving(service) as port:
        yield f"http://127.0.0.1:{port}/graphql"


async def test_all_audits_of_graphql_over_http_pass(audits: Path, address):
    process = await asyncio.create_subprocess_exec(
        "node", HERE / "audits" / "audit.mjs", audits, address, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    found = json.loads(out)
    assert [one for one in found if one["status"] != "ok"] == []
    assert len(found) >= 61


@pytest.mark.parametrize(
    ("headers", "size", "status"),
    [
        ({"content-type": "application/json"}, 12_000_000, 413),
        ({"content-type": "application/json", "accept": "image/png"}, 12_000_000, 406),
        ({"content-type": "text/plain"}, 12_000_000, 415),
        ({"content-type": "application/json", "host": "elsewhere.test"}, 12_000_000, 403),
    ],
)
async def test_who_sends_too_much_hears_why(address, headers, size, status):
    async with httpx2.AsyncClient(timeout=30) as client:
        response = await client.post(address, content=b" " * size, headers=headers)
        assert response.status_code == status
        assert response.json()["errors"][0]["message"]
    host, port = address.removeprefix("http://").removesuffix("/graphql").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sent = "".join(f"{name}: {value}\r\n" for name, value in {"host": "localhost", **headers}.items())
    writer.write(f"POST /graphql HTTP/1.1\r\n{sent}transfer-encoding: chunked\r\n\r\n".encode())
    for _ in range(size // 1_000_000):
        writer.write(b"%x\r\n%s\r\n" % (1_000_000, b" " * 1_000_000))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    assert str(status).encode() in await reader.readline()
    writer.close()


async def test_a_browser_sees_a_page_without_scripts(api):
    response = await api.client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.headers["content-type"].startswith("text/html")
    assert "<script" not in response.text
    assert "://" not in response.text


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1:9123", "127.0.0.1:9123"), ("[::1]:9123", "[::1]:9123"), ("localhost", "localhost")]
)
async def test_the_page_names_the_address_that_was_asked(api, host, shown):
    response = await api.client.get("/graphql", headers={"accept": "text/html", "host": host})
    assert f"curl -s {shown}/graphql" in response.text


async def test_urqls_accept_of_many_types_gets_one_answer(api):
    accept = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
    response = await api.client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("path", "status"), [("/health", "alive"), ("/ready", "ready")])
async def test_health(api, path, status):
    response = await api.client.get(path)
    assert (response.status_code, response.json()) == (200, {"status": status})
