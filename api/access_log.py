"""The access log: one line a request, with the key's name and never a secret."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.keys import KeyRing, KeysUnreadable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

log = logging.getLogger("membergraph.access")
KEY_NAME = "membergraph.key"
"""Where a request's scope holds the name of the key that it came with elsewhere than in its headers."""
_LONGEST = 200


def with_access_log(app: Asgi, ring: KeyRing, secret_of: Callable[[str], str | None]) -> Asgi:
    """The application with a line for each request that it answers. `secret_of`: the key of an `Authorization` header."""

    async def logging_app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        begun = time.perf_counter()
        status, size = 0, 0

        async def counting(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, counting)
        finally:
            spent = (time.perf_counter() - begun) * 1000
            log.info(
                '%s "%s %s" %d %d bytes %.1f ms key=%s',
                scope["client"][0] if scope.get("client") else "-",
                _plain(scope["method"]),
                _plain(scope["path"]),
                status,
                size,
                spent,
                _plain(scope.get(KEY_NAME) or _key_name(scope, ring, secret_of)),
            )

    return logging_app


def _key_name(scope: Message, ring: KeyRing, secret_of: Callable[[str], str | None]) -> str:
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    secret = secret_of(given.decode("latin-1"))
    try:
        key = ring.find(secret) if secret else None
    except KeysUnreadable:
        return "-"
    return key.name if key is not None else "-"


def _plain(text: str) -> str:
    """On one line, whatever somebody put into it."""
    return text[:_LONGEST].encode("unicode_escape").decode().replace('"', "%22")
