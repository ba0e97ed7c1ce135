"""Who asks (V1): a key, or without any key configured whoever sits at this machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from api.keys import MARKS, RESERVED, Key, KeyRing, KeysUnreadable
from api.refusal_log import REFUSAL_LOG, prefix
from graph.errors import excerpt


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may do. `public` marks a key that ships in web pages (V2)."""

    name: str
    scopes: frozenset[str]
    public: bool = False
    address: str | None = None
    source: str | None = None
    """The source that their facts carry; None for whoever sits at this machine, whose facts may carry any."""

    def allows(self, scope: str) -> bool:
        """Whether they may do what needs this scope."""
        return scope in self.scopes or "admin" in self.scopes


OWNER = Caller("local", frozenset({"admin"}))
"""Whoever sits at the machine of a service without keys."""


class AccessDenied(Exception):
    """A caller who may not; `status` is HTTP's, `code` GraphQL's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep what the response says."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def caller(ring: KeyRing, headers: Mapping[str, str], peer: str | None) -> Caller:
    """Who asks. Raises AccessDenied: 401 without a valid key, 403 where a service without keys is asked from elsewhere."""
    try:
        if ring.empty:
            check_local(headers, peer)
            return OWNER
        secret = secret_of(headers.get("authorization", ""))
        if secret is None:
            raise AccessDenied(401, "UNAUTHENTICATED", "A key is needed: send `Authorization: Bearer <key>`.")
        key = known_key(ring, secret, peer)
    except KeysUnreadable as broken:
        raise AccessDenied(503, broken.code, broken.message) from None
    if key is None:
        raise AccessDenied(401, "UNAUTHENTICATED", "The key is unknown, revoked or expired.")
    return Caller(key.name, frozenset(key.scopes), key.public, peer, own_source(key))


def known_key(ring: KeyRing, secret: str, peer: str | None) -> Key | None:
    """The valid key of a secret; one that is refused leaves a line in the log (V1)."""
    key = ring.find(secret)
    if key is None:
        REFUSAL_LOG.note(f"{prefix(secret)} is unknown, revoked or expired", peer)
    return key


def own_source(key: Key) -> str:
    """The source of a key's facts: its name, marked where it ships in web pages and proves nothing (V1, V2)."""
    name = key.name.replace("|", "/")[:180]
    if key.public:
        return f"public:{name}"
    return f"key:{name}" if name in RESERVED or name.startswith(MARKS) else name


def require(who: Caller, scope: str, *others: str) -> None:
    """Let pass who has one of the scopes. Raises AccessDenied (403)."""
    if not who.allows(scope) and not any(who.allows(one) for one in others):
        lacks = f"the key {who.name!r} lacks the scope `{scope}`"
        REFUSAL_LOG.note(lacks, who.address)
        raise AccessDenied(403, "FORBIDDEN", f"{lacks[0].upper()}{lacks[1:]}.")


def secret_of(authorization: str) -> str | None:
    """The secret of `Bearer <key>` or, as tracking SDKs send it, of Basic with the key as user."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0] or None
    except ValueError:  # not base64, or not UTF-8 below it
        return None


def check_local(headers: Mapping[str, str], peer: str | None) -> None:
    """Without keys: only from this machine, and under a name of it, so that no web page can be made to ask."""
    if not _loopback(peer):
        raise AccessDenied(
            403, "FORBIDDEN", "No key is configured, so only this machine is served: membergraph keys create."
        )
    host = headers.get("host", "")
    if not _of_this_machine(host):
        raise AccessDenied(
            403, "FORBIDDEN", f"The Host {excerpt(host)} is not this machine; without keys only localhost is served."
        )
    origin = headers.get("origin")
    if origin is not None and not _of_this_machine(_ORIGIN.sub("", origin, count=1) if _ORIGIN.match(origin) else ""):
        raise AccessDenied(403, "FORBIDDEN", "Pages of other hosts are not served without a key.")


_HOST = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)
"""What `Host` may be of a machine that is known by `localhost` or a loopback address; all else is no name of this one."""
_ORIGIN = re.compile(r"https?://", re.IGNORECASE)


@lru_cache(maxsize=256)
def _of_this_machine(host: str) -> bool:
    match = _HOST.fullmatch(host)
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return False
    name = match["v6"] or match["name"]
    return name.lower() == "localhost" if match["v6"] is None and not name[0].isdigit() else _loopback_address(name)


@lru_cache(maxsize=256)
def _loopback(peer: str | None) -> bool:
    return peer is None or peer in {"testclient", "localhost"} or _loopback_address(peer.split("%")[0])


def _loopback_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


_LAST_PORT = 65_535
