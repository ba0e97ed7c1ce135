"""Authenticate callers by their keys (V1). A service without keys serves only its own machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from api.access_log import note_key
from api.keys import MARKS, RESERVED, Key, KeyRing, KeysUnreadable
from api.refusal_log import REFUSAL_LOG, prefix
from graph.errors import excerpt


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller with their scopes. `public` marks a key that ships in web pages (V2)."""

    name: str
    scopes: frozenset[str]
    public: bool = False
    address: str | None = None
    source: str | None = None
    """The source of the caller's facts. None for the local owner, whose facts may name any source."""

    def allows(self, scope: str) -> bool:
        """Return whether the caller has a scope; `admin` includes all."""
        return scope in self.scopes or "admin" in self.scopes

    @property
    def key_name(self) -> str | None:
        """Return the name of the caller's key; None for the local owner."""
        return None if self is OWNER else self.name


OWNER = Caller("local", frozenset({"admin"}))
"""The caller at the machine of a service without keys."""


class AccessDenied(Exception):
    """A caller is refused; `status` is HTTP's, `code` GraphQL's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep the parts of the response."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def authenticate(ring: KeyRing, headers: Mapping[str, str], peer: str | None) -> Caller:
    """Return the caller of a request; `peer` is their address.

    Raises AccessDenied: 401 without a valid key, 403 for a remote caller of a service without keys,
    503 if the keys cannot be read.
    """
    try:
        if ring.empty:
            check_local(headers, peer)
            return OWNER
        secret = secret_of(headers.get("authorization", ""))
        if secret is None:
            raise AccessDenied(401, "UNAUTHENTICATED", "A key is needed: send `Authorization: Bearer <key>`.")
        key = valid_key(ring, secret, peer)
    except KeysUnreadable as broken:
        raise AccessDenied(503, broken.code, broken.message) from None
    if key is None:
        raise AccessDenied(401, "UNAUTHENTICATED", "The key is unknown, revoked or expired.")
    return Caller(key.name, frozenset(key.scopes), key.public, peer, own_source(key))


def authenticate_request(ring: KeyRing, request: Request) -> Caller:
    """Return the caller of a Starlette request, and name their key to the access log. Raises AccessDenied."""
    caller = authenticate(ring, request.headers, request.client.host if request.client else None)
    note_key(request.scope, caller.key_name)
    return caller


def valid_key(ring: KeyRing, secret: str, peer: str | None) -> Key | None:
    """Return the valid key of a secret, or None. An invalid one leaves a line in the log (V1)."""
    key = ring.find(secret)
    if key is None:
        REFUSAL_LOG.note(f"{prefix(secret)} is unknown, revoked or expired", peer)
    return key


def own_source(key: Key) -> str:
    """Return the source of a key's facts: its name, with a mark if the key is public or the name reserved (V1, V2)."""
    name = key.name.replace("|", "/")[:180]
    if key.public:
        return f"public:{name}"
    return f"key:{name}" if name in RESERVED or name.startswith(MARKS) else name


def require(caller: Caller, scope: str, *others: str) -> None:
    """Check that a caller has one of the scopes. Raises AccessDenied (403)."""
    if not caller.allows(scope) and not any(caller.allows(one) for one in others):
        reason = f"the key {caller.name!r} lacks the scope `{scope}`"
        REFUSAL_LOG.note(reason, caller.address)
        raise AccessDenied(403, "FORBIDDEN", f"{reason[0].upper()}{reason[1:]}.")


def secret_of(authorization: str) -> str | None:
    """Return the secret in `Bearer <key>`, or in Basic with the key as user, as tracking SDKs send it."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0] or None
    except ValueError:  # not base64, or not UTF-8 inside
        return None


def check_local(headers: Mapping[str, str], peer: str | None) -> None:
    """Refuse callers from other machines. Raises AccessDenied (403).

    `Host` and `Origin` must name this machine too, so that no web page can make a browser ask.
    """
    if not _is_loopback(peer):
        raise AccessDenied(
            403, "FORBIDDEN", "No key is configured, so only this machine is served: membergraph keys create."
        )
    host = headers.get("host", "")
    if not _names_this_machine(host):
        raise AccessDenied(
            403, "FORBIDDEN", f"The Host {excerpt(host)} is not this machine; without keys only localhost is served."
        )
    origin = headers.get("origin")
    if origin is not None and not _names_this_machine(
        _ORIGIN.sub("", origin, count=1) if _ORIGIN.match(origin) else ""
    ):
        raise AccessDenied(403, "FORBIDDEN", "Pages of other hosts are not served without a key.")


_HOST = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)
"""The form of a `Host` that can be `localhost` or a loopback address."""
_ORIGIN = re.compile(r"https?://", re.IGNORECASE)
_LAST_PORT = 65_535


@lru_cache(maxsize=256)
def _names_this_machine(host: str) -> bool:
    match = _HOST.fullmatch(host)
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return False
    name = match["v6"] or match["name"]
    return name.lower() == "localhost" if match["v6"] is None and not name[0].isdigit() else _is_loopback_address(name)


@lru_cache(maxsize=256)
def _is_loopback(peer: str | None) -> bool:
    return peer is None or peer in {"testclient", "localhost"} or _is_loopback_address(peer.split("%")[0])


def _is_loopback_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
