"""A running service, asked over HTTP: for a process that does not own the data directory."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import orjson

from loaders.errors import ServiceError, TooLargeForService

TRIES = 6
PATIENCE = 2
"""Times as many tries for a service that answered before. A restart may take half a minute."""
LONGEST_WAIT = 5.0
TIMEOUT = 120.0
_RETRYABLE = frozenset((408, 429, 502, 503, 504))


class ServiceClient:
    """A client of the service at an address. Use it as a context, which closes its connections.

    `key`: an API key, where the service asks for one. `timeout`: seconds that an answer may take. `first_wait`: seconds before
    the second try.
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = TIMEOUT, first_wait: float = 0.2) -> None:
        self.address = address(url)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx2.AsyncClient(headers=headers, timeout=timeout)
        self._first_wait = first_wait
        self._answered = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the `data` of one GraphQL operation, tried again where that may help. Raises ServiceError."""
        body = orjson.dumps({"query": document, "variables": variables}, default=str)
        data: dict[str, Any] = (await self.post("/graphql", body))["data"]
        return data

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Return the answer to a body of JSON, tried again where that may help. Raises ServiceError."""
        wait, tries = self._first_wait, 1
        while True:
            try:
                answer = await self._post(self.address + path, body)
                self._answered = True
                return answer
            except ServiceError as error:
                if not error.retryable or tries >= TRIES * (PATIENCE if self._answered else 1):
                    raise
            await asyncio.sleep(wait)
            wait, tries = min(2 * wait, LONGEST_WAIT), tries + 1

    async def _post(self, url: str, body: bytes) -> dict[str, Any]:
        try:
            answer = await self._client.post(url, content=body)
        except httpx2.TransportError as error:
            reason = str(error) or type(error).__name__
            hint = "Is `membergraph serve` running there?"
            raise ServiceError(f"{url} does not answer: {reason}", hint=hint, retryable=True) from error
        return _content(answer.content, answer.status_code)


def address(url: str) -> str:
    """Return the address of a service without our paths. Raises ServiceError for text that is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ServiceError(f"{url} is not the address of a service", hint="Write it as http://127.0.0.1:8080.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/graphql')}"


def _content(body: bytes, status: int) -> dict[str, Any]:
    """Return an answer of 200 without GraphQL's errors. Raises ServiceError for any other."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise _error(status, body[:200].decode("utf-8", "replace"))
    errors = answer.get("errors")
    if status >= 400 or errors:
        raise _error(status, str(errors[0].get("message", "") if errors else answer.get("message", "")))
    return answer


def _error(status: int, reason: str) -> ServiceError:
    message = f"the service answered{'' if status == 200 else f' {status}'}: {reason}"
    if status == 413:
        return TooLargeForService(message)
    if status == 404:
        return ServiceError(message, hint="Is this the address of a service of this version?")
    hint = "Give a key that may: --key KEY (membergraph keys create)." if status in (401, 403) else None
    return ServiceError(message, hint=hint, retryable=status in _RETRYABLE)
