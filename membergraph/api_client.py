"""GraphQL for commands: through a running service, or in this process over a graph that no service owns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from graph.errors import UserMistake
from membergraph.settings import Settings
from membergraph.workplace import Workplace, workplace

if TYPE_CHECKING:
    from api.graphql.service import GraphQLService
    from graph.evaluation import Evaluator

__all__ = ["ApiClient", "local_client", "mutate", "open_client"]


class ApiClient(Protocol):
    """Executes GraphQL."""

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Execute one operation and return its `data`. Raises a MembergraphError."""
        ...


@asynccontextmanager
async def open_client(settings: Settings, to: str | None, key: str | None) -> AsyncIterator[ApiClient]:
    """Open a client of the service at `to`, or without it of the graph that the settings name."""
    if to is not None:
        from loaders import ServiceClient  # noqa: PLC0415 - takes long to import

        async with ServiceClient(to, key) as service:
            yield service
        return
    importing = asyncio.create_task(
        asyncio.to_thread(import_module, "membergraph.api_server")
    )  # while the engine starts
    async with workplace(settings) as place:
        await importing
        async with local_client(place) as client:
            yield client


@asynccontextmanager
async def local_client(place: Workplace) -> AsyncIterator[ApiClient]:
    """Open a client of the API in this process, over an open graph."""
    from api.app import create_service  # noqa: PLC0415 - takes long to import
    from graph.evaluation import Evaluator  # noqa: PLC0415
    from membergraph.api_server import api_settings  # noqa: PLC0415
    from membergraph.writers import writer_of  # noqa: PLC0415

    woken = asyncio.Event()
    async with writer_of(place) as writer:
        limits = api_settings(place.settings).limits
        yield _LocalClient(
            create_service(place.graph, writer, woken.set, place.clock, limits),
            Evaluator(place.graph, place.clock),
            woken,
        )


class _LocalClient:
    """The API in this process. After a mutation it evaluates stale organisations before it returns."""

    def __init__(self, service: GraphQLService, evaluator: Evaluator, woken: asyncio.Event) -> None:
        self._service = service
        self._evaluator = evaluator
        self._woken = woken

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Execute one operation and return its `data`. Raises UserMistake with the code of the first error."""
        import orjson  # noqa: PLC0415 - imported by now

        from api.auth import OWNER  # noqa: PLC0415
        from api.graphql.service import GraphQLRequest  # noqa: PLC0415

        answer = orjson.loads((await self._service.answer(GraphQLRequest(document, dict(variables)), OWNER)).body)
        if errors := answer.get("errors"):
            raise UserMistake(errors[0]["extensions"]["code"], errors[0]["message"])
        if self._woken.is_set():
            self._woken.clear()
            await self._evaluator.evaluate_stale()
        data: dict[str, Any] = answer["data"]
        return data


async def mutate(client: ApiClient, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Execute a document with one mutation and return its payload. Raises UserMistake for the first user error."""
    (payload,) = (await client.ask(document, variables)).values()
    for error in payload["userErrors"]:
        raise UserMistake(error["code"], error["message"], ".".join(error["field"] or ()) or None)
    found: dict[str, Any] = payload
    return found
