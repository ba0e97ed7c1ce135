"""The API as commands ask it: of a running service, or in this process over a graph that nobody serves."""

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

__all__ = ["Door", "changed", "opened"]


class Door(Protocol):
    """Where GraphQL is asked."""

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of one operation. Raises an error of the family."""
        ...


@asynccontextmanager
async def opened(settings: Settings, to: str | None, key: str | None) -> AsyncIterator[Door]:
    """The service at `to`; without one the graph of the settings, opened and closed again."""
    if to is not None:
        from loaders import ServiceClient  # noqa: PLC0415 - takes long to import

        async with ServiceClient(to, key) as service:
            yield service
        return
    importing = asyncio.create_task(asyncio.to_thread(import_module, "membergraph.answering"))
    async with workplace(settings) as place:
        await importing
        async with here(place) as door:
            yield door


@asynccontextmanager
async def here(place: Workplace) -> AsyncIterator[Door]:
    """The API in this process, over an open graph that nobody serves."""
    from api.app import create_service  # noqa: PLC0415 - takes long to import
    from graph.evaluation import Evaluator  # noqa: PLC0415
    from membergraph.answering import api_settings  # noqa: PLC0415
    from membergraph.writing import writer_of  # noqa: PLC0415

    woken = asyncio.Event()
    async with writer_of(place) as writer:
        limits = api_settings(place.settings).limits
        yield _Here(
            create_service(place.graph, writer, woken.set, place.clock, limits),
            Evaluator(place.graph, place.clock),
            woken,
        )


class _Here:
    """The API in this process. What a mutation sets going is worked out before it is answered."""

    def __init__(self, service: GraphQLService, evaluator: Evaluator, woken: asyncio.Event) -> None:
        self._service = service
        self._evaluator = evaluator
        self._woken = woken

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of one operation. Raises UserMistake with the first error's code."""
        import orjson  # noqa: PLC0415 - imported by now

        from api.auth import OWNER  # noqa: PLC0415
        from api.graphql.service import GraphQLRequest  # noqa: PLC0415

        told = orjson.loads((await self._service.answer(GraphQLRequest(document, dict(variables)), OWNER)).body)
        if errors := told.get("errors"):
            raise UserMistake(errors[0]["extensions"]["code"], errors[0]["message"])
        if self._woken.is_set():
            self._woken.clear()
            await self._evaluator.evaluate_stale()
        data: dict[str, Any] = told["data"]
        return data


async def changed(door: Door, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a document with one mutation. Raises UserMistake for what is to be corrected."""
    (payload,) = (await door.ask(document, variables)).values()
    for error in payload["userErrors"]:
        raise UserMistake(error["code"], error["message"], ".".join(error["field"] or ()) or None)
    found: dict[str, Any] = payload
    return found
