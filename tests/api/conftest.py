"""A service over the graph under test, and a client that records the statements it sends to the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

import queries
from api.access_log import Asgi
from api.app import ApiSettings, create_app
from api.limits import Limits
from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import Writer, open_writer
from tests.api import world as worlds


class CountingGraph:
    """The graph with a record of every statement that the API sends."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.statements: list[str] = []

    async def query(self, text: str, parameters: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        if text != queries.text("catalogue/all"):  # the service caches it and reads it in the background
            self.statements.append(text)
        return await self._graph.query(text, parameters, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)


class Api:
    """A client of the service."""

    def __init__(self, client: httpx2.AsyncClient, graph: CountingGraph) -> None:
        self.client = client
        self.graph = graph

    async def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        found: dict[str, Any] = response.json()
        return found

    async def data(self, query: str, /, **variables: Any) -> Any:
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def error(self, query: str, /, **variables: Any) -> dict[str, Any]:
        answer = await self.ask(query, **variables)
        found: dict[str, Any] = answer["errors"][0]
        return found

    async def code(self, query: str, /, **variables: Any) -> str:
        return str((await self.error(query, **variables))["extensions"]["code"])


@asynccontextmanager
async def serving(app: Asgi, **config: Any) -> AsyncIterator[int]:
    """Serve an application on a socket; yield its port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", lifespan="off", **config))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


def client_of(app: Any, **headers: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(worlds.NOW)


@pytest.fixture
async def writer(graph: Graph, clock: FixedClock) -> AsyncIterator[Writer]:
    opened = await open_writer(graph, clock)
    yield opened
    await opened.close()


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """The service's keys file, which does not exist until a test creates a key."""
    return tmp_path / "keys.json"


@pytest.fixture
def service(graph: Graph, writer: Writer, clock: FixedClock, keys_file: Path) -> Asgi:
    """The application over an empty graph, with the keys of `keys_file`."""
    return create_app(graph, writer, None, clock, ApiSettings(keys=keys_file))


@pytest.fixture
async def api(graph: Graph, writer: Writer, clock: FixedClock, keys_file: Path) -> AsyncIterator[Api]:
    """A client on the machine of a service without keys, over an empty graph."""
    counting = CountingGraph(graph)
    settings = ApiSettings(keys=keys_file, limits=Limits())
    async with client_of(create_app(counting, writer, None, clock, settings)) as client:
        yield Api(client, counting)


@pytest.fixture
def world() -> worlds.World:
    return worlds.make()


@pytest.fixture
async def filled(api: Api, graph: Graph, world: worlds.World) -> Api:
    """The same service with the world in the graph."""
    await worlds.write(graph, world)
    return api
