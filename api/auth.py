"""Who asks (V1): a key, or without any key configured whoever sits at this machine."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from api.keys import KeyRing

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may do. `public` marks a key that ships in web pages (V2)."""

    name: str
    scopes: frozenset[str]
    public: bool = False

    def allows(self, scope: str) -> bool:
        """Whether they may do what needs this scope."""
        return scope in self.scopes or "admin" in self.scopes


OWNER = Caller("local", frozenset({"admin"}))
"""Whoever sits at the machine of a service without keys."""


class Refused(Exception):
    """A caller who may not; `status` is HTTP's, `code` GraphQL's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep what the response says."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def caller(ring: KeyRing, headers: Mapping[str, str], peer: str | None) -> Caller:
    """Who asks. Raises Refused: 401 without a valid key, 403 where a service without keys is asked from elsewhere."""
    if ring.empty:
        check_local(headers, peer)
        return OWNER
    secret = secret_of(headers.get("authorization", ""))
    if secret is None:
        raise Refused(401, "UNAUTHENTICATED", "A key is needed: send `Authorization: Bearer <key>`.")
    key = ring.find(secret)
    if key is None:
        raise Refused(401, "UNAUTHENTICATED", "The key is unknown, revoked or expired.")
    return Caller(key.name, frozenset(key.scopes), key.public)


def require(who: Caller, scope: str, *others: str) -> None:
    """Let pass who has one of the scopes. Raises Refused (403)."""
    if not who.allows(scope) and not any(who.allows(one) for one in others):
        raise Refused(403, "FORBIDDEN", f"The key {who.name!r} lacks the scope `{scope}`.")


def secret_of(authorization: str) -> str | None:
    """The secret of `Bearer <key>` or, as tracking SDKs send it, of Basic with the key as user."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


def check_local(headers: Mapping[str, str], peer: str | None) -> None:
    """Without keys: only from this machine, and under a name of it, so that no web page can be made to ask."""
    if not _loopback(peer):
        raise Refused(
            403, "FORBIDDEN", "No key is configured, so only this machine is served: membergraph keys create."
        )
    host = headers.get("host", "")
    if not _of_this_machine("//" + host):
        raise Refused(
            403, "FORBIDDEN", f"The Host {host!r} is not this machine; without keys only localhost is served."
        )
    origin = headers.get("origin")
    if origin is not None and not _of_this_machine(origin):
        raise Refused(403, "FORBIDDEN", "Pages of other hosts are not served without a key.")


@lru_cache(maxsize=256)
def _of_this_machine(url: str) -> bool:
    return urlsplit(url).hostname in _LOCAL


@lru_cache(maxsize=256)
def _loopback(peer: str | None) -> bool:
    if peer is None or peer in {"testclient", "localhost"}:
        return True
    try:
        return ip_address(peer.split("%")[0]).is_loopback
    except ValueError:
        return False
