"""GraphQL over HTTP by its own audits, against a service on a socket."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
import uvicorn

from api.app import ApiSettings, create_app
from tests.api import world as worlds
from tests.fetching.npm import installed

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def audits() -> Path:
    """The folder that holds graphql-http."""
    return installed(HERE / "audits", "GRAPHQL OVER HTTP NOT AUDITED")


@pytest.fixture
async def address(graph, writer, clock, tmp_path):
    await worlds.write(graph, worlds.make())
    app = create_app(graph, writer, None, clock, ApiSettings(keys=tmp_path / "keys.json"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/graphql"
    server.should_exit = True
    await serving


async def test_all_audits_of_graphql_over_http_pass(audits: Path, address):
    process = await asyncio.create_subprocess_exec(
        "node", HERE / "audits" / "audit.mjs", audits, address, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    found = json.loads(out)
    assert [one for one in found if one["status"] != "ok"] == []
    assert len(found) >= 61


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
