"""A running service, asked over HTTP: for when it owns the data directory, or is elsewhere."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import orjson

from loaders.errors import ServiceError, TooLargeForService

TRIES = 6
PATIENCE = 2
"""Times as many tries for a service that answered before: it is being started again, which may take half a minute."""
LONGEST_WAIT = 5.0
TIMEOUT = 120.0
_RETRYABLE = frozenset((408, 429, 502, 503, 504))


class Service:
    """A service at an address. `key`: an API key, where the service asks for one; `first_wait`: seconds before the second try."""

    def __init__(self, url: str, key: str | None = None, *, timeout: float = TIMEOUT, first_wait: float = 0.2) -> None:
        self.address = address(url)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self._timeout = timeout
        self._first_wait = first_wait
        self._answered = False
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of one GraphQL operation, tried again where that may help; raises ServiceError."""
        body = orjson.dumps({"query": document, "variables": variables}, default=str)
        data: dict[str, Any] = (await self.post("/graphql", body))["data"]
        return data

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        """The answer to a body of JSON, tried again where that may help; raises ServiceError."""
        wait, tried = self._first_wait, 1
        while True:
            try:
                answer = await asyncio.to_thread(self._post, self.address + path, body)
                self._answered = True
                return answer
            except ServiceError as error:
                if not error.retryable or tried >= TRIES * (PATIENCE if self._answered else 1):
                    raise
            await asyncio.sleep(wait)
            wait, tried = min(2 * wait, LONGEST_WAIT), tried + 1

    def _post(self, url: str, body: bytes) -> dict[str, Any]:
        request = urllib.request.Request(url, body, self._headers)  # noqa: S310 - address() lets http and https through
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return _content(answer.read(), answer.status)
        except urllib.error.HTTPError as error:
            return _content(error.read(), error.code)
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise ServiceError(
                f"{url} does not answer: {reason}", hint="Is `membergraph serve` running there?", retryable=True
            ) from error


def address(url: str) -> str:
    """The address of a service, without a path of ours; raises ServiceError for what is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ServiceError(f"{url} is not the address of a service", hint="Write it as http://127.0.0.1:8080.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/graphql')}"


def _content(body: bytes, status: int) -> dict[str, Any]:
    """An answer of 200 without GraphQL's errors; raises ServiceError for any other."""
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


def _error(status: int, message: str) -> ServiceError:
    said = f"the service answered {status}: {message}"
    if status == 413:
        return TooLargeForService(said)
    if status == 404:
        return ServiceError(said, hint="Is this the address of a service of this version?")
    hint = "Give a key that may: --key KEY (membergraph keys create)." if status in (401, 403) else None
    return ServiceError(said, hint=hint, retryable=status in _RETRYABLE)
