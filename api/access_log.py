"""The access log: one line for each request, with the key's name and never a secret."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

log = logging.getLogger("membergraph.access")
_KEY_NAME = "membergraph.key"
_MOST_CHARACTERS = 200


def note_key(scope: Message, name: str | None) -> None:
    """Tell the access log the name of a request's key; None for a request without one."""
    scope[_KEY_NAME] = name


def add_access_log(app: Asgi) -> Asgi:
    """Return an application that also writes a line for each request. Endpoints name the key with `note_key`."""

    async def logging_app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        start = time.perf_counter()
        status, size = 0, 0

        async def counting_send(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, counting_send)
        finally:
            milliseconds = (time.perf_counter() - start) * 1000
            log.info(
                '%s "%s %s" %d %d bytes %.1f ms key=%s',
                scope["client"][0] if scope.get("client") else "-",
                _printable(scope["method"]),
                _printable(scope["path"]),
                status,
                size,
                milliseconds,
                _printable(scope.get(_KEY_NAME) or "-"),
            )

    return logging_app


def _printable(text: str) -> str:
    """Return text that a client sent on one short line."""
    return text[:_MOST_CHARACTERS].encode("unicode_escape").decode().replace('"', "%22")
