"""A running service, asked over GraphQL: for when it owns the data directory, or is elsewhere."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import orjson

from loaders.errors import ServiceError

TRIES = 6
TIMEOUT = 120.0
_RETRYABLE = frozenset((408, 429, 502, 503, 504))


class Service:
    """A service at an address. `key`: an API key, where the service asks for one; `first_wait`: seconds before the second try."""

    def __init__(self, url: str, key: str | None = None, *, timeout: float = TIMEOUT, first_wait: float = 0.2) -> None:
        self._url = endpoint(url)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self._timeout = timeout
        self._first_wait = first_wait
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    async def ask(self, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of one operation, tried again where that may help; raises ServiceError."""
        body = orjson.dumps({"query": document, "variables": variables}, default=str)
        wait = self._first_wait
        for _ in range(TRIES - 1):
            try:
                return await asyncio.to_thread(self._post, body)
            except ServiceError as error:
                if not error.retryable:
                    raise
            await asyncio.sleep(wait)
            wait *= 2
        return await asyncio.to_thread(self._post, body)

    def _post(self, body: bytes) -> dict[str, Any]:
        request = urllib.request.Request(self._url, body, self._headers)  # noqa: S310 - endpoint() lets http and https through
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return _data(answer.read(), answer.status)
        except urllib.error.HTTPError as error:
            return _data(error.read(), error.code)
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise ServiceError(
                f"{self._url} does not answer: {reason}", hint="Is `membergraph serve` running there?", retryable=True
            ) from error


def endpoint(url: str) -> str:
    """The GraphQL address of a service; raises ServiceError for what is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ServiceError(f"{url} is not the address of a service", hint="Write it as http://127.0.0.1:8080.")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/graphql') else path + '/graphql'}"


def _data(body: bytes, status: int) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = {}
    errors = answer.get("errors") if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if status < 400 and not errors and isinstance(data, dict):
        return data
    message = errors[0].get("message", "") if errors else body[:200].decode("utf-8", "replace")
    hint = "Give a key that may: --key KEY (membergraph keys create)." if status in (401, 403) else None
    raise ServiceError(f"the service answered {status}: {message}", hint=hint, retryable=status in _RETRYABLE)
